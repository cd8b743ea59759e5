import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The rivals, as far as they are installed. They have no types of their own: these are what is called of them. */

/** What noble hands to node-beacon-scanner: the AD structures are split already. */
export interface Peripheral {
  readonly id: string;
  readonly address: string;
  readonly rssi: number;
  readonly advertisement: {
    readonly manufacturerData: Buffer | undefined;
    readonly serviceData: readonly { readonly uuid: string; readonly data: Buffer }[];
  };
}

export type Parsed = Readonly<Record<string, unknown>>;

interface AdvlibBle {
  process(data: Buffer, libraries: readonly unknown[], options: { readonly isPayloadOnly: boolean }): Parsed | null;
}
/** The part of noble that splits what the controller reports. */
interface NobleGap {
  parseServices(address: string, data: Buffer, isKnown: boolean, eventType: number): Peripheral['advertisement'];
}
interface Kalman {
  filter(value: number): number;
}
interface OneEuro {
  filter(value: number, seconds: number): number;
}
interface AesEcb {
  encrypt(block: Uint8Array): Uint8Array;
}

export interface Rivals {
  readonly parsePeripheral: (peripheral: Peripheral) => Parsed | null;
  /** noble's splitting before it: what an app pays that has octets and wants a frame. */
  readonly splitAndParse: (payload: Buffer) => Parsed | null;
  readonly parsePayload: (payload: Buffer) => Parsed | null;
  readonly makeKalman: (options: { readonly R: number; readonly Q: number }) => Kalman;
  readonly makeOneEuro: (rateHz: number, cutoffHz: number, beta: number) => OneEuro;
  readonly makeAes: (key: Uint8Array) => AesEcb;
  /** Name and version of each, as installed. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Who is heard makes no difference to any decoder. */
export const HEARD_FROM = { id: '5a11c0ffee01', address: '5a:11:c0:ff:ee:01', rssi: -61 } as const;
/** Event type of an advertising report, Core Vol 4 Part E §7.7.65.2. */
const NON_CONNECTABLE = 3;

const names = [
  'node-beacon-scanner',
  '@abandonware/noble',
  'advlib-ble',
  'advlib-ble-services',
  'advlib-ble-manufacturers',
  'kalmanjs',
  '1eurofilter',
  'aes-js',
] as const;

/**
 * @param folder the benchmark's own, which has the rivals in its `node_modules`.
 * @returns `undefined` when they are not all installed.
 */
export function loadRivals(folder: string): Rivals | undefined {
  const require = createRequire(join(folder, 'package.json'));
  try {
    const scanner = require('node-beacon-scanner/lib/parser.js') as { parse(peripheral: Peripheral): Parsed | null };
    const Gap = require('@abandonware/noble/lib/hci-socket/gap.js') as new (hci: EventEmitter) => NobleGap;
    const gap = new Gap(new EventEmitter());
    const advlib = require('advlib-ble') as AdvlibBle;
    const libraries: readonly unknown[] = [require('advlib-ble-services'), require('advlib-ble-manufacturers')];
    const KalmanFilter = require('kalmanjs') as new (options: object) => Kalman;
    const { OneEuroFilter } = require('1eurofilter') as {
      OneEuroFilter: new (rate: number, cutoff: number, beta: number) => OneEuro;
    };
    const { ModeOfOperation } = require('aes-js') as { ModeOfOperation: { ecb: new (key: Uint8Array) => AesEcb } };
    const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;
    return {
      parsePeripheral: (peripheral) => scanner.parse(peripheral),
      splitAndParse: (payload) =>
        scanner.parse({
          ...HEARD_FROM,
          advertisement: gap.parseServices(HEARD_FROM.address, payload, false, NON_CONNECTABLE),
        }),
      parsePayload: (payload) => advlib.process(payload, libraries, { isPayloadOnly: true }),
      makeKalman: (options) => new KalmanFilter(options),
      makeOneEuro: (rate, cutoff, beta) => new OneEuroFilter(rate, cutoff, beta),
      makeAes: (key) => new ModeOfOperation.ecb(key),
      versions: Object.fromEntries(names.map((name) => [name, versionOf(name)])),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
