import { describe, expect, it } from 'vitest';
import { decodeHex } from '../advertisement/bytes.js';
import { decodeAdvertisement } from '../advertisement/frame.js';
import { cordovaScanOptions, cordovaScanReasons, fromCordovaBle, fromCordovaError } from './cordova-ble.js';
import {
  dataOf,
  eidAlone,
  eidData,
  eidPacket,
  eidPacketBase64,
  iBeaconAlone,
  iBeaconData,
  iBeaconPacket,
  ownAlone,
  ownDataBase64,
  ownService,
} from './testing/packets.js';

function buffer(digits: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(digits, 'hex')).buffer;
}

const heard = (advertising: unknown, rssi: number | undefined = -60) =>
  fromCordovaBle({ id: 'A', rssi, advertising: advertising as ArrayBuffer }, 0);

describe('cordova-plugin-ble-central', () => {
  it('on Android gives the record with zeros up to 62 octets, which are cut off', () => {
    expect(dataOf(heard(buffer(eidPacket + '00'.repeat(41))))).toBe(eidPacket);
    expect(dataOf(heard(buffer('00'.repeat(62))))).toBe('');
  });

  it('keeps what is whole before a structure that points past the end', () => {
    const name = '1209446573'; // 17 octets of a name are announced and three are there
    expect(dataOf(heard(buffer(eidPacket + name)))).toBe(eidPacket);
    expect(dataOf(heard(buffer(`${iBeaconPacket}ff`)))).toBe(iBeaconPacket);
  });

  it('hands on a record of which nothing is whole, and the core calls it malformed', () => {
    const data = dataOf(heard(buffer('1fff4c000215')));
    expect(data).toBe('1fff4c000215');
    expect(decodeAdvertisement(decodeHex(data) as Uint8Array)).toEqual({ ok: false, reason: 'structure-past-end' });
  });

  it('keeps every whole structure of a record that is cut anywhere, and never one that is not', () => {
    const packet = `${eidPacket}02010605ff1801beac`;
    const ends = [0, 3, 7, 21, 24, 30];
    for (let length = 0; length <= packet.length / 2; length += 1) {
      const whole = ends.filter((end) => end <= length).pop() as number;
      const expected = whole === 0 ? packet.slice(0, 2 * length) : packet.slice(0, 2 * whole);
      expect(dataOf(heard(buffer(packet.slice(0, 2 * length)))), `${length}`).toBe(expected);
    }
  });

  it('leaves out of a long record what the core does not read, before it leaves out anything else', () => {
    const long = `fb09${'41'.repeat(250)}`; // a name of 250 octets
    expect(dataOf(heard(buffer(long + eidPacket)))).toBe(eidAlone);
    expect(dataOf(heard(buffer(`fb16aafe${'00'.repeat(248)}${eidPacket}`)))).toHaveLength(2 * 252);
  });

  it('on iOS gives a dictionary with upper-case UUIDs and the company identifier in the data', () => {
    const manufacturer = { kCBAdvDataIsConnectable: 0, kCBAdvDataManufacturerData: buffer(`4c00${iBeaconData}`) };
    expect(dataOf(heard(manufacturer))).toBe(iBeaconAlone);
    expect(dataOf(heard({ kCBAdvDataServiceData: { FEAA: buffer(eidData) } }))).toBe(eidAlone);
    const own = buffer(Buffer.from(ownDataBase64, 'base64').toString('hex'));
    expect(dataOf(heard({ kCBAdvDataServiceData: { [ownService.toUpperCase()]: own } }))).toBe(ownAlone);
  });

  it('is read too where Cordova has not unwrapped its buffers', () => {
    const wrapped = { CDVType: 'ArrayBuffer', data: eidPacketBase64 };
    expect(dataOf(heard(wrapped))).toBe(eidPacket);
    expect(
      dataOf(heard({ kCBAdvDataServiceData: { FEAA: { CDVType: 'ArrayBuffer', data: 'MO4RIjNEVWZ3iA==' } } })),
    ).toBe(eidAlone);
  });

  it('leaves the level out where Android has none, which is told as 127', () => {
    expect(fromCordovaBle({ id: 'A', advertising: buffer(eidPacket) }, 0)).toMatchObject([{ rssiDbm: 127 }]);
  });

  it.each([
    ['Bluetooth is disabled.', 'bluetooth-off'],
    ['Bluetooth is disabled', 'bluetooth-off'],
    ['This hardware does not support Bluetooth Low Energy.', 'unsupported'],
    ['Bluetooth scan permission not granted.', 'unauthorized'],
    ['Location permission not granted.', 'unauthorized'],
    ['Malformed UUID', 'internal'],
  ])('fails with "%s", which is %s', (text, reason) => {
    expect(fromCordovaError(text, 1)).toEqual([{ t: 1, event: 'scan-failed', reason }]);
    expect(fromCordovaError({ name: 'n', id: 'i', errorMessage: text }, 1)).toMatchObject([{ reason }]);
  });

  it('says why of every option', () => {
    expect(Object.keys(cordovaScanReasons)).toEqual(Object.keys(cordovaScanOptions));
    expect(cordovaScanOptions.reportDuplicates).toBe(true);
  });
});
