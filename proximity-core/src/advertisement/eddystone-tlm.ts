import { eddystoneTypes, encodeEddystone, wrongType } from './eddystone.js';
import { type Decoded, malformed, requireInteger, signed } from './result.js';

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

export type EddystoneTlmFrame = Telemetry & { readonly kind: 'eddystone-tlm' };

/** What is encrypted in eTLM: the frame without type and version. */
export const TELEMETRY_OCTETS = 12;
const NO_TEMPERATURE = 0x8000;

/**
 * @returns the whole advertising data, 25 octets.
 * @throws RangeError for a field out of range.
 * @example encodeHex(encodeEddystoneTlm({ advertisements: 1, uptimeDs: 2 })) // '0201060303aafe1116aafe2000000080000000000100000002'
 */
export function encodeEddystoneTlm(telemetry: Telemetry): Uint8Array {
  return encodeEddystone(Uint8Array.of(eddystoneTypes.tlm, 0, ...encodeTelemetry(telemetry)));
}

/**
 * @param frame service data after the UUID.
 * @returns the frame, or `eddystone-type`, `tlm-version`, `tlm-length`.
 * @example decodeEddystoneTlm(Uint8Array.of(0x20, 1)) // { ok: false, reason: 'tlm-version' }
 */
export function decodeEddystoneTlm(frame: Uint8Array): Decoded<{ readonly frame: EddystoneTlmFrame }> {
  if (frame[0] !== eddystoneTypes.tlm) return wrongType;
  if (frame.length < 2 || frame[1] !== 0) return malformed('tlm-version');
  if (frame.length !== 2 + TELEMETRY_OCTETS) return malformed('tlm-length');
  return { ok: true, frame: { kind: 'eddystone-tlm', ...decodeTelemetry(frame.subarray(2)) } };
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

/** @param bytes exactly 12 octets; every value of them means something. */
export function decodeTelemetry(bytes: Uint8Array): Telemetry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TELEMETRY_OCTETS);
  const batteryMv = view.getUint16(0);
  const temperature = view.getUint16(2);
  return {
    ...(batteryMv === 0 ? {} : { batteryMv }),
    ...(temperature === NO_TEMPERATURE ? {} : { temperatureC: signed(temperature >>> 8) + (temperature & 255) / 256 }),
    advertisements: view.getUint32(4),
    uptimeDs: view.getUint32(8),
  };
}
