import {
  type FrameView,
  findFrame,
  hexOf,
  majorOf,
  minorOf,
  powerOf,
  telemetryOf,
  urlOf,
} from '@deskbeacon/proximity-core';
import type { Parsed } from './rivals.js';

/** Our decoder, and what it takes to give its frames the very form in which a rival gives them, strings and all. */

/** Found and validated: lengths, ranges, versions. @returns the frame; these advertisements hold one each. */
export function decodeFrame(octets: Uint8Array): FrameView {
  const view = findFrame(octets);
  if (view === undefined) throw new Error('expected a frame');
  return view;
}

/** As node-beacon-scanner's field of the frame. */
export function formatAsScanner(view: FrameView): Parsed {
  switch (view.kind) {
    case 'ibeacon':
      return {
        uuid: uuidOf(view),
        major: majorOf(view),
        minor: minorOf(view),
        txPower: powerOf(view),
      };
    case 'eddystone-uid':
      return {
        txPower: powerOf(view),
        namespace: hexOf(view, 2, 12).toUpperCase(),
        instance: hexOf(view, 12, 18).toUpperCase(),
      };
    case 'eddystone-url':
      return { txPower: powerOf(view), url: urlOf(view) };
    case 'eddystone-tlm': {
      const { batteryMv, temperatureC, advertisements, uptimeDs } = telemetryOf(view);
      return { batteryVoltage: batteryMv, temperature: temperatureC, advCnt: advertisements, secCnt: uptimeDs };
    }
    case 'eddystone-eid':
      return { txPower: powerOf(view), eid: hexOf(view, 2, 10) };
    default:
      throw new Error(`no rival reads ${view.kind}`);
  }
}

/** As advlib's properties, less those about the AD structures around the frame. It reads no EID. */
export function formatAsAdvlib(view: FrameView): Parsed {
  switch (view.kind) {
    case 'ibeacon':
      return {
        deviceIds: [`${hexOf(view, 4, 20)}/${hexOf(view, 20, 22)}/${hexOf(view, 22, 24)}`],
        txPower: powerOf(view),
      };
    case 'eddystone-uid':
      return { deviceIds: [`${hexOf(view, 2, 12)}/${hexOf(view, 12, 18)}`], txPower: powerOf(view) };
    case 'eddystone-url':
      return { txPower: powerOf(view), uri: urlOf(view) };
    case 'eddystone-tlm': {
      const { batteryMv = 0, temperatureC, advertisements, uptimeDs } = telemetryOf(view);
      return {
        batteryVoltage: batteryMv / 1000,
        temperature: temperatureC,
        txCount: advertisements,
        uptime: uptimeDs * 100,
      };
    }
    default:
      throw new Error(`advlib reads no ${view.kind}`);
  }
}

/** Reads every string that a rival's result holds: engines put concatenation off until somebody looks. */
export function readStrings(parsed: Parsed): number {
  let sum = 0;
  for (const name in parsed) {
    const value = parsed[name];
    if (typeof value === 'string') sum += value.charCodeAt(value.length - 1);
    else if (Array.isArray(value)) sum += String(value[0]).charCodeAt(0);
    else if (typeof value === 'number') sum += value;
  }
  return sum;
}

const UPPER_DIGITS = [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 65, 66, 67, 68, 69, 70];
const DASH = 45;

/** The UUID as people write it, laid out in one go. */
function uuidOf({ octets, at }: FrameView): string {
  const codes = new Array<number>(36);
  let next = 0;
  for (let i = 0; i < 16; i += 1) {
    const octet = octets[at + 4 + i] as number;
    codes[next] = UPPER_DIGITS[octet >>> 4] as number;
    codes[next + 1] = UPPER_DIGITS[octet & 15] as number;
    next += 2;
    if (i === 3 || i === 5 || i === 7 || i === 9) {
      codes[next] = DASH;
      next += 1;
    }
  }
  return String.fromCharCode.apply(undefined, codes);
}
