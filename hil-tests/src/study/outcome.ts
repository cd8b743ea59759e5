import type { CallKey } from './call-key.js';
import { generateCall } from './office-call.js';
import type { Carriage } from './parameters.js';
import { type PeerScores, scorePeers } from './peer-scores.js';
import type { StudyClass } from './placement.js';
import { replayCall, type Scores, scoreCall } from './score.js';
import type { Setting } from './setting.js';

/** What became of one call. Plain data: it goes from worker to main thread. */
export interface Outcome {
  readonly studyClass: StudyClass;
  readonly set: CallKey['set'];
  readonly seed: number;
  readonly carriage: Carriage;
  readonly scores: Scores;
  /** In strata that compare with peers. */
  readonly peers?: PeerScores;
  readonly decision: 'ring' | 'silence';
  readonly reason: string;
  /** From the start of the scan to the decision. */
  readonly decidedAfterMs: number;
  /** The same from the call: from the push as the app gets it. */
  readonly decidedAtMs: number;
}

/** Calls that one worker runs at a stretch. */
export interface Task {
  readonly setting: Setting;
  readonly studyClass: StudyClass;
  readonly set: CallKey['set'];
  readonly seed: number;
  readonly fromIndex: number;
  readonly count: number;
}

/** Draws, decides and scores the calls of a task. */
export function runTask({ setting, studyClass, set, seed, fromIndex, count }: Task): readonly Outcome[] {
  return Array.from({ length: count }, (_, i) => {
    const call = generateCall(setting, { seed, set, studyClass, index: fromIndex + i });
    const replayed = replayCall(call.header, call.events);
    return {
      studyClass,
      set,
      seed,
      carriage: call.carriage,
      scores: scoreCall(replayed, call.events, call.ownDesk, setting.countsRangingCycles),
      decision: replayed.decision,
      reason: replayed.reason,
      decidedAfterMs: replayed.decidedAtMs - call.scanStartMs,
      decidedAtMs: replayed.decidedAtMs,
      ...(setting.hasPeers ? { peers: scorePeers(call.events, call.ownDesk, call.scanStartMs) } : {}),
    };
  });
}
