import { addressChange, dataChange, firstFrame, frameShares, identityChange } from './advertising.js';
import { attenuation } from './attenuation.js';
import { decisions, scanPerCall } from './calls.js';
import {
  duplicatedAnswer,
  lateAnswer,
  lostAnswer,
  recoversUnplugged,
  refusedCommand,
  stalled,
  unplugged,
} from './faults.js';
import {
  adapterDown,
  adapterUpAgain,
  anotherNumber,
  besideBluetoothd,
  blockedByRfkill,
  stoppedByAnother,
  stoppedOnUserChannel,
  userChannel,
} from './kernel.js';
import { pairing } from './pairing.js';
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
  stalled,
  unplugged,
  recoversUnplugged,
  userChannel,
  besideBluetoothd,
  adapterDown,
  adapterUpAgain,
  blockedByRfkill,
  anotherNumber,
  stoppedByAnother,
  stoppedOnUserChannel,
  pairing,
  scanPerCall,
  decisions,
  attenuation,
];
