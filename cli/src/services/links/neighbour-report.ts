/** What `deskbeacond neighbours --json` prints, read as far as the matrix needs it. */
export interface NeighbourReport {
  readonly unixMs: number;
  /** What the listener itself has on the air: which beacon it is. */
  readonly major: number;
  readonly minor: number;
  /** Absent where it has not listened since its start. */
  readonly listened?: {
    readonly atUnixMs: number;
    readonly forMs: number;
    readonly neighbours: readonly HeardNeighbour[];
  };
}

export interface HeardNeighbour {
  readonly major: number;
  readonly minor: number;
  readonly packets: number;
  readonly medianRssiDbm: number;
  readonly lastUnixMs: number;
  readonly hasProof: boolean;
}

/** A daemon lists no more than 128. */
const MOST_NEIGHBOURS = 256;

/** @returns the report, or in words why the text is none. */
export function readNeighbourReport(text: string): NeighbourReport | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'what it printed is no JSON';
  }
  if (!isRecord(value) || value.version !== 1) return 'it does not print a report of version 1';
  const { unixMs, major, minor, listened } = value;
  if (!isTime(unixMs) || !isId(major) || !isId(minor)) return 'its report has no identity';
  const own = { unixMs, major, minor };
  if (listened === undefined || listened === null) return own;
  if (!isRecord(listened)) return 'its listening is no object';
  const { atUnixMs, forMs, neighbours } = listened;
  if (!isTime(atUnixMs) || !isTime(forMs) || !Array.isArray(neighbours) || neighbours.length > MOST_NEIGHBOURS)
    return 'its listening is malformed';
  if (!neighbours.every(isHeard)) return 'one of its neighbours is malformed';
  return { ...own, listened: { atUnixMs, forMs, neighbours } };
}

function isHeard(value: unknown): value is HeardNeighbour {
  if (!isRecord(value)) return false;
  const { major, minor, packets, medianRssiDbm, lastUnixMs, hasProof } = value;
  const isLevel = typeof medianRssiDbm === 'number' && medianRssiDbm >= -127 && medianRssiDbm <= 20;
  return (
    isId(major) && isId(minor) && isTime(packets) && isLevel && isTime(lastUnixMs) && typeof hasProof === 'boolean'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 8.64e15;
}
