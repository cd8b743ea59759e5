import type { ReadMessage } from './read-message.js';

/** One thing that happened in a call, as a ladder shows it: a message between lanes, or what somebody does on a lane. */

export const lanes = ['caller', 'proxy', 'desk', 'app', 'app 2'] as const;
export type Lane = (typeof lanes)[number];

/** What a lane's owner is at. A lane with several phones rings while one of them does. */
export type LaneState = 'asleep' | 'awake' | 'scanning' | 'quiet' | 'ringing';

/** What the row is about, for its colour. */
export type Tone = 'plain' | 'ring' | 'quiet' | 'scan' | 'end';

interface RowBase {
  /** Milliseconds from the caller's first INVITE at the proxy. */
  readonly atMs: number;
  /** What it means, in words; empty where the label says it. */
  readonly means: string;
  readonly tone: Tone;
  /** From this row on; `who` tells phones on one lane apart. */
  readonly becomes: readonly { readonly lane: Lane; readonly who: string; readonly state: LaneState }[];
}

export type ArrowRow = RowBase & {
  readonly kind: 'arrow';
  readonly from: Lane;
  readonly to: Lane;
  readonly label: string;
  /** Went by the push service, not by SIP. */
  readonly isPush: boolean;
  /** Of the protocol and not of the call: challenges, 100, ACK, a 200 for anything but the INVITE. */
  readonly isMinor: boolean;
  readonly message: ReadMessage;
};

export type MarkRow = RowBase & { readonly kind: 'mark'; readonly lane: Lane };

export type Row = ArrowRow | MarkRow;

export type LaneStates = Readonly<Record<Lane, LaneState>>;

/** @returns for each row how the lanes stand once it has happened. */
export function statesAfter(rows: readonly Row[]): readonly LaneStates[] {
  const phones = new Map<string, { readonly lane: Lane; readonly state: LaneState }>();
  return rows.map(({ becomes }) => {
    for (const { lane, who, state } of becomes) phones.set(`${lane} ${who}`, { lane, state });
    return Object.fromEntries(lanes.map((lane) => [lane, stateOf(lane, [...phones.values()])])) as Record<
      Lane,
      LaneState
    >;
  });
}

export const atRest: LaneStates = { caller: 'awake', proxy: 'awake', desk: 'awake', app: 'asleep', 'app 2': 'asleep' };

function stateOf(lane: Lane, phones: readonly { readonly lane: Lane; readonly state: LaneState }[]): LaneState {
  const states = phones.filter((phone) => phone.lane === lane).map(({ state }) => state);
  return states.find((state) => state === 'ringing') ?? states.at(-1) ?? atRest[lane];
}

/** @returns whether it is of the call; what is not is of the protocol, or changes a lane without a word. */
export function isTold(row: Row): boolean {
  return row.kind === 'arrow' ? !row.isMinor : row.means !== '';
}

/** @returns the lanes that a call has. */
export function lanesOf({ second }: { readonly second?: unknown }): readonly Lane[] {
  return second === undefined ? lanes.slice(0, -1) : lanes;
}
