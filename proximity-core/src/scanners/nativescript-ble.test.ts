import { describe, expect, it } from 'vitest';
import {
  fromNativeScriptBle,
  fromNativeScriptError,
  nativeScriptScanOptions,
  nativeScriptScanReasons,
} from './nativescript-ble.js';
import {
  dataOf,
  eidAlone,
  eidData,
  iBeaconAlone,
  iBeaconData,
  ownAlone,
  ownDataBase64,
  ownService,
} from './testing/packets.js';

function buffer(digits: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(digits, 'hex')).buffer;
}

const heard = (advertismentData: object) => fromNativeScriptBle({ UUID: 'A', RSSI: -60, advertismentData }, 0);

describe('@nativescript-community/ble', () => {
  it('spells UUID and RSSI in capitals, and its advertisement without an e', () => {
    const report = {
      UUID: '12:34:56:78:9A:BC',
      RSSI: -60,
      advertismentData: { serviceData: { feaa: buffer(eidData) } },
    };
    expect(fromNativeScriptBle(report, 3)).toEqual([
      { t: 3, event: 'advertisement', address: '12:34:56:78:9A:BC', rssiDbm: -60, data: eidAlone },
    ]);
  });

  it('has the company identifier beside the manufacturer data', () => {
    expect(dataOf(heard({ manufacturerId: 76, manufacturerData: buffer(iBeaconData) }))).toBe(iBeaconAlone);
  });

  it('has −1 for no company, and data that are none beside it', () => {
    for (const manufacturerId of [-1, undefined, 65536, 1.5]) {
      expect(dataOf(heard({ manufacturerId, manufacturerData: buffer(iBeaconData) }))).toBe('');
    }
    expect(dataOf(heard({ manufacturerId: 76, manufacturerData: undefined }))).toBe('');
  });

  it('has short UUIDs, lower-case on Android and upper-case on iOS', () => {
    for (const key of ['feaa', 'FEAA'])
      expect(dataOf(heard({ serviceData: { [key]: buffer(eidData) } }))).toBe(eidAlone);
    const own = buffer(Buffer.from(ownDataBase64, 'base64').toString('hex'));
    expect(dataOf(heard({ serviceData: { [ownService]: own } }))).toBe(ownAlone);
  });

  it('has getters over native objects: each is read once and `data` never', () => {
    const reads: string[] = [];
    const once = <T>(name: string, value: T) => {
      reads.push(name);
      return value;
    };
    const advertismentData = {
      get manufacturerId() {
        return once('manufacturerId', 76);
      },
      get manufacturerData() {
        return once('manufacturerData', buffer(iBeaconData));
      },
      get serviceData() {
        return once('serviceData', { feaa: buffer(eidData) });
      },
      get data(): ArrayBuffer {
        throw new Error('on iOS this is no advertising data');
      },
    };
    expect(dataOf(heard(advertismentData))).toBe(eidAlone + iBeaconAlone);
    expect(reads.sort()).toEqual(['manufacturerData', 'manufacturerId', 'serviceData']);
  });

  it('gives an event that holds no native object any more', () => {
    const octets = new Uint8Array(Buffer.from(eidData, 'hex'));
    const events = heard({ serviceData: { feaa: octets.buffer } });
    octets.fill(0);
    expect(dataOf(events)).toBe(eidAlone);
  });

  it.each([
    ['bluetooth_not_enabled', 'bluetooth-off'],
    ['bluetooth_not_supported', 'unsupported'],
    ['error_function_call', 'internal'],
  ])('rejects with "%s", which is %s', (text, reason) => {
    expect(fromNativeScriptError(new Error(text), 1)).toEqual([{ t: 1, event: 'scan-failed', reason }]);
  });

  it('says why of every option', () => {
    expect(Object.keys(nativeScriptScanReasons)).toEqual(Object.keys(nativeScriptScanOptions));
  });
});
