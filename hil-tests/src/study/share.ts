import type { Outcome } from './outcome.js';
import { type StudyClass, studyClasses } from './placement.js';
import { clopperPearson } from './statistics.js';

/** A share of calls with its exact 95 % interval. */
export interface Share {
  readonly hits: number;
  readonly calls: number;
  readonly share: number;
  readonly low95: number;
  readonly high95: number;
}

export type SharesByClass = Readonly<Partial<Record<StudyClass, Share>>>;

export function shareOf(hits: number, calls: number): Share {
  const { low, high } = clopperPearson(hits, calls);
  return { hits, calls, share: hits / calls, low95: low, high95: high };
}

/** @returns how many calls of each class meet a condition; a class without calls is absent. */
export function sharesByClass(calls: readonly Outcome[], isHit: (call: Outcome) => boolean): SharesByClass {
  const shares: Partial<Record<StudyClass, Share>> = {};
  for (const studyClass of studyClasses) {
    const ofClass = calls.filter((call) => call.studyClass === studyClass);
    if (ofClass.length > 0) shares[studyClass] = shareOf(ofClass.filter(isHit).length, ofClass.length);
  }
  return shares;
}
