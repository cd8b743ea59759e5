import { describe, expect, it } from 'vitest';
import { capacitorScanOptions, capacitorScanReasons, fromCapacitorBle, fromCapacitorError } from './capacitor-ble.js';
import {
  dataOf,
  eddystoneService,
  eidAlone,
  eidData,
  eidPacket,
  iBeaconAlone,
  iBeaconData,
  ownAlone,
  ownDataBase64,
  ownService,
} from './testing/packets.js';

/** A view in the middle of a buffer whose other octets are ff. */
function view(digits: string, offset = 5): DataView {
  const bytes = Buffer.from(digits, 'hex');
  const buffer = new ArrayBuffer(offset + bytes.length + 3);
  new Uint8Array(buffer).fill(0xff).set(bytes, offset);
  return new DataView(buffer, offset, bytes.length);
}

const heard = (fields: object) => fromCapacitorBle({ device: { deviceId: 'A' }, rssi: -60, ...fields }, 0);

describe('@capacitor-community/bluetooth-le', () => {
  it('on Android gives the record as it was heard, in a view that begins anywhere in its buffer', () => {
    for (const offset of [0, 1, 5]) {
      expect(dataOf(heard({ rawAdvertisement: view(eidPacket + '00'.repeat(41), offset) }))).toBe(eidPacket);
    }
  });

  it('has decimal company identifiers: 76 is Apple and not 0x76', () => {
    expect(dataOf(heard({ manufacturerData: { 76: view(iBeaconData) } }))).toBe(iBeaconAlone);
    expect(dataOf(heard({ manufacturerData: { '280': view('beac') } }))).toBe('05ff1801beac');
    for (const key of ['004c', '65536', '-1', '', '7.6']) {
      expect(dataOf(heard({ manufacturerData: { [key]: view(iBeaconData) } })), key).toBe('');
    }
  });

  it('has full UUIDs, of which those with a short form were sent short', () => {
    expect(dataOf(heard({ serviceData: { [eddystoneService]: view(eidData) } }))).toBe(eidAlone);
    const own = view(Buffer.from(ownDataBase64, 'base64').toString('hex'));
    expect(dataOf(heard({ serviceData: { [ownService]: own } }))).toBe(ownAlone);
  });

  it('has 127 for a power that it does not know, which changes nothing', () => {
    const fields = { serviceData: { [eddystoneService]: view(eidData) } };
    expect(heard({ ...fields, txPower: 127 })).toEqual(heard({ ...fields, txPower: -12 }));
  });

  it('has no level at all in some results, which is told as 127', () => {
    expect(fromCapacitorBle({ device: { deviceId: 'A' } }, 2)).toEqual([
      { t: 2, event: 'advertisement', address: 'A', rssiDbm: 127, data: '' },
    ]);
  });

  it.each([
    ['Permission denied.', 'unauthorized'],
    ['BLE permission denied', 'unauthorized'],
    ['BLE is not supported.', 'unsupported'],
    ['BLE unsupported', 'unsupported'],
    ['BLE is not available.', 'unsupported'],
    ['Already scanning. Stopping now.', 'internal'],
    ['Bluetooth LE not initialized.', 'internal'],
  ])('rejects with "%s", which is %s', (text, reason) => {
    expect(fromCapacitorError(new Error(text), 1)).toEqual([{ t: 1, event: 'scan-failed', reason }]);
  });

  it('says why of every option', () => {
    expect(Object.keys(capacitorScanReasons)).toEqual(Object.keys(capacitorScanOptions));
    expect(capacitorScanOptions.allowDuplicates).toBe(true);
  });
});
