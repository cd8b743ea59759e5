export type {
  AnsweredBy,
  AudioRoute,
  CallAction,
  CallEvent,
  HostCapabilities,
  ScanFailure,
  ScanMode,
  Timed,
} from '../call/events.js';
export {
  type CallOptions,
  type CallState,
  createCall,
  type Decision,
  type LookTaken,
  newestOwnWindows,
} from '../call/state.js';
export { type Step, step } from '../call/step.js';
export type { Watch } from '../call/watch.js';
export { isPhoneOffset, type PhoneOffset, unknownPhone } from '../decision/phone-offset.js';
export type { Reason } from '../decision/reasons.js';
export type { Site, TraceSite } from '../decision/site.js';
export type { BeaconEvidence, DropReason, Evidence, Reported, Sighting } from '../evidence/evidence.js';
export type { EncryptAes128Block } from '../identity/aes.js';
export { decodeProfile, type ProfileResult } from '../profile/decode-profile.js';
export { compileLookup, type IdentityLookup } from '../profile/lookup.js';
export type { FramePowers, ProfileBeacon, ProfilePolicy, SiteProfile, TemporaryKey } from '../profile/profile.js';
export type { DeskPrint, LinkPrint, SiteModel } from '../profile/site-model.js';
