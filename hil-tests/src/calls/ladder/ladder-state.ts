import type { BuildingEvent } from '../events.js';
import type { TelephoneCall } from '../judge.js';
import { addEvent, emptyLadder, type Ladder } from './ladder.js';

/** What the screen of `npm run demo:call` shows, as a pure reducer over what happens: no React, no clock. */
export interface LadderScreenState {
  /** How many calls are to be made. */
  readonly of: number;
  /** Which of them this one is, from 1. */
  readonly number: number;
  readonly ladder: Ladder;
  /** Calls that are over and have left the screen upwards, the oldest first. */
  readonly past: readonly PastCall[];
  readonly results: readonly TelephoneCall[];
  /** Of this call, since its first INVITE; stands still when it is over. */
  readonly elapsedMs?: number;
  readonly isEnding: boolean;
  readonly summary?: readonly TelephoneCall[];
}

export interface PastCall {
  readonly number: number;
  readonly ladder: Ladder;
}

export type LadderEvent =
  | BuildingEvent
  | { readonly type: 'tick'; readonly unixMs: number }
  | { readonly type: 'ending' }
  | { readonly type: 'summary'; readonly calls: readonly TelephoneCall[] };

export function openLadderScreen(of: number): LadderScreenState {
  return { of, number: 0, ladder: emptyLadder, past: [], results: [], isEnding: false };
}

export function reduceLadder(state: LadderScreenState, event: LadderEvent): LadderScreenState {
  switch (event.type) {
    case 'tick': {
      const { start, isOver } = state.ladder;
      return start === undefined || isOver ? state : { ...state, elapsedMs: event.unixMs - start.unixMs };
    }
    case 'ending':
      return { ...state, isEnding: true };
    case 'summary':
      return { ...state, past: pastOf(state), ladder: emptyLadder, summary: event.calls };
    case 'call': {
      const { elapsedMs: _old, ...rest } = state;
      return { ...rest, number: state.number + 1, past: pastOf(state), ladder: addEvent(state.ladder, event) };
    }
    case 'results':
      return { ...state, ladder: addEvent(state.ladder, event), results: [...state.results, ...event.results] };
    default: {
      const ladder = addEvent(state.ladder, event);
      return ladder === state.ladder ? state : { ...state, ladder };
    }
  }
}

function pastOf({ past, number, ladder }: LadderScreenState): readonly PastCall[] {
  return ladder.planned === undefined ? past : [...past, { number, ladder }];
}
