import type { CallEvent } from '../call/events.js';
import type { IdentityLookup } from '../profile/lookup.js';
import { type BleManagerPeripheral, fromBleManager } from './ble-manager.js';
import { type BlePlxDevice, fromBlePlx } from './ble-plx.js';
import { type CapacitorScanResult, fromCapacitorBle } from './capacitor-ble.js';
import { type CordovaPeripheral, fromCordovaBle } from './cordova-ble.js';
import { fromIBeaconRanging, type RangingReport } from './ibeacon-ranging.js';
import { fromNativeScriptBle, type NativeScriptPeripheral } from './nativescript-ble.js';
import { fromNoble, fromNobleReport, type NoblePeripheral, type NobleReport } from './noble.js';
import { fieldsOf } from './read-report.js';
import { fromWebBluetooth, type WebBluetoothEvent } from './web-bluetooth.js';

/**
 * All adapters by name, for hosts that hand reports over as JSON. A report has the library's own fields; what is binary in it
 * stands as base64, as a list of numbers, or as the object that JSON makes of a Node Buffer; a Map stands as an object.
 */
export type Library =
  | 'ble-plx'
  | 'ble-manager'
  | 'capacitor-ble'
  | 'cordova-ble'
  | 'nativescript-ble'
  | 'noble'
  | 'web-bluetooth'
  | 'ibeacon-ranging';

type Adapter = (report: unknown, t: number, lookup?: IdentityLookup) => readonly CallEvent[];

/** What a report really is the adapters find out for themselves: none of them takes its shape for granted. */
const adapters: Readonly<Record<Library, Adapter>> = {
  'ble-plx': (report, t) => fromBlePlx(report as BlePlxDevice, t),
  'ble-manager': (report, t) => fromBleManager(report as BleManagerPeripheral, t),
  'capacitor-ble': (report, t) => fromCapacitorBle(report as CapacitorScanResult, t),
  'cordova-ble': (report, t) => fromCordovaBle(report as CordovaPeripheral, t),
  'nativescript-ble': (report, t) => fromNativeScriptBle(report as NativeScriptPeripheral, t),
  // A packet of its HCI layer has `data`, the peripheral of `discover` has `advertisement`.
  noble: (report, t) =>
    fieldsOf(report)?.data === undefined
      ? fromNoble(report as NoblePeripheral, t)
      : fromNobleReport(report as NobleReport, t),
  'web-bluetooth': (report, t) => fromWebBluetooth(report as WebBluetoothEvent, t),
  'ibeacon-ranging': (report, t, lookup) => fromIBeaconRanging(report as RangingReport, t, lookup),
};

/** All names, in the order of the documentation. */
export const libraries = /* @__PURE__ */ Object.keys(adapters) as readonly Library[];

/** Whether there is an adapter of this name. */
export function isLibrary(name: unknown): name is Library {
  return libraries.indexOf(name as Library) >= 0;
}

/**
 * @param library whose report it is.
 * @param report as parsed from JSON, or as the library gave it.
 * @param t milliseconds on the call's clock.
 * @param lookup the call's identities, which `ibeacon-ranging` alone needs.
 * @returns what the report says; nothing for what is no report.
 * @example fromReport('ble-plx', { id: 'A', rssi: -60, rawScanRecord: 'AgEG' }, 5) // [{ t: 5, event: 'advertisement', address: 'A', rssiDbm: -60, data: '020106' }]
 */
export function fromReport(
  library: Library,
  report: unknown,
  t: number,
  lookup?: IdentityLookup,
): readonly CallEvent[] {
  return adapters[library](report, t, lookup);
}
