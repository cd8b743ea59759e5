import type { CalibrateDeskResult } from '../../services/calibrate/calibrate-desk.js';
import type { GuideStep } from './walk-guide.js';

/** What the screen shows, as a pure reducer over what happens: no React, no clock. */

export type CalibrateEvent =
  | {
      readonly type: 'begun';
      readonly desk: string;
      readonly steps: readonly GuideStep[];
      readonly receiver: 'phone' | 'laptop';
      /** Where the recorder on the phone connects to, and with which code. */
      readonly connectTo?: { readonly address: string; readonly code: string };
    }
  | { readonly type: 'connected'; readonly phone: string }
  | { readonly type: 'went-to'; readonly step: number }
  | { readonly type: 'recording'; readonly isOn: boolean }
  /** A level relative to 1 m, dB; `atMs` on any clock that does not run back. */
  | { readonly type: 'heard'; readonly desk: string; readonly levelDb: number; readonly atMs: number }
  | { readonly type: 'pose-taken'; readonly step: number }
  | { readonly type: 'fault'; readonly text: string }
  | { readonly type: 'locked' }
  | { readonly type: 'show-db'; readonly isOn: boolean }
  | { readonly type: 'result'; readonly result: CalibrateDeskResult };

/** A quarter of a second: mean level of the own beacon, and of the strongest other. */
export interface StripCell {
  readonly cell: number;
  readonly own?: Mean;
  /** By beacon, so that the strongest is found by its mean and not by one packet. */
  readonly others: Readonly<Record<string, Mean>>;
}

interface Mean {
  readonly sumDb: number;
  readonly packets: number;
}

export interface CalibrateState {
  readonly desk?: string;
  readonly receiver: 'phone' | 'laptop';
  readonly steps: readonly (GuideStep & { readonly taken: number })[];
  readonly current: number;
  readonly connectTo?: { readonly address: string; readonly code: string };
  readonly phone?: string;
  readonly isRecording: boolean;
  readonly isLocked: boolean;
  readonly strip: readonly StripCell[];
  readonly faults: readonly string[];
  readonly showDb: boolean;
  readonly result?: CalibrateDeskResult;
}

export const CELL_MS = 250;
/** As many as the widest strip shows. */
export const STRIP_LENGTH = 100;
const MOST_OTHERS = 16;
const MOST_FAULTS = 3;

export const initialCalibrate: CalibrateState = {
  receiver: 'phone',
  steps: [],
  current: 0,
  isRecording: false,
  isLocked: false,
  strip: [],
  faults: [],
  showDb: false,
};

export function reduceCalibrate(state: CalibrateState, event: CalibrateEvent): CalibrateState {
  switch (event.type) {
    case 'begun': {
      const { desk, steps, receiver, connectTo } = event;
      return {
        ...initialCalibrate,
        showDb: state.showDb,
        desk,
        receiver,
        steps: steps.map((step) => ({ ...step, taken: 0 })),
        ...(connectTo === undefined ? {} : { connectTo }),
      };
    }
    case 'connected':
      return { ...state, phone: event.phone };
    case 'went-to':
      return { ...state, current: within(event.step, state.steps.length) };
    case 'recording':
      // Each pose begins on an empty strip: what was heard on the way there is not shown as heard here.
      return { ...state, isRecording: event.isOn, strip: event.isOn ? [] : state.strip };
    case 'heard':
      return { ...state, strip: addToStrip(state.strip, event, event.desk === state.desk) };
    case 'pose-taken':
      return takePose(state, event.step);
    case 'fault':
      return { ...state, faults: [...state.faults, event.text].slice(-MOST_FAULTS) };
    case 'locked':
      return { ...state, isLocked: true };
    case 'show-db':
      return { ...state, showDb: event.isOn };
    case 'result':
      return { ...state, isRecording: false, result: event.result };
  }
}

/** When a step has enough, the guide goes on to the next that has not; whoever wants more goes back. */
function takePose(state: CalibrateState, index: number): CalibrateState {
  const steps = state.steps.map((step, i) => (i === index ? { ...step, taken: step.taken + 1 } : step));
  const isEnough = (steps[index]?.taken ?? 0) >= (steps[index]?.poses ?? 0);
  const next = steps.findIndex(({ taken, poses }) => taken < poses);
  const current = index === state.current && isEnough && next >= 0 ? next : state.current;
  return { ...state, steps, current, isRecording: false };
}

function addToStrip(
  strip: readonly StripCell[],
  { desk, levelDb, atMs }: Extract<CalibrateEvent, { type: 'heard' }>,
  isOwn: boolean,
): readonly StripCell[] {
  const cell = Math.floor(atMs / CELL_MS);
  const last = strip.at(-1);
  if (last !== undefined && cell < last.cell) return strip;
  // A silence is part of the picture: the cells in which nothing was heard stand empty.
  const gap = last === undefined ? 0 : Math.min(cell - last.cell - 1, STRIP_LENGTH);
  const silent = Array.from({ length: Math.max(gap, 0) }, (_, i): StripCell => ({ cell: cell - gap + i, others: {} }));
  const before = last?.cell === cell ? last : { cell, others: {} };
  const kept = last?.cell === cell ? strip.slice(0, -1) : strip;
  return [...kept, ...silent, addToCell(before, desk, levelDb, isOwn)].slice(-STRIP_LENGTH);
}

function addToCell(cell: StripCell, desk: string, levelDb: number, isOwn: boolean): StripCell {
  if (isOwn) return { ...cell, own: addTo(cell.own, levelDb) };
  const before = Object.getOwnPropertyDescriptor(cell.others, desk)?.value as Mean | undefined;
  if (before === undefined && Object.keys(cell.others).length >= MOST_OTHERS) return cell;
  return { ...cell, others: { ...cell.others, [desk]: addTo(before, levelDb) } };
}

function addTo(mean: Mean | undefined, levelDb: number): Mean {
  return { sumDb: (mean?.sumDb ?? 0) + levelDb, packets: (mean?.packets ?? 0) + 1 };
}

function within(index: number, length: number): number {
  return Math.min(Math.max(index, 0), Math.max(length - 1, 0));
}

/** @returns dB relative to 1 m; `undefined` where it was not heard. */
export function ownLevelDb({ own }: StripCell): number | undefined {
  return own === undefined ? undefined : own.sumDb / own.packets;
}

/** @returns of the strongest other beacon. */
export function restLevelDb({ others }: StripCell): number | undefined {
  const means = Object.values(others).map(({ sumDb, packets }) => sumDb / packets);
  return means.length === 0 ? undefined : Math.max(...means);
}
