import type { PhoneOffset, ScanMode } from '@deskbeacon/proximity-core';
import { gridParameters, type OfficeParameters, officeParameters, withoutSectors } from './parameters.js';

/** What the phone's platform hands to the app. */
export type Platform = 'android' | 'ios-foreground' | 'ios-woken' | 'ios-woken-ranging' | 'ios-ranging';

/** One stratum of the study: how the generator is set, and what the profile or the trace's header knows. */
export interface Setting {
  readonly name: string;
  readonly about: string;
  /** On two floors, half each. */
  readonly desksInBuilding: number;
  /** Share of the other desks that have a beacon; the own desk always has one. */
  readonly equippedShare: number;
  readonly hasAnchors: boolean;
  readonly arePositionsKnown: boolean;
  /** The app knows the mode alone. */
  readonly scan: { readonly mode: ScanMode; readonly windowMs: number; readonly intervalMs: number };
  readonly lossShare: readonly [number, number];
  /** Share of the packets whose level is reported 20–30 dB too high. */
  readonly spikeShare: number;
  /** What the app does not know of its receiver, sd. */
  readonly receiverOffsetSdDb: number;
  /** What the app says of its receiver; absent: nothing. */
  readonly phone?: PhoneOffset;
  readonly platform: Platform;
  /** The style of the office and its channel. */
  readonly office: OfficeParameters;
  /** Whether the peers are measured on these calls. */
  readonly hasPeers: boolean;
  /** Whether it gets as many calls as the first stratum: so many that a threshold at 0.1 % rests on some. */
  readonly isRunInFull: boolean;
  /** Calls share offices whose desks were walked, and phones whose offset was learned; absent: each call is on its own. */
  readonly calibrated?: { readonly isWalked: boolean; readonly confirmedCalls: number };
  /** The host says that a ranging cycle may stand beside a proven frame as a packet of its own. */
  readonly countsRangingCycles: boolean;
}

/** Android 13 and newer: always listening, another channel every 100 ms (note §3). */
const lowLatency = { mode: 'low-latency', windowMs: 100, intervalMs: 100 } as const;

const base: Setting = {
  name: 'main',
  about: 'every desk equipped, places known, Android low-latency, 13-40 % loss',
  desksInBuilding: 200,
  equippedShare: 1,
  hasAnchors: false,
  arePositionsKnown: true,
  scan: lowLatency,
  lossShare: officeParameters.lossShare,
  spikeShare: 0,
  receiverOffsetSdDb: officeParameters.receiverOffsetSdDb,
  platform: 'android',
  office: officeParameters,
  hasPeers: false,
  isRunInFull: false,
  countsRangingCycles: false,
};

const densities = [10, 50, 100, 400].map((desks) =>
  vary(`desks-${desks}`, `${desks} desks in the building`, { desksInBuilding: desks }),
);

const losses = [0.05, 0.2, 0.4, 0.6].map((loss) =>
  vary(`loss-${Math.round(loss * 100)}`, `${Math.round(loss * 100)} % of the packets lost`, {
    lossShare: [loss, loss],
  }),
);

const wokenRanging: Partial<Setting> = {
  platform: 'ios-woken-ranging',
  scan: { mode: 'background', windowMs: 40, intervalMs: 100 },
};

/** In the order in which they are run. */
export const settings: readonly Setting[] = [
  { ...base, hasPeers: true, isRunInFull: true },
  vary('positions-unknown', 'every desk equipped, no plan', { arePositionsKnown: false }),
  vary('equipped-50', '50 % of the desks equipped', { equippedShare: 0.5 }),
  vary('equipped-20', '20 % of the desks equipped', { equippedShare: 0.2 }),
  vary('equipped-5', '5 % of the desks equipped', { equippedShare: 0.05 }),
  vary('one-desk', 'the own desk alone has a beacon', { equippedShare: 0, hasPeers: true, isRunInFull: true }),
  vary('one-desk-anchors', 'the own desk, meeting rooms and corridor', { equippedShare: 0, hasAnchors: true }),
  vary('anchors', 'as main, and a beacon in meeting rooms and corridor', { hasAnchors: true }),
  vary('equipped-20-anchors', '20 % of the desks, meeting rooms and corridor', {
    equippedShare: 0.2,
    hasAnchors: true,
  }),
  vary('grid', 'desks throughout, another channel; else as main', { office: gridParameters, hasPeers: true }),
  vary('grid-unplaced', 'desks throughout, no plan', { office: gridParameters, arePositionsKnown: false }),
  vary('grid-equipped-20', 'desks throughout, 20 % equipped', { office: gridParameters, equippedShare: 0.2 }),
  vary('grid-one-desk', 'desks throughout, the own alone has a beacon', {
    office: gridParameters,
    equippedShare: 0,
    hasPeers: true,
    isRunInFull: true,
  }),
  vary('bodies-independent', 'bodies shadow each link for itself', { office: withoutSectors }),
  vary('spikes', '5 % of the levels 20-30 dB too high', { spikeShare: 0.05 }),
  ...densities,
  vary('one-channel', 'older phones: one channel for 4.1 s', {
    scan: { mode: 'low-latency', windowMs: 4096, intervalMs: 4096 },
  }),
  vary('balanced', 'listens 183 of 730 ms', { scan: { mode: 'balanced', windowMs: 183, intervalMs: 730 } }),
  // Android 13 and newer without a foreground service and with the screen off: 512 ms at the start, then nothing for 10 s.
  vary('android-background', 'listens 512 of 10240 ms', {
    scan: { mode: 'low-power', windowMs: 512, intervalMs: 10_240 },
  }),
  vary('low-power', 'listens 140 of 1400 ms', { scan: { mode: 'low-power', windowMs: 140, intervalMs: 1400 } }),
  ...losses,
  vary('receiver-known', "the app corrects its phone's receiver to 1.5 dB", {
    receiverOffsetSdDb: 1.5,
    phone: { offsetDb: 0, sdDb: 1.5 },
  }),
  vary('calibrated', 'as main; desks walked with another phone, own phone learned in 12 calls', {
    calibrated: { isWalked: true, confirmedCalls: 12 },
  }),
  vary('ios-foreground', 'EID one by one, iBeacon format once a second', {
    platform: 'ios-foreground',
    scan: { mode: 'foreground', windowMs: 100, intervalMs: 100 },
  }),
  // Assumption: listens 40 % of the time.
  vary('ios-woken', 'one EID a beacon at most, others anonymous', {
    platform: 'ios-woken',
    scan: { mode: 'background', windowMs: 40, intervalMs: 100 },
  }),
  // The same scan, and CoreLocation ranges beside it.
  vary('ios-woken-ranging', 'one EID a beacon at most, iBeacon format once a second', wokenRanging),
  vary('ios-woken-counted', 'as ios-woken-ranging, and a cycle counts as a packet', {
    ...wokenRanging,
    countsRangingCycles: true,
  }),
  vary('ios-ranging', 'iBeacon format once a second, nothing else', {
    platform: 'ios-ranging',
    scan: { mode: 'ranging', windowMs: 100, intervalMs: 100 },
  }),
];

/** Run by name alone: each walks its offices anew, which takes a minute a seed. */
export const settingsByName: readonly Setting[] = [
  vary('walked', 'as calibrated, the phone unknown', { calibrated: { isWalked: true, confirmedCalls: 0 } }),
  vary('phone-learned', 'as calibrated, no desk walked', { calibrated: { isWalked: false, confirmedCalls: 12 } }),
];

/** @returns the setting of that name, or `undefined`. */
export function findSetting(name: string): Setting | undefined {
  return [...settings, ...settingsByName].find((setting) => setting.name === name);
}

function vary(name: string, about: string, changes: Partial<Setting>): Setting {
  return { ...base, ...changes, name, about };
}
