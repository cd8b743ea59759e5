/**
 * What other projects make of one beacon's signal levels, re-implemented from their formulae in our own code so that all are
 * measured on the same packets. Letters and numbers (A.1 …) are those of the peer study; names are the projects' own.
 */

/** One packet of one beacon, as its receiver reported it: sentinels (127, 0, −127) are included, for each peer treats them its own way. */
export interface Packet {
  /** Milliseconds since the scan started, never decreasing in a list. */
  readonly tMs: number;
  readonly rssiDbm: number;
}

/**
 * What a rule makes of the packets heard so far.
 * @param packets of one beacon, in order of arrival; those after `atMs` are not looked at.
 * @param atMs the instant, ms since the scan started.
 * @param powerAt1mDbm the beacon's true level at 1 m; the peer's own default when absent. Rules on levels alone ignore it.
 */
export type Estimate<T> = (packets: readonly Packet[], atMs: number, powerAt1mDbm?: number) => T;

/** What a peer does with its own numbers and no threshold of ours. */
export interface NativeRule {
  readonly rule: string;
  /** Whether the peer takes the phone to be near; without an answer it is not. */
  readonly isNearAt: Estimate<boolean>;
}

export interface Peer {
  readonly id: string;
  readonly title: string;
  /** The project, and its version where the formula was read. */
  readonly source: string;
  /** Before this instant of a scan there is never an answer, ms: the end of the first cycle. 0 where every packet updates it. */
  readonly firstAnswerMs: number;
  /** A level in dBm or a distance in negative metres: higher is nearer. `undefined` while there is no answer. */
  readonly estimateAt: Estimate<number | undefined>;
  readonly native?: NativeRule;
}

/** @returns the packets that had arrived at `atMs`. */
export function heardUntil(packets: readonly Packet[], atMs: number): readonly Packet[] {
  let count = packets.length;
  while (count > 0 && (packets[count - 1] as Packet).tMs > atMs) count -= 1;
  return count === packets.length ? packets : packets.slice(0, count);
}

/** @returns the levels of the packets, dBm. */
export function levelsOf(packets: readonly Packet[]): readonly number[] {
  return packets.map(({ rssiDbm }) => rssiDbm);
}
