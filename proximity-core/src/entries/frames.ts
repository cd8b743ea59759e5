export { type AdStructure, decodeAdStructures, encodeAdStructures } from '../advertisement/ad-structures.js';
export {
  type AltBeaconFields,
  type AltBeaconFrame,
  decodeAltBeacon,
  encodeAltBeacon,
} from '../advertisement/altbeacon.js';
export { decodeHex, encodeHex } from '../advertisement/bytes.js';
export {
  DESKBEACON_SERVICE,
  type DeskbeaconEidFields,
  type DeskbeaconEidFrame,
  decodeDeskbeaconEid,
  encodeDeskbeaconEid,
} from '../advertisement/deskbeacon-eid.js';
export {
  decodeEddystoneEid,
  type EddystoneEidFields,
  type EddystoneEidFrame,
  encodeEddystoneEid,
} from '../advertisement/eddystone-eid.js';
export {
  decodeEddystoneEtlm,
  decryptTelemetry,
  type EddystoneEtlmFrame,
  type EtlmKey,
  encodeEddystoneEtlm,
} from '../advertisement/eddystone-etlm.js';
export {
  decodeEddystoneTlm,
  type EddystoneTlmFrame,
  encodeEddystoneTlm,
  type Telemetry,
} from '../advertisement/eddystone-tlm.js';
export {
  decodeEddystoneUid,
  type EddystoneUidFields,
  type EddystoneUidFrame,
  encodeEddystoneUid,
} from '../advertisement/eddystone-uid.js';
export {
  decodeEddystoneUrl,
  type EddystoneUrlFields,
  type EddystoneUrlFrame,
  encodeEddystoneUrl,
} from '../advertisement/eddystone-url.js';
export { type Advertisement, decodeAdvertisement, type Frame } from '../advertisement/frame.js';
export { type FrameView, findFrame } from '../advertisement/frame-view.js';
export { decodeIBeacon, encodeIBeacon, type IBeaconFields, type IBeaconFrame } from '../advertisement/ibeacon.js';
export type { View } from '../advertisement/identity-view.js';
export { hexOf, majorOf, minorOf, powerOf, telemetryOf, urlOf } from '../advertisement/read-frame.js';
export type { Decoded } from '../advertisement/result.js';
