import { describe, expect, it } from 'vitest';
import { fromNoble, fromNobleReport, fromNobleState, nobleScanOptions, nobleScanReasons } from './noble.js';
import {
  dataOf,
  eidAlone,
  eidData,
  eidPacket,
  iBeaconAlone,
  iBeaconBase64,
  iBeaconPacket,
  ownAlone,
  ownDataBase64,
  ownService,
} from './testing/packets.js';

const manufacturerData = Buffer.from(iBeaconBase64, 'base64');
const heard = (advertisement: object) => fromNoble({ id: '123456789abc', rssi: -60, advertisement }, 0);

describe('noble', () => {
  it('tells each packet by its HCI layer, with a Buffer that is a view into a shared pool', () => {
    const pool = Buffer.from(`ffff${eidPacket}ffff`, 'hex').subarray(2, 2 + eidPacket.length / 2);
    expect(fromNobleReport({ address: '12:34:56:78:9a:bc', rssiDbm: -60, data: pool }, 8)).toEqual([
      { t: 8, event: 'advertisement', address: '12:34:56:78:9a:bc', rssiDbm: -60, data: eidPacket },
    ]);
    expect(dataOf(fromNobleReport({ address: '', rssiDbm: 127, data: Buffer.from(iBeaconPacket, 'hex') }, 0))).toBe(
      iBeaconPacket,
    );
  });

  it('gives service data as a list, with UUIDs that have no hyphens', () => {
    const eid = { uuid: 'feaa', data: Buffer.from(eidData, 'hex') };
    expect(dataOf(heard({ serviceData: [eid] }))).toBe(eidAlone);
    const own = { uuid: ownService.replace(/-/g, ''), data: Buffer.from(ownDataBase64, 'base64') };
    expect(dataOf(heard({ serviceData: [own] }))).toBe(ownAlone);
    expect(dataOf(heard({ serviceData: { feaa: Buffer.from(eidData, 'hex') } }))).toBe('');
  });

  it('gives manufacturer data with the company identifier', () => {
    expect(dataOf(heard({ manufacturerData, serviceData: [] }))).toBe(iBeaconAlone);
  });

  it('keeps the manufacturer data of an earlier packet in its merged peripheral: beside service data they are not counted', () => {
    const merged = { manufacturerData, serviceData: [{ uuid: 'feaa', data: Buffer.from(eidData, 'hex') }] };
    expect(dataOf(heard(merged))).toBe(eidAlone);
  });

  it('has null or nothing where a binding knows no manufacturer data', () => {
    expect(dataOf(heard({ manufacturerData: null, serviceData: [] }))).toBe('');
    expect(dataOf(heard({}))).toBe('');
  });

  it.each([
    ['poweredOff', 'bluetooth-off'],
    ['unauthorized', 'unauthorized'],
    ['unsupported', 'unsupported'],
    ['resetting', 'internal'],
    ['unknown', 'internal'],
    ['toString', 'internal'],
  ])('tells the state %s, which is %s', (state, reason) => {
    expect(fromNobleState(state, 1)).toEqual([{ t: 1, event: 'scan-failed', reason }]);
    expect(fromNobleState('poweredOn', 1)).toEqual([]);
  });

  it('says why of every option', () => {
    expect(Object.keys(nobleScanReasons)).toEqual(Object.keys(nobleScanOptions));
  });
});
