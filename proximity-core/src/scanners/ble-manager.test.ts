import { describe, expect, it } from 'vitest';
import {
  bleManagerScanOptions,
  bleManagerScanReasons,
  fromBleManager,
  fromBleManagerError,
  fromBleManagerStop,
} from './ble-manager.js';
import {
  dataOf,
  eidAlone,
  eidData,
  eidPacket,
  iBeaconAlone,
  iBeaconData,
  iBeaconDataBase64,
  ownAlone,
  ownDataBase64,
  ownService,
} from './testing/packets.js';

function cdv(digits: string) {
  const bytes = Buffer.from(digits, 'hex');
  return { CDVType: 'ArrayBuffer' as const, bytes: [...bytes], data: bytes.toString('base64') };
}

const heard = (advertising: object) => fromBleManager({ id: '12:34:56:78:9A:BC', rssi: -60, advertising }, 0);

describe('react-native-ble-manager', () => {
  it('on Android gives the record as it was heard', () => {
    const advertising = { rawData: cdv(eidPacket + '00'.repeat(41)), serviceData: {}, manufacturerData: {} };
    expect(dataOf(heard(advertising))).toBe(eidPacket);
  });

  it('has manufacturer data under four hexadecimal digits, without the company identifier', () => {
    expect(dataOf(heard({ manufacturerData: { '004c': cdv(iBeaconData) } }))).toBe(iBeaconAlone);
    expect(dataOf(heard({ manufacturerData: { '0118': cdv('beac') } }))).toBe('05ff1801beac');
  });

  it('has raw manufacturer data whose first octets mean one thing on Android and another on iOS: they are not read', () => {
    // Android: the identifier as a big-endian integer of four octets. iOS: as sent.
    for (const raw of [`0000004c${iBeaconData}`, `4c00${iBeaconData}`]) {
      expect(dataOf(heard({ manufacturerRawData: cdv(raw) }))).toBe('');
      expect(dataOf(heard({ manufacturerRawData: cdv(raw), manufacturerData: { '004c': cdv(iBeaconData) } }))).toBe(
        iBeaconAlone,
      );
    }
  });

  it('gives the first manufacturer data of a packet only, and all of them stand in the record', () => {
    const two = '05ff1801beac04ff4c0010';
    const parts = { manufacturerData: { '0118': cdv('beac') } };
    expect(dataOf(heard(parts))).toBe('05ff1801beac');
    expect(dataOf(heard({ ...parts, rawData: cdv(two) }))).toBe(two);
  });

  it('shortens UUIDs of 16 bits and leaves the others', () => {
    expect(dataOf(heard({ serviceData: { feaa: cdv(eidData) } }))).toBe(eidAlone);
    const own = { bytes: [...Buffer.from(ownDataBase64, 'base64')], data: ownDataBase64 };
    expect(dataOf(heard({ serviceData: { [ownService]: own } }))).toBe(ownAlone);
  });

  it('is read by its base64 where a bridge has lost the numbers', () => {
    expect(dataOf(heard({ manufacturerData: { '004c': { data: iBeaconDataBase64 } } }))).toBe(iBeaconAlone);
  });

  it('has null for octets that there are none of, whatever its types say', () => {
    const none = { CDVType: 'ArrayBuffer', bytes: null, data: null };
    expect(dataOf(heard({ rawData: none, serviceData: { feaa: cdv(eidData) } }))).toBe(eidAlone);
  });

  it('reads no key as a company that is none', () => {
    for (const key of ['76', '4c00x', 'zz', '', '0x004c', '-004']) {
      const expected = key === '76' ? `1aff7600${iBeaconData}` : '';
      expect(dataOf(heard({ manufacturerData: { [key]: cdv(iBeaconData) } })), key).toBe(expected);
    }
  });

  it('tells a failed scan by the event of a stop', () => {
    expect(fromBleManagerStop({ status: 6 }, 4)).toEqual([{ t: 4, event: 'scan-failed', reason: 'too-frequent' }]);
    expect(fromBleManagerStop({ status: 4 }, 4)).toEqual([{ t: 4, event: 'scan-failed', reason: 'unsupported' }]);
    expect(fromBleManagerStop({ status: 2 }, 4)).toEqual([{ t: 4, event: 'scan-failed', reason: 'internal' }]);
    for (const stop of [{ status: 0 }, { status: 10 }, {}]) {
      expect(fromBleManagerStop(stop, 4)).toEqual([{ t: 4, event: 'scan-stopped' }]);
    }
    expect(fromBleManagerStop(null, 4)).toEqual([]);
  });

  it.each([
    ['No bluetooth support', 'unsupported'],
    ['No BLE scanner available', 'bluetooth-off'],
    ['Failed to start scan: Need android.permission.BLUETOOTH_SCAN permission', 'unauthorized'],
    ['Failed to start scan: null', 'internal'],
    [undefined, 'internal'],
  ])('rejects a scan with "%s", which is %s', (text, reason) => {
    expect(fromBleManagerError(text, 0)).toEqual([{ t: 0, event: 'scan-failed', reason }]);
    expect(fromBleManagerError(new Error(text), 0)).toEqual([{ t: 0, event: 'scan-failed', reason }]);
  });

  it('says why of every option', () => {
    expect(Object.keys(bleManagerScanReasons)).toEqual(Object.keys(bleManagerScanOptions));
  });
});
