import { decodeHex, encodeEddystoneUrl } from '@deskbeacon/proximity-core';
import { type FrameSet, type Powered, usualFrames } from '../schedule/frame-set.js';
import type { FramePace, Weight } from '../schedule/queue.js';
import type { RuleFault } from './setting-kinds.js';

/** The table `[frames]` of the settings. docs/frames.md lists the same keys, ranges and defaults. */
export const frameKeys = [
  'ibeacon',
  'eid',
  'own_format',
  'etlm',
  'uid',
  'url',
  'altbeacon',
  'address_seconds',
  'extended',
  'tx_power_dbm',
] as const;

/** The settings beside the table that it has to fit. */
export interface FrameContext {
  readonly exponentK: number;
  readonly intervalMs: number;
  /** The longest interval with which all frames get on the air in 2^exponent s. */
  readonly longestIntervalMs: (exponent: number) => number;
}

const MOST_WEIGHT = 100;
const MOST_EVERY_MS = 600_000;
const LEAST_EVERY_MS = 100;
/** A salt has 16 bits, and the longest window 32 768 s: one frame a second never repeats one. */
const LEAST_ETLM_EVERY_MS = 1000;
/** A frame that nobody is silenced by need not be there in every second. */
const USUAL_STATIC: FramePace = { everyMs: 1000 };
const USUAL_WEIGHT = 1;

/** @returns what is wrong with the table, or nothing. */
export function findFrameFault(value: unknown, context: FrameContext): RuleFault | undefined {
  try {
    parseFrames(value, context);
    return undefined;
  } catch (error) {
    if (error instanceof FrameFault) return error.fault;
    throw error;
  }
}

class FrameFault extends Error {
  readonly fault: RuleFault;

  constructor(fault: RuleFault) {
    super(`${fault.path.join('.')}: expected ${fault.expected}`);
    this.fault = fault;
  }
}

/**
 * @param value what stands at `frames`.
 * @throws an error for a table that `findFrameFault` finds fault with.
 */
export function parseFrames(value: unknown, context: FrameContext): FrameSet {
  const root = readTable(value, ['frames'], frameKeys);
  const ownFormat = readSwitch(root, 'own_format', ['weight', 'measured_power_dbm'], true);
  const etlm = root.values.etlm === undefined ? usualTable(root) : readSwitch(root, 'etlm', ['every_ms'], true);
  const uid = readSwitch(root, 'uid', ['namespace', 'instance', ...paceKeys], false);
  const url = readUrl(root);
  const altbeacon = readSwitch(root, 'altbeacon', ['company_id', 'beacon_id', 'reserved', ...paceKeys], false);
  const addressSeconds = readAddressSeconds(root, context);
  return {
    ibeacon: readIBeacon(root),
    eid: readProving(root.values.eid === undefined ? usualTable(root) : readSubtable(root, 'eid', provingKeys)),
    ...(ownFormat === undefined ? {} : { ownFormat: readProving(ownFormat) }),
    ...(etlm === undefined ? {} : { etlm: { everyMs: readEveryMs(etlm, LEAST_ETLM_EVERY_MS) ?? 10_000 } }),
    ...(uid === undefined
      ? {}
      : {
          uid: {
            namespace: readOctets(uid, 'namespace', 10),
            instance: readOctets(uid, 'instance', 6),
            ...readPaced(uid),
          },
        }),
    ...(url === undefined ? {} : { url }),
    ...(altbeacon === undefined
      ? {}
      : {
          altbeacon: {
            companyId: readInteger(altbeacon, 'company_id', 0, 0xffff) ?? altbeacon.fail('company_id', INTEGER_16),
            beaconId: readOctets(altbeacon, 'beacon_id', 20),
            reserved: readInteger(altbeacon, 'reserved', 0, 255) ?? 0,
            ...readPaced(altbeacon),
          },
        }),
    ...(addressSeconds === undefined ? {} : { addressSeconds }),
    ...readExtended(root),
  };
}

const INTEGER_16 = 'an integer 0..65535';
const provingKeys = ['weight', 'measured_power_dbm'];
const paceKeys = ['every_ms', 'weight', 'measured_power_dbm'];

function readIBeacon(root: Table): FrameSet['ibeacon'] {
  if (root.values.ibeacon === undefined) return usualFrames.ibeacon;
  const table = readSubtable(root, 'ibeacon', provingKeys);
  const weight = readInteger(table, 'weight', 1, MOST_WEIGHT);
  return { ...readPower(table), ...(weight === undefined ? {} : { weight }) };
}

function readProving(table: Table): Powered & Weight {
  return { ...readPower(table), weight: readInteger(table, 'weight', 1, MOST_WEIGHT) ?? USUAL_WEIGHT };
}

function readPaced(table: Table): Powered & { readonly pace: FramePace } {
  const everyMs = readEveryMs(table, LEAST_EVERY_MS);
  const weight = readInteger(table, 'weight', 1, MOST_WEIGHT);
  if (everyMs !== undefined && weight !== undefined) table.fail('weight', 'either every_ms or weight');
  const pace = weight !== undefined ? { weight } : everyMs !== undefined ? { everyMs } : USUAL_STATIC;
  return { ...readPower(table), pace };
}

function readPower(table: Table): Powered {
  const measuredPowerDbm = readInteger(table, 'measured_power_dbm', -100, 20);
  return measuredPowerDbm === undefined ? {} : { measuredPowerDbm };
}

function readEveryMs(table: Table, leastMs: number): number | undefined {
  return readInteger(table, 'every_ms', leastMs, MOST_EVERY_MS);
}

function readUrl(root: Table): FrameSet['url'] {
  const value = root.values.url;
  if (value === undefined || value === false) return undefined;
  const isText = typeof value === 'string';
  const table = isText ? root : readSubtable(root, 'url', ['url', ...paceKeys], 'false, a URL or a table');
  const url = table.values.url;
  try {
    if (typeof url !== 'string') throw new RangeError('expected a URL');
    encodeEddystoneUrl({ txPowerAt0mDbm: 0, url });
    return { url, ...(isText ? { pace: USUAL_STATIC } : readPaced(table)) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return table.fail('url', 'an http or https URL of printable ASCII that takes 1 to 17 octets (Eddystone-URL)');
  }
}

function readExtended(root: Table): Pick<FrameSet, 'extended' | 'txPowerDbm'> {
  const { extended = false } = root.values;
  if (typeof extended !== 'boolean') return root.fail('extended', 'true or false');
  const txPowerDbm = readInteger(root, 'tx_power_dbm', -127, 20);
  if (txPowerDbm !== undefined && !extended) root.fail('tx_power_dbm', 'extended = true beside it');
  return { ...(extended ? { extended } : {}), ...(txPowerDbm === undefined ? {} : { txPowerDbm }) };
}

/** Only a power of two divides 2^K. */
function readAddressSeconds(root: Table, context: FrameContext): number | undefined {
  const { exponentK, intervalMs, longestIntervalMs } = context;
  if (root.values.address_seconds === undefined) return undefined;
  const most = 2 ** exponentK;
  const isPower = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value < most && most % value === 0;
  const value = root.values.address_seconds;
  if (!isPower(value))
    return root.fail('address_seconds', `a divisor of ${most}, the seconds of an identity, and less`);
  const mostMs = longestIntervalMs(Math.log2(value));
  if (intervalMs > mostMs)
    return root.fail('address_seconds', `more seconds with interval_ms = ${intervalMs} (at most ${mostMs} ms fit)`);
  return value;
}

interface Table {
  readonly path: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  fail(key: string, expected: string): never;
}

function readTable(value: unknown, path: readonly string[], keys: readonly string[], expected = 'a table'): Table {
  if (!isTable(value)) throw new FrameFault({ path, expected, got: value });
  for (const key of Object.keys(value)) {
    if (keys.includes(key)) continue;
    throw new FrameFault({
      path: [...path, key],
      expected: `a known setting (known are ${keys.join(', ')})`,
      got: key,
    });
  }
  const fail = (key: string, expected: string): never => {
    throw new FrameFault({ path: [...path, key], expected, ...(key in value ? { got: value[key] } : {}) });
  };
  return { path, values: value, fail };
}

function readSubtable({ values, path }: Table, key: string, keys: readonly string[], expected?: string): Table {
  return readTable(values[key], [...path, key], keys, expected);
}

/** @returns `undefined` for a frame that is switched off. */
function readSwitch(root: Table, key: string, keys: readonly string[], isUsable: boolean): Table | undefined {
  const value = root.values[key];
  if (value === undefined || value === false) return undefined;
  if (value === true && isUsable) return usualTable(root);
  return readSubtable(root, key, keys, isUsable ? 'true, false or a table' : 'false or a table');
}

/** A table in which nothing is set. */
function usualTable({ path }: Table): Table {
  return readTable({}, path, []);
}

function readInteger(table: Table, key: string, least: number, most: number): number | undefined {
  const value = table.values[key];
  if (value === undefined) return undefined;
  const isInteger = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return isInteger ? value : table.fail(key, `an integer ${least}..${most}`);
}

function readOctets(table: Table, key: string, octets: number): Uint8Array {
  const value = table.values[key];
  const bytes = typeof value === 'string' ? decodeHex(value) : undefined;
  return bytes?.length === octets ? bytes : table.fail(key, `${2 * octets} hexadecimal digits`);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
