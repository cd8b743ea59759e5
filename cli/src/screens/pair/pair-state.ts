/** What the screen of a pairing shows, as its progress comes in. Pure: no clock, no React. */
import type { PairProgress } from '../../services/pairing/pair-beacon.js';
import { strongestDbm } from '../../services/pairing/waiting-beacons.js';

export interface PairState {
  readonly title: string;
  /** In order; the first that is not done is under way. */
  readonly steps: readonly { readonly text: string; readonly isDone: boolean }[];
  /** Nearest first, at most eight. */
  readonly near: readonly NearBeacon[];
  readonly hidden: number;
  readonly isLooking: boolean;
  readonly note?: string;
}

export interface NearBeacon {
  readonly tag: string;
  /** 0 far to 10 beside it. */
  readonly nearness: number;
  /** Its tag is that of the code. */
  readonly isWanted: boolean;
}

const stepTexts = ['find the beacon of the label', 'claim it', 'hear it with its new keys', 'write it down'] as const;
/** How many steps are done when this is told. */
const doneAt: Readonly<Record<PairProgress['step'], number | undefined>> = {
  looking: undefined,
  identifying: undefined,
  retrying: undefined,
  found: 1,
  claiming: 1,
  claimed: 2,
  listening: 2,
  heard: 3,
  recorded: 4,
};
const MOST_SHOWN = 8;
const NEAREST_DBM = -45;
const FURTHEST_DBM = -95;
export const MOST_NEARNESS = 10;

/** @param title what is paired with what, for people. */
export function beginPairing(title: string): PairState {
  return {
    title,
    steps: stepTexts.map((text) => ({ text, isDone: false })),
    near: [],
    hidden: 0,
    isLooking: false,
  };
}

export function reducePairing(state: PairState, progress: PairProgress): PairState {
  const done = doneAt[progress.step];
  const { note: _note, ...rest } = state;
  if (progress.step === 'looking') {
    const near = progress.waiting.map(({ told, ...beacon }) => ({
      tag: told?.tag ?? 'unknown',
      nearness: nearnessOf(strongestDbm(beacon)),
      isWanted: told?.tag === progress.tag,
    }));
    return { ...rest, isLooking: true, near: near.slice(0, MOST_SHOWN), hidden: Math.max(0, near.length - MOST_SHOWN) };
  }
  if (progress.step === 'retrying') return { ...rest, note: `once more: ${progress.because}` };
  return {
    ...rest,
    isLooking: false,
    steps: state.steps.map(({ text }, i) => ({ text, isDone: done !== undefined && i < done })),
  };
}

function nearnessOf(levelDbm: number | undefined): number {
  if (levelDbm === undefined) return 0;
  const share = (levelDbm - FURTHEST_DBM) / (NEAREST_DBM - FURTHEST_DBM);
  return Math.round(Math.min(1, Math.max(0, share)) * MOST_NEARNESS);
}
