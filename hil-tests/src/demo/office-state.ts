import type { DemoEvent } from './events.js';
import type { DemoCall, Summary } from './results.js';
import type { PlannedCall, Scene } from './scenes.js';

/** What the screen shows, as a pure reducer over what happens: no React, no clock. */

export interface DeskLevel {
  readonly desk: string;
  readonly lastDbm: number;
  readonly packets: number;
  /** The newest levels, oldest first. */
  readonly historyDbm: readonly number[];
}

export interface OfficeState {
  readonly scene?: Scene;
  readonly isVirtual: boolean;
  readonly status: string;
  readonly instruction?: string;
  readonly call?: { readonly planned: PlannedCall; readonly number: number; readonly of: number };
  readonly scan: 'off' | 'on';
  readonly scanStartedAtMs?: number;
  readonly scanStoppedAtMs?: number;
  readonly levels: Readonly<Record<string, DeskLevel>>;
  readonly verdict?: DemoCall;
  readonly results: readonly DemoCall[];
  readonly summary?: Summary;
}

/** A level's history is drawn as a line of so many characters. */
export const HISTORY_LENGTH = 12;

export const initialOffice: OfficeState = {
  isVirtual: true,
  status: 'setting up',
  scan: 'off',
  levels: {},
  results: [],
};

export function reduceOffice(state: OfficeState, event: DemoEvent): OfficeState {
  switch (event.type) {
    case 'planned':
      return { ...state, scene: event.scene, isVirtual: event.isVirtual };
    case 'step':
      return { ...state, status: event.text };
    case 'instruction':
      return { ...state, instruction: event.text };
    case 'call': {
      const { instruction: _done, verdict: _old, scanStartedAtMs: _a, scanStoppedAtMs: _b, ...rest } = state;
      return { ...rest, call: event, status: 'a call comes in', levels: {} };
    }
    case 'scan-started':
      return { ...state, scan: 'on', scanStartedAtMs: event.atMs, status: 'listening' };
    case 'scan-stopped':
      return { ...state, scan: 'off', scanStoppedAtMs: event.atMs };
    case 'heard':
      return event.desk === null
        ? state
        : { ...state, levels: { ...state.levels, [event.desk]: heard(state, event.desk, event.rssiDbm) } };
    case 'decided':
      return { ...state, status: event.decision.decision === 'silence' ? 'stays quiet' : 'rings' };
    case 'result':
      return { ...state, verdict: event.result, results: [...state.results, event.result] };
    case 'summary':
      return { ...state, summary: event.summary, status: 'done' };
  }
}

function heard(state: OfficeState, desk: string, rssiDbm: number): DeskLevel {
  const before = state.levels[desk];
  return {
    desk,
    lastDbm: rssiDbm,
    packets: (before?.packets ?? 0) + 1,
    historyDbm: [...(before?.historyDbm ?? []), rssiDbm].slice(-HISTORY_LENGTH),
  };
}

/** The own desk first, then the strongest others. */
export function shownLevels(state: OfficeState, most: number): readonly DeskLevel[] {
  const own = state.scene?.own.id;
  const others = Object.values(state.levels).filter(({ desk }) => desk !== own);
  // By the mean of what is shown, so that the rows do not jump with every packet.
  others.sort((a, b) => meanDbm(b) - meanDbm(a) || (a.desk < b.desk ? -1 : 1));
  const ownLevel = own === undefined ? undefined : state.levels[own];
  return [...(ownLevel === undefined ? [] : [ownLevel]), ...others].slice(0, most);
}

function meanDbm({ historyDbm }: DeskLevel): number {
  return historyDbm.reduce((sum, level) => sum + level, 0) / historyDbm.length;
}
