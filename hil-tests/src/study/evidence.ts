import { generateCall } from './office-call.js';
import { officeParameters } from './parameters.js';
import { type StudyClass, studyClasses } from './placement.js';
import { replayCall } from './score.js';
import type { Setting } from './setting.js';

/** The evidence of one call as it stood at each instant, had the call not been decided before. */
export interface Growth {
  readonly studyClass: StudyClass;
  /** Milliseconds from the call, and nats. */
  readonly looks: readonly { readonly atMs: number; readonly llr: number }[];
  readonly decision: 'ring' | 'silence';
  readonly decidedAtMs: number;
}

const STEP_MS = 100;

/** The first trial call of each class: none is picked. */
export function growEvidence(setting: Setting, seed: number): readonly Growth[] {
  const instantsMs: number[] = [];
  for (let atMs = STEP_MS; atMs < officeParameters.deadlineMs; atMs += STEP_MS) instantsMs.push(atMs);
  return studyClasses.map((studyClass) => {
    const call = generateCall(setting, { seed, set: 'trial', studyClass, index: 0 });
    const { at, decision, decidedAtMs } = replayCall(call.header, call.events, instantsMs);
    const looks = instantsMs.flatMap((atMs) => {
      const llr = at?.[String(atMs)]?.llr;
      return llr === undefined ? [] : [{ atMs, llr }];
    });
    return { studyClass, looks, decision, decidedAtMs };
  });
}
