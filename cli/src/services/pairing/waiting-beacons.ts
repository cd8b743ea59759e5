/** Beacons in their pairing window, as what is heard of them adds up. Pure: reports in, a list out. */

import { type Credential, controlUuids } from '@deskbeacon/beacon/control';
import type { AdvertisingReport } from '@deskbeacon/beacon/radio';
import { decodeAdStructures } from '@deskbeacon/proximity-core';

export interface WaitingBeacon {
  /** As noble writes it. */
  readonly address: string;
  /** The latest levels, dBm, newest last; at most 20. */
  readonly levelsDbm: readonly number[];
  readonly heardAtMs: number;
  /** From the scan response; absent until one was heard. */
  readonly told?: {
    readonly version: number;
    readonly credential: Credential;
    /** It shows which one it is, because somebody asked it to. */
    readonly isIdentifying: boolean;
    /** 8 hexadecimal digits. */
    readonly tag: string;
  };
}

const MOST_LEVELS = 20;
/** What is not heard for so long is gone. */
const FORGET_MS = 5000;
const MOST_BEACONS = 500;
/** Core Supplement Part A §1.1 (complete list of 128-bit services), §1.11 (service data). */
const SERVICES_TYPE = 0x07;
const SERVICE_DATA_TYPE = 0x21;
const UNKNOWN_LEVEL = 127;
const service = Buffer.from(controlUuids.service, 'hex').reverse();

/** @returns the list with what this report adds; the same list for a report of something else. */
export function noteReport(
  beacons: readonly WaitingBeacon[],
  { address, data, rssiDbm, atMs }: AdvertisingReport,
): readonly WaitingBeacon[] {
  const structures = decodeAdStructures(data);
  if (!structures.ok) return beacons;
  const isOffering = structures.structures.some(
    ({ type, data: value }) => type === SERVICES_TYPE && service.equals(value.subarray(0, service.length)),
  );
  const answer = structures.structures.find(
    ({ type, data: value }) =>
      type === SERVICE_DATA_TYPE &&
      value.length >= service.length + 6 &&
      service.equals(value.subarray(0, service.length)),
  );
  if (!isOffering && answer === undefined) return beacons;
  const recent = beacons.filter(({ heardAtMs }) => atMs - heardAtMs <= FORGET_MS);
  const known = recent.find((beacon) => beacon.address === address);
  if (known === undefined && recent.length >= MOST_BEACONS) return recent;
  const levelsDbm = [...(known?.levelsDbm ?? []), ...(rssiDbm === UNKNOWN_LEVEL ? [] : [rssiDbm])].slice(-MOST_LEVELS);
  const told = answer === undefined ? known?.told : readAnswer(answer.data.subarray(service.length));
  const beacon: WaitingBeacon = { address, levelsDbm, heardAtMs: atMs, ...(told === undefined ? {} : { told }) };
  return [...recent.filter((other) => other.address !== address), beacon];
}

/** Nearest first; what was never heard with a level comes last. */
export function nearestFirst(beacons: readonly WaitingBeacon[]): readonly WaitingBeacon[] {
  return [...beacons].sort(
    (a, b) => (strongestDbm(b) ?? Number.NEGATIVE_INFINITY) - (strongestDbm(a) ?? Number.NEGATIVE_INFINITY),
  );
}

/** @returns the strongest of the latest levels, `undefined` without any. */
export function strongestDbm({ levelsDbm }: Pick<WaitingBeacon, 'levelsDbm'>): number | undefined {
  return levelsDbm.length === 0 ? undefined : Math.max(...levelsDbm);
}

/** @returns the median of the latest levels, `undefined` without any. */
export function medianDbm({ levelsDbm }: Pick<WaitingBeacon, 'levelsDbm'>): number | undefined {
  return [...levelsDbm].sort((a, b) => a - b)[Math.floor((levelsDbm.length - 1) / 2)];
}

function readAnswer(octets: Uint8Array): WaitingBeacon['told'] {
  const [version = 0, kind = 0] = octets;
  return {
    version,
    credential: (kind & 0x7f) === 0 ? 'setup-code' : 'owner-key',
    isIdentifying: (kind & 0x80) !== 0,
    tag: Buffer.from(octets.subarray(2, 6)).toString('hex'),
  };
}
