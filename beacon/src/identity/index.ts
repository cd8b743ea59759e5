export { agreeIdentityKey, type BeaconKeys, deriveKeys, type KeyAgreement, publicKeyOf } from './keys.js';
export { type ProfileBeaconOptions, profileBeacon } from './profile-beacon.js';
