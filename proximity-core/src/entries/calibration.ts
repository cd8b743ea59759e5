export { type Certificate, type CertificateVerdict, type ShadowBound, sayBound } from '../calibration/certificate.js';
export {
  certificateParameters,
  certifyCalibration,
  type DecidedPose,
  extendCertificate,
  type PlaceClass,
  posesToCertify,
  type ShadowCounters,
} from '../calibration/certify.js';
export { clopperPearsonUpper } from '../calibration/clopper-pearson.js';
export {
  countCall,
  type DecodedCounters,
  type DeskCounters,
  decodeDeskCounters,
  type KnownOutcome,
  noCounters,
} from '../calibration/counters.js';
export { type CalibrationDrift, type DeskResidual, deskResidual, noDrift, trackDrift } from '../calibration/drift.js';
export { fitSite } from '../calibration/fit-site.js';
export { learnPhoneOffset } from '../calibration/learn-phone-offset.js';
export { type WalkPose, type WalkRecording, walkPose } from '../calibration/walk.js';
export { isPhoneOffset, type PhoneOffset, unknownPhone } from '../decision/phone-offset.js';
export type { MeasuredRange } from '../evidence/measured-range.js';
export {
  type DeskPrint,
  decodeSiteModel,
  type LinkPrint,
  type SiteModel,
  type SiteModelResult,
} from '../profile/site-model.js';
