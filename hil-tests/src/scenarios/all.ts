import { addressChange, dataChange, firstFrame, frameShares, identityChange } from './advertising.js';
import { duplicatedAnswer, lateAnswer, lostAnswer, refusedCommand, unplugged } from './faults.js';
import type { Scenario } from './scenario.js';

/** Every scenario there is, in the order in which a rig runs them. */
export const scenarios: readonly Scenario[] = [
  firstFrame,
  dataChange,
  frameShares,
  identityChange,
  addressChange,
  refusedCommand,
  lateAnswer,
  lostAnswer,
  duplicatedAnswer,
  unplugged,
];
