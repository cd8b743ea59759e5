export {
  openSignedProfile,
  type ProfileLease,
  readVerifiedProfile,
  type SignedProfileResult,
  type SplitProfile,
  type SplitProfileResult,
  splitSignedProfile,
  type VerifySignature,
} from '../profile/open-signed-profile.js';
export type { FramePowers, ProfileBeacon, ProfilePolicy, SiteProfile, TemporaryKey } from '../profile/profile.js';
