export { type AdStructure, decodeAdStructures, encodeAdStructures } from './advertisement/ad-structures.js';
export {
  type AltBeaconFields,
  type AltBeaconFrame,
  decodeAltBeacon,
  encodeAltBeacon,
} from './advertisement/altbeacon.js';
export { decodeHex, encodeHex } from './advertisement/bytes.js';
export {
  DESKBEACON_SERVICE,
  type DeskbeaconEidFields,
  type DeskbeaconEidFrame,
  decodeDeskbeaconEid,
  encodeDeskbeaconEid,
} from './advertisement/deskbeacon-eid.js';
export {
  decodeEddystoneEid,
  type EddystoneEidFields,
  type EddystoneEidFrame,
  encodeEddystoneEid,
} from './advertisement/eddystone-eid.js';
export {
  decodeEddystoneEtlm,
  decryptTelemetry,
  type EddystoneEtlmFrame,
  type EtlmKey,
  encodeEddystoneEtlm,
} from './advertisement/eddystone-etlm.js';
export {
  decodeEddystoneTlm,
  type EddystoneTlmFrame,
  encodeEddystoneTlm,
  type Telemetry,
} from './advertisement/eddystone-tlm.js';
export {
  decodeEddystoneUid,
  type EddystoneUidFields,
  type EddystoneUidFrame,
  encodeEddystoneUid,
} from './advertisement/eddystone-uid.js';
export {
  decodeEddystoneUrl,
  type EddystoneUrlFields,
  type EddystoneUrlFrame,
  encodeEddystoneUrl,
} from './advertisement/eddystone-url.js';
export { type Advertisement, decodeAdvertisement, type Frame } from './advertisement/frame.js';
export { type FrameView, findFrame } from './advertisement/frame-view.js';
export { decodeIBeacon, encodeIBeacon, type IBeaconFields, type IBeaconFrame } from './advertisement/ibeacon.js';
export type { View } from './advertisement/identity-view.js';
export { hexOf, majorOf, minorOf, powerOf, telemetryOf, urlOf } from './advertisement/read-frame.js';
export type { Decoded } from './advertisement/result.js';
export { type Certificate, type CertificateVerdict, type ShadowBound, sayBound } from './calibration/certificate.js';
export {
  certificateParameters,
  certifyCalibration,
  type DecidedPose,
  extendCertificate,
  type PlaceClass,
  posesToCertify,
  type ShadowCounters,
} from './calibration/certify.js';
export { clopperPearsonUpper } from './calibration/clopper-pearson.js';
export {
  countCall,
  type DecodedCounters,
  type DeskCounters,
  decodeDeskCounters,
  type KnownOutcome,
  noCounters,
} from './calibration/counters.js';
export { type CalibrationDrift, type DeskResidual, deskResidual, noDrift, trackDrift } from './calibration/drift.js';
export { fitSite } from './calibration/fit-site.js';
export { learnPhoneOffset } from './calibration/learn-phone-offset.js';
export { type WalkPose, type WalkRecording, walkPose } from './calibration/walk.js';
export type {
  AnsweredBy,
  AudioRoute,
  CallAction,
  CallEvent,
  HostCapabilities,
  ScanFailure,
  ScanMode,
  Timed,
} from './call/events.js';
export {
  type CallOptions,
  type CallState,
  createCall,
  type Decision,
  type LookTaken,
  newestOwnWindows,
} from './call/state.js';
export { type Step, step } from './call/step.js';
export type { Watch } from './call/watch.js';
export { isPhoneOffset, type PhoneOffset, unknownPhone } from './decision/phone-offset.js';
export { type Reason, reasons } from './decision/reasons.js';
export { framePowerDbm, type Site, siteOfProfile, siteOfTrace, type TraceSite } from './decision/site.js';
export type { BeaconEvidence, DropReason, Evidence, Reported, Sighting } from './evidence/evidence.js';
export type { MeasuredRange } from './evidence/measured-range.js';

export { type EncryptAes128Block, encryptAes128Block } from './identity/aes.js';
export { deriveEid, deriveTemporaryKey } from './identity/eid.js';
export { deriveAddress, deriveRecognitionId } from './identity/recognition.js';
export { acceptableWindows, counterAt, nextBoundaryUnixMs, windowStart } from './identity/window.js';
export { decodeProfile, type ProfileResult } from './profile/decode-profile.js';
export { compileLookup, type IdentityLookup, nextLookupChangeMs } from './profile/lookup.js';
export {
  openSignedProfile,
  type ProfileLease,
  readVerifiedProfile,
  type SignedProfileResult,
  type SplitProfile,
  type SplitProfileResult,
  splitSignedProfile,
  type VerifySignature,
} from './profile/open-signed-profile.js';
export type { FramePowers, ProfileBeacon, ProfilePolicy, SiteProfile, TemporaryKey } from './profile/profile.js';
export {
  type DeskPrint,
  decodeSiteModel,
  type LinkPrint,
  type SiteModel,
  type SiteModelResult,
} from './profile/site-model.js';
export { fromNobleReport, type NobleReport } from './scanners/noble.js';
export { decodeTraceLine, type TraceHeader, type TraceLine, type TraceLineResult } from './trace/decode-trace.js';
export { explain } from './trace/explain.js';
export type { Heard, HeardBeacon } from './trace/heard.js';
export { encodeTraceEvent, encodeTraceHeader, type RecordHeader } from './trace/record.js';
export {
  createReplay,
  finishReplay,
  type Replay,
  type ReplayedCall,
  type ReplayOptions,
  type ReplayStep,
  replayLine,
} from './trace/replay.js';
