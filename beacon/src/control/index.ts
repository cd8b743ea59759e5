export { OWNER_KEY_OCTETS, SETUP_CODE_OCTETS } from '../identity/ownership.js';
export { type Attempts, noAttempts } from './attempts.js';
export type { BeaconSessionOptions } from './beacon-session.js';
export { type ControlClient, connectControl } from './control-client.js';
export { tagOf } from './credentials.js';
export {
  type ConnectionEnd,
  type ConnectionLimits,
  type ControlService,
  type ControlServiceOptions,
  openControlService,
} from './gatt-service.js';
export { type Credential, PROTOCOL_VERSION, type Refusal } from './messages.js';
export type { Answer, AnswerStatus, Asked } from './requests.js';
export { formatSeed, parseSeed, type Seed } from './seed.js';
export { type BeaconSettings, type BeaconStatus, decodeStatus, encodeStatus } from './settings.js';
export { formatSetupCode, formatSetupQr, type ParsedSetupCode, parseSetupCode } from './setup-code.js';
export { controlUuids } from './uuids.js';
