import { eddystoneTypes, encodeEddystone, WRONG_TYPE } from './eddystone.js';
import { type Decoded, malformed, requireInteger, signed, uint16At, uint32At } from './result.js';

/**
 * Eddystone-TLM, unencrypted (google/eddystone, eddystone-tlm/tlm-plain.md). Integers are big-endian.
 *
 * | octets | 0 | 1 | 2–3 | 4–5 | 6–9 | 10–13 |
 * |---|---|---|---|---|---|---|
 * | | 20 | 00 | battery, mV; 0: none | temperature, 8.8 fixed °C; 8000: none | advertisements since start | time since start, 0.1 s |
 */
export interface Telemetry {
  /** 1..65535 mV; absent where there is no battery. */
  readonly batteryMv?: number;
  /** −127.996..127.996 °C in steps of 1/256; absent where there is no thermometer. */
  readonly temperatureC?: number;
  /** 0..2^32−1. */
  readonly advertisements: number;
  /** Tenths of a second, 0..2^32−1. */
  readonly uptimeDs: number;
}

/** The fields of a frame that was decoded. */
export type EddystoneTlmFrame = Telemetry & { readonly kind: 'eddystone-tlm' };

/** What is encrypted in eTLM: the frame without type and version. */
export const TELEMETRY_OCTETS = 12;
const NO_TEMPERATURE = 0x8000;

/**
 * Writes an unencrypted Eddystone-TLM frame (eddystone-tlm/tlm-plain.md).
 * @param telemetry each field with its range.
 * @returns the whole advertising data, 25 octets.
 * @throws RangeError for a field out of range.
 * @example encodeHex(encodeEddystoneTlm({ advertisements: 1, uptimeDs: 2 })) // '0201060303aafe1116aafe2000000080000000000100000002'
 */
export function encodeEddystoneTlm(telemetry: Telemetry): Uint8Array {
  return encodeEddystone(Uint8Array.of(eddystoneTypes.tlm, 0, ...encodeTelemetry(telemetry)));
}

/** What is wrong with a frame that stands at `at` of `octets` and ends before `end`; `undefined`: it is such a frame. */
export function faultOfEddystoneTlm(octets: Uint8Array, at: number, end: number): string | undefined {
  if (end <= at || octets[at] !== eddystoneTypes.tlm) return WRONG_TYPE;
  if (end - at < 2 || octets[at + 1] !== 0) return 'tlm-version';
  return end - at === 2 + TELEMETRY_OCTETS ? undefined : 'tlm-length';
}

/**
 * Reads an unencrypted Eddystone-TLM frame (eddystone-tlm/tlm-plain.md).
 * @param frame service data after the UUID.
 * @returns the frame, or `eddystone-type`, `tlm-version`, `tlm-length`.
 * @example decodeEddystoneTlm(Uint8Array.of(0x20, 1)) // { ok: false, reason: 'tlm-version' }
 */
export function decodeEddystoneTlm(frame: Uint8Array): Decoded<{ readonly frame: EddystoneTlmFrame }> {
  const fault = faultOfEddystoneTlm(frame, 0, frame.length);
  if (fault !== undefined) return malformed(fault);
  return { ok: true, frame: readTelemetry({ kind: 'eddystone-tlm' }, frame, 2) };
}

/** @throws RangeError for a field out of range. */
export function encodeTelemetry({ batteryMv, temperatureC, advertisements, uptimeDs }: Telemetry): Uint8Array {
  if (batteryMv !== undefined) requireInteger('batteryMv', batteryMv, 1, 0xffff);
  if (temperatureC !== undefined) requireInteger('temperatureC × 256', temperatureC * 256, -0x7fff, 0x7fff);
  requireInteger('advertisements', advertisements, 0, 0xffffffff);
  requireInteger('uptimeDs', uptimeDs, 0, 0xffffffff);
  const bytes = new Uint8Array(TELEMETRY_OCTETS);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, batteryMv ?? 0);
  view.setUint16(2, temperatureC === undefined ? NO_TEMPERATURE : (temperatureC * 256) & 0xffff);
  view.setUint32(4, advertisements);
  view.setUint32(8, uptimeDs);
  return bytes;
}

/**
 * @param octets that hold 12 octets of telemetry; every value of them means something.
 * @param at where these begin; 0 when absent.
 */
export function decodeTelemetry(octets: Uint8Array, at = 0): Telemetry {
  return readTelemetry({}, octets, at);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds what 12 octets say to a new object. */
function readTelemetry<T extends object>(target: T, octets: Uint8Array, at: number): T & Telemetry {
  const telemetry = target as T & Writable<Telemetry>;
  const batteryMv = uint16At(octets, at);
  if (batteryMv !== 0) telemetry.batteryMv = batteryMv;
  const temperature = uint16At(octets, at + 2);
  if (temperature !== NO_TEMPERATURE) {
    telemetry.temperatureC = signed(temperature >>> 8) + (temperature & 255) / 256;
  }
  telemetry.advertisements = uint32At(octets, at + 4);
  telemetry.uptimeDs = uint32At(octets, at + 8);
  return telemetry;
}
