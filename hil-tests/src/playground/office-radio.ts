import { decodeHex, encodeHex, nextBoundaryUnixMs, type ProfileBeacon } from '@deskbeacon/proximity-core';
import { type Advertisement, advertisingType, parseAddress } from '../air/advertisement.js';
import { createAir } from '../air/air.js';
import type { Air } from '../air/air-contract.js';
import type { Pose } from '../air/channel-parameters.js';
import type { Point } from '../air/plan.js';
import { framesOf } from '../rigs/frames-of.js';
import { INTERVAL_MS, type OfficeKeys } from './office-keys.js';
import { officePlan } from './office-plan.js';

/** The air of the office: the virtual air of the rigs with every desk sending the frames of its keys, in virtual time. */

export interface RadioReport {
  /** Microseconds of the air. */
  readonly atUs: number;
  /** AD structures, hexadecimal. */
  readonly data: string;
  readonly address: string;
  readonly rssiDbm: number;
}

export interface OfficeRadio {
  readonly air: Air;
  readonly placePhone: (at: Point, pose: Pose, placement: string) => void;
  readonly startScan: () => void;
  readonly stopScan: () => void;
}

export interface RadioSetUp {
  readonly seed: number;
  readonly keys: OfficeKeys;
  /** Unix milliseconds at the air's instant 0. */
  readonly startedUnixMs: number;
  readonly hasOwnPower: boolean;
  readonly onReport: (report: RadioReport) => void;
}

const PHONE = 'phone';
const FORGER = 'forger';
/** Each kind of frame has the air for so long, in turn: not a multiple of the interval. */
const DWELL_MS = 130;
const HOUR_MS = 3_600_000;
/** Arm's length. */
const FORGER_M = 0.5;
const LOW_LATENCY = { intervalUs: 100_000, windowUs: 100_000, isActive: false };

export function openRadio({ seed, keys, startedUnixMs, hasOwnPower, onReport }: RadioSetUp): OfficeRadio {
  const air = createAir({ seed });
  air.setWalls(officePlan.walls);
  for (const [i, desk] of officePlan.desks.entries()) {
    if (desk.id === officePlan.own.id && !hasOwnPower) continue;
    air.place({ id: desk.id, xM: desk.xM, yM: desk.yM });
    const play = playerOf(keys.beacons[i] as ProfileBeacon, keys.organisationUuid, startedUnixMs);
    air.addTransmitter({ id: desk.id, intervalUs: INTERVAL_MS * 1000, advertisementAt: play });
  }
  air.addReceiver({
    id: PHONE,
    onReport: ({ atUs, data, address, rssiDbm }) =>
      onReport({ atUs, data: encodeHex(data), address: encodeHex(address).replace(/(..)(?!$)/g, '$1:'), rssiDbm }),
  });
  return {
    air,
    placePhone(at, pose, placement) {
      air.place({ id: PHONE, xM: at.xM, yM: at.yM, pose, placement });
      air.place({ id: FORGER, xM: at.xM + FORGER_M, yM: at.yM });
    },
    startScan: () => air.startScan(PHONE, LOW_LATENCY),
    stopScan: () => air.stopScan(PHONE),
  };
}

/** Somebody at arm's length plays what he recorded beside the own desk an hour ago. */
export function addForger({ air }: OfficeRadio, keys: OfficeKeys, startedUnixMs: number): void {
  const own = keys.beacons.find(({ desk }) => desk === officePlan.own.id) as ProfileBeacon;
  const play = playerOf(own, keys.organisationUuid, startedUnixMs - HOUR_MS);
  air.addTransmitter({ id: FORGER, intervalUs: INTERVAL_MS * 1000, advertisementAt: play });
}

/** @returns what a beacon has on the air at an instant; its identity changes when its counter says so. */
function playerOf(
  beacon: ProfileBeacon,
  organisationUuid: string,
  startedUnixMs: number,
): (atUs: number) => Advertisement {
  let frames: { readonly address: Uint8Array; readonly data: readonly Uint8Array[] } = {
    address: new Uint8Array(6),
    data: [],
  };
  let untilUnixMs = Number.NEGATIVE_INFINITY;
  return (atUs) => {
    const unixMs = startedUnixMs + atUs / 1000;
    if (unixMs >= untilUnixMs) {
      const { address, data } = framesOf(beacon, organisationUuid, unixMs);
      frames = { address: parseAddress(address), data: data.map((hex) => decodeHex(hex) as Uint8Array) };
      untilUnixMs = nextBoundaryUnixMs(unixMs, beacon.clockOffsetS, beacon.exponentK);
    }
    const data = frames.data[Math.floor(atUs / 1000 / DWELL_MS) % frames.data.length] as Uint8Array;
    return { type: advertisingType.ADV_NONCONN_IND, isAddressRandom: true, address: frames.address, data };
  };
}
