import { describe, expect, it } from 'vitest';
import { dataOf, eddystoneService, eidAlone, eidData, ownAlone, ownDataBase64, ownService } from './testing/packets.js';
import {
  fromWebBluetooth,
  fromWebBluetoothError,
  type WebBluetoothMap,
  webBluetoothScanOptions,
  webBluetoothScanReasons,
} from './web-bluetooth.js';

function view(digits: string): DataView {
  const bytes = Buffer.from(`eeee${digits}ee`, 'hex');
  return new DataView(new Uint8Array(bytes).buffer, 2, digits.length / 2);
}

const none = new Map<never, DataView>();
const heard = (manufacturerData: WebBluetoothMap<number>, serviceData: WebBluetoothMap<string>) =>
  fromWebBluetooth({ device: { id: 'A' }, rssi: -60, manufacturerData, serviceData }, 0);

describe('Web Bluetooth', () => {
  it('gives Maps of views that begin anywhere in their buffers', () => {
    expect(dataOf(heard(none, new Map([[eddystoneService, view(eidData)]])))).toBe(eidAlone);
    const own = view(Buffer.from(ownDataBase64, 'base64').toString('hex'));
    expect(dataOf(heard(none, new Map([[ownService, own]])))).toBe(ownAlone);
    expect(dataOf(heard(new Map([[0x0118, view('beac')]]), none))).toBe('05ff1801beac');
  });

  it('gives what has the methods of a Map and is none, as Chrome does', () => {
    const entries = new Map([[eddystoneService, view(eidData)]]);
    const like: WebBluetoothMap<string> = { forEach: (callback) => entries.forEach(callback) };
    expect(dataOf(heard(none, like))).toBe(eidAlone);
  });

  it('gives no level in some events, which is told as 127', () => {
    expect(fromWebBluetooth({ device: { id: 'A' }, manufacturerData: none, serviceData: none }, 0)).toMatchObject([
      { rssiDbm: 127 },
    ]);
  });

  it.each([
    ['NotAllowedError', 'unauthorized'],
    ['SecurityError', 'unauthorized'],
    ['NotFoundError', 'unsupported'],
    ['NotSupportedError', 'unsupported'],
    ['InvalidStateError', 'internal'],
    ['constructor', 'internal'],
  ])('rejects with a %s, which is %s', (name, reason) => {
    expect(fromWebBluetoothError(new DOMException('', name), 1)).toEqual([{ t: 1, event: 'scan-failed', reason }]);
  });

  it('says why of every option', () => {
    expect(Object.keys(webBluetoothScanReasons)).toEqual(Object.keys(webBluetoothScanOptions));
  });
});
