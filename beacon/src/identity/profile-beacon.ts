import {
  counterAt,
  deriveTemporaryKey,
  encodeHex,
  type FramePowers,
  type ProfileBeacon,
} from '@deskbeacon/proximity-core';
import { deriveKeys } from './keys.js';

export interface ProfileBeaconOptions {
  readonly rootKey: Uint8Array;
  readonly desk: string;
  readonly exponentK: number;
  readonly clockOffsetS: number;
  readonly measuredPowerDbm: number;
  /** Where frames state powers of their own. */
  readonly framePowersDbm?: FramePowers;
  readonly intervalMs: number;
  readonly nowUnixMs: number;
  /** How long the lease is to last, 0..30 days. */
  readonly days: number;
}

const EPOCH_S = 65536;
const DAY_S = 86_400;
const HOUR_S = 3600;
const EPOCHS = 65536;

/** What a phone of the desk's owner is told of a beacon: keys that expire, never the identity key. */
export function profileBeacon({ rootKey, desk, nowUnixMs, days, ...settings }: ProfileBeaconOptions): ProfileBeacon {
  const { identityKey, recognitionKey } = deriveKeys(rootKey);
  const counterS = counterAt(nowUnixMs, settings.clockOffsetS);
  // The hour before is leased too: a clock that is behind, and a recording of that hour that shall be known as one.
  const first = Math.floor((counterS - HOUR_S) / EPOCH_S);
  const last = Math.floor((counterS + days * DAY_S) / EPOCH_S);
  const temporaryKeys = Array.from({ length: last - first + 1 }, (_, i) => {
    const epoch = (first + i + EPOCHS) % EPOCHS;
    return { epoch, key: encodeHex(deriveTemporaryKey(identityKey, epoch)) };
  });
  const { exponentK, clockOffsetS, measuredPowerDbm, framePowersDbm, intervalMs } = settings;
  return {
    desk,
    exponentK,
    clockOffsetS,
    measuredPowerDbm,
    ...(framePowersDbm === undefined ? {} : { framePowersDbm }),
    intervalMs,
    recognitionKey: encodeHex(recognitionKey),
    temporaryKeys,
  };
}
