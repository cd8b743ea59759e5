/** The settings and the state of a beacon, as octets: `requests.ts` has the tables. */

import type { AirSettings } from '../config/config.js';
import { concat, requireRange } from './octets.js';

export interface BeaconSettings extends AirSettings {
  /** For people: at most 48 octets of UTF-8. */
  readonly name: string;
}

export interface BeaconStatus extends Omit<BeaconSettings, 'organisationUuid'> {
  readonly isClaimed: boolean;
  /** Whether something proves the beacon's clock right. */
  readonly isClockSynchronised: boolean;
  readonly unixMs: number;
  readonly uptimeS: number;
  /** Handshakes with a wrong key since the daemon started. */
  readonly wrongAttempts: number;
}

/** Why octets are no settings. */
export type Undecoded = 'malformed' | 'out-of-range';

const UUID_OCTETS = 16;
const SETTINGS_OCTETS = UUID_OCTETS + 8;
const STATUS_OCTETS = 25;
const CLAIMED = 1;
const CLOCK_SYNCHRONISED = 2;
export const MOST_NAME_OCTETS = 48;
const CONTROL_CHARACTER = /\p{Cc}/u;
/** 2100-01-01: later is no clock. */
export const LATEST_UNIX_MS = 4_102_444_800_000;

export function encodeStatus(status: BeaconStatus): Uint8Array {
  const octets = new Uint8Array(STATUS_OCTETS);
  const view = new DataView(octets.buffer);
  octets[0] = (status.isClaimed ? CLAIMED : 0) | (status.isClockSynchronised ? CLOCK_SYNCHRONISED : 0);
  writeRadio(view, 1, status);
  octets.set(encodeUnixMs(status.unixMs), 9);
  view.setUint32(17, Math.min(status.uptimeS, 0xffffffff), true);
  view.setUint32(21, Math.min(status.wrongAttempts, 0xffffffff), true);
  return concat(octets, encodeName(status.name));
}

/** @returns `undefined` for octets that are no status. A later version may set further flags. */
export function decodeStatus(octets: Uint8Array): BeaconStatus | undefined {
  const name = decodeName(octets.subarray(STATUS_OCTETS));
  if (octets.length < STATUS_OCTETS || name === undefined) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset);
  return {
    isClaimed: ((octets[0] as number) & CLAIMED) !== 0,
    isClockSynchronised: ((octets[0] as number) & CLOCK_SYNCHRONISED) !== 0,
    ...readRadio(view, 1),
    unixMs: decodeUnixMs(octets.subarray(9, 17)),
    uptimeS: view.getUint32(17, true),
    wrongAttempts: view.getUint32(21, true),
    name,
  };
}

export function encodeUnixMs(unixMs: number): Uint8Array {
  requireRange('unixMs', unixMs, 0, LATEST_UNIX_MS);
  const octets = new Uint8Array(8);
  new DataView(octets.buffer).setBigUint64(0, BigInt(Math.floor(unixMs)), true);
  return octets;
}

/** @param octets 8 of them. @returns above 2^53 no exact number, and out of every range. */
export function decodeUnixMs(octets: Uint8Array): number {
  return Number(new DataView(octets.buffer, octets.byteOffset, 8).getBigUint64(0, true));
}

/** @throws RangeError for a value outside its range. */
export function encodeSettings(settings: BeaconSettings): Uint8Array {
  const { organisationUuid, exponentK, measuredPowerDbm, intervalMs, clockOffsetS } = settings;
  if (organisationUuid.length !== UUID_OCTETS)
    throw new RangeError(`organisationUuid: expected 16 octets, got ${organisationUuid.length}`);
  requireRange('exponentK', exponentK, 0, 15);
  requireRange('measuredPowerDbm', measuredPowerDbm, -100, 20);
  requireRange('intervalMs', intervalMs, 20, 10_240);
  requireRange('clockOffsetS', clockOffsetS, 0, 0xffffffff);
  const radio = new Uint8Array(8);
  writeRadio(new DataView(radio.buffer), 0, settings);
  return concat(organisationUuid, radio, encodeName(settings.name));
}

export function decodeSettings(octets: Uint8Array): BeaconSettings | Undecoded {
  if (octets.length < SETTINGS_OCTETS) return 'malformed';
  const name = decodeName(octets.subarray(SETTINGS_OCTETS));
  if (name === undefined) return 'malformed';
  const radio = readRadio(new DataView(octets.buffer, octets.byteOffset), UUID_OCTETS);
  const isInRange =
    radio.exponentK <= 15 &&
    radio.measuredPowerDbm >= -100 &&
    radio.measuredPowerDbm <= 20 &&
    radio.intervalMs >= 20 &&
    radio.intervalMs <= 10_240;
  return isInRange ? { organisationUuid: octets.slice(0, UUID_OCTETS), ...radio, name } : 'out-of-range';
}

type Radio = Pick<BeaconSettings, 'exponentK' | 'measuredPowerDbm' | 'intervalMs' | 'clockOffsetS'>;

function writeRadio(view: DataView, at: number, radio: Radio): void {
  view.setUint8(at, radio.exponentK);
  view.setInt8(at + 1, radio.measuredPowerDbm);
  view.setUint16(at + 2, radio.intervalMs, true);
  view.setUint32(at + 4, radio.clockOffsetS, true);
}

function readRadio(view: DataView, at: number): Radio {
  return {
    exponentK: view.getUint8(at),
    measuredPowerDbm: view.getInt8(at + 1),
    intervalMs: view.getUint16(at + 2, true),
    clockOffsetS: view.getUint32(at + 4, true),
  };
}

function encodeName(name: string): Uint8Array {
  const octets = new TextEncoder().encode(name);
  requireRange('octets of the name', octets.length, 0, MOST_NAME_OCTETS);
  if (CONTROL_CHARACTER.test(name)) throw new RangeError('name: expected no control character');
  return octets;
}

/** @returns `undefined` for octets that are no UTF-8, too many, or hold a control character. */
function decodeName(octets: Uint8Array): string | undefined {
  if (octets.length > MOST_NAME_OCTETS) return undefined;
  try {
    const name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
    return CONTROL_CHARACTER.test(name) ? undefined : name;
  } catch {
    return undefined;
  }
}
