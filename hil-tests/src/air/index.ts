export {
  type Advertisement,
  type AirLogEntry,
  type AirReport,
  advertisingType,
  formatAddress,
  parseAddress,
} from './advertisement.js';
export { createAir } from './air.js';
export { type Air, airLimits, type Placement, type ReceiverOptions, type TransmitterOptions } from './air-contract.js';
export { AirError, type AirErrorCode, adviceFor, airErrorCodes, exitCodeFor } from './air-error.js';
export {
  type Channel,
  type ChannelIndex,
  type ChannelSample,
  createChannel,
  type PacketObservation,
} from './channel.js';
export {
  type ChannelParameters,
  computeAirtimeUs,
  defaultChannelParameters,
  drywallLossDb,
  type Pose,
  poses,
} from './channel-parameters.js';
export { type ConnectedControllerOptions, connectController } from './connect-controller.js';
export { type Controller, type ControllerOptions, type ControllerOutput, createController } from './controller.js';
export type { ControllerRadio } from './controller-state.js';
export { type Fault, type FaultKind, faultKinds } from './faults.js';
export type { LatenessSummary } from './lateness.js';
export { computeDistanceM, computeWallLossDb, type Point, type Wall } from './plan.js';
export { type ProgramIo, runAir } from './program.js';
export { drawComplexNormal, drawNormal, drawUniform, type KeyPart } from './random.js';
export { isInsideWindow, type ScanPreset, type ScanTiming, scanPresets } from './scan-window.js';
export { createScriptPlayer, type FrameScript, type ScriptedFrame } from './scripted-frames.js';
export {
  type AirServer,
  type AirStatus,
  createAirServer,
  type ServedControllerOptions,
  type TimedLogEntry,
} from './server.js';
export { createSteering, type Steering } from './steering.js';
