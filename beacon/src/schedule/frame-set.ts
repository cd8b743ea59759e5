import type { FramePowers } from '@deskbeacon/proximity-core';
import type { FramePace, Period, Weight } from './queue.js';

/** Which frames are on the air and how often: set by the file of settings alone (docs/frames.md). */
export interface FrameSet {
  /** Without a weight: as much as all other weighted frames together, so that it has about half of the events. */
  readonly ibeacon: Powered & Partial<Weight>;
  readonly eid: Powered & Weight;
  readonly ownFormat?: Powered & Weight;
  readonly etlm?: Period;
  readonly uid?: Powered & { readonly namespace: Uint8Array; readonly instance: Uint8Array; readonly pace: FramePace };
  readonly url?: Powered & { readonly url: string; readonly pace: FramePace };
  readonly altbeacon?: Powered & {
    readonly companyId: number;
    readonly beaconId: Uint8Array;
    readonly reserved: number;
    readonly pace: FramePace;
  };
  /** A new address every so many seconds, 2^n and less than the identity's 2^K; absent: with the identity. */
  readonly addressSeconds?: number;
  /** Each frame on an advertising set of its own, where the controller can; absent: all in turn on one. */
  readonly extended?: boolean;
  /** What such a controller is to send with, −127..20 dBm; absent: what it likes. */
  readonly txPowerDbm?: number;
}

/** What this frame says is received at 1 m, −100..20 dBm; absent: the beacon's `measuredPowerDbm`. */
export interface Powered {
  readonly measuredPowerDbm?: number;
}

/** In the order in which equal deadlines are served. */
export const frameKinds = ['ibeacon', 'eid', 'own-format', 'etlm', 'uid', 'url', 'altbeacon'] as const;
export type FrameKind = (typeof frameKinds)[number];

/** An iBeacon-format frame in half of the events and an Eddystone-EID frame in the others, but for telemetry every 10 s. */
export const usualFrames: FrameSet = { ibeacon: {}, eid: { weight: 1 }, etlm: { everyMs: 10_000 } };

/** What no phone is silenced without. */
const proving: readonly FrameKind[] = ['eid', 'own-format'];

export interface PacedFrame {
  readonly kind: FrameKind;
  readonly pace: FramePace;
}

/**
 * The frames that are on the air, each with its pace.
 * @param provesIdentity false takes the frames that can silence off the air.
 */
export function pacedFrames(set: FrameSet, provesIdentity = true): readonly PacedFrame[] {
  const paces: Readonly<Record<FrameKind, FramePace | undefined>> = {
    ibeacon: { weight: set.ibeacon.weight ?? weightOfOthers(set) },
    eid: { weight: set.eid.weight },
    'own-format': set.ownFormat === undefined ? undefined : { weight: set.ownFormat.weight },
    etlm: set.etlm,
    uid: set.uid?.pace,
    url: set.url?.pace,
    altbeacon: set.altbeacon?.pace,
  };
  return frameKinds.flatMap((kind) => {
    const pace = provesIdentity || !proving.includes(kind) ? paces[kind] : undefined;
    return pace === undefined ? [] : [{ kind, pace }];
  });
}

function weightOfOthers({ eid, ownFormat, uid, url, altbeacon }: FrameSet): number {
  const others = [eid, ownFormat, uid?.pace, url?.pace, altbeacon?.pace];
  return others.reduce((sum, pace) => sum + (pace?.weight ?? 0), 0);
}

/** @returns what a phone's profile has to say of frames that state a power of their own; `undefined` when none does. */
export function framePowersOf({ ibeacon, eid, ownFormat }: FrameSet): FramePowers | undefined {
  const powers: FramePowers = {
    ...(eid.measuredPowerDbm === undefined ? {} : { eid: eid.measuredPowerDbm }),
    ...(ibeacon.measuredPowerDbm === undefined ? {} : { ibeacon: ibeacon.measuredPowerDbm }),
    ...(ownFormat?.measuredPowerDbm === undefined ? {} : { 'deskbeacon-eid': ownFormat.measuredPowerDbm }),
  };
  return Object.keys(powers).length === 0 ? undefined : powers;
}
