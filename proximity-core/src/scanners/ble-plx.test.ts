import { describe, expect, it } from 'vitest';
import { blePlxScanFailures, blePlxScanOptions, blePlxScanReasons, fromBlePlx, fromBlePlxError } from './ble-plx.js';
import {
  dataOf,
  eddystoneService,
  eidAlone,
  eidDataBase64,
  eidPacket,
  eidPacketBase64,
  iBeaconAlone,
  iBeaconBase64,
  ownAlone,
  ownDataBase64,
  ownService,
} from './testing/packets.js';

const nothing = { id: '12:34:56:78:9A:BC', rssi: -60, manufacturerData: null, serviceData: null, rawScanRecord: null };

describe('react-native-ble-plx', () => {
  it('on Android gives the record as it was heard, zeros at its end cut off', () => {
    const record = Buffer.concat([Buffer.from(eidPacketBase64, 'base64')], 62).toString('base64');
    expect(fromBlePlx({ ...nothing, rawScanRecord: record }, 12.5)).toEqual([
      { t: 12.5, event: 'advertisement', address: '12:34:56:78:9A:BC', rssiDbm: -60, data: eidPacket },
    ]);
  });

  it('on iOS has a JSON text where the record should be: the parts beside it are read', () => {
    // {"id":"A","rssi":-60}, and AD structures of 123 octets if anybody read it as such.
    const json = 'eyJpZCI6IkEiLCJyc3NpIjotNjB9';
    expect(Buffer.from(json, 'base64').toString()).toBe('{"id":"A","rssi":-60}');
    const report = { ...nothing, serviceData: { [eddystoneService]: eidDataBase64 }, rawScanRecord: json };
    expect(dataOf(fromBlePlx(report, 0))).toBe(eidAlone);
    expect(dataOf(fromBlePlx({ ...nothing, rawScanRecord: json }, 0))).toBe('');
  });

  it('does not take a record of 123 octets for a JSON text', () => {
    const record = Buffer.from(`7b16aafe${'00'.repeat(120)}`, 'hex');
    expect(dataOf(fromBlePlx({ ...nothing, rawScanRecord: record.toString('base64') }, 0))).toBe(
      record.toString('hex'),
    );
  });

  it('has the company identifier in its manufacturer data', () => {
    expect(dataOf(fromBlePlx({ ...nothing, manufacturerData: iBeaconBase64 }, 0))).toBe(iBeaconAlone);
    expect(dataOf(fromBlePlx({ ...nothing, manufacturerData: 'TA==' }, 0))).toBe('');
  });

  it('gives a service of 128 bits back as it is sent', () => {
    expect(dataOf(fromBlePlx({ ...nothing, serviceData: { [ownService]: ownDataBase64 } }, 0))).toBe(ownAlone);
  });

  it('puts the frame that proves a desk first where the platform merges packets', () => {
    const report = { ...nothing, manufacturerData: iBeaconBase64, serviceData: { [eddystoneService]: eidDataBase64 } };
    expect(dataOf(fromBlePlx(report, 0))).toBe(eidAlone + iBeaconAlone);
  });

  it('may be null in every field, and the device itself beside an error', () => {
    expect(fromBlePlx({ ...nothing, rssi: null }, 0)).toEqual([
      { t: 0, event: 'advertisement', address: '12:34:56:78:9A:BC', rssiDbm: 127, data: '' },
    ]);
    expect(fromBlePlx(null, 0)).toEqual([]);
  });

  it('reads no text that is not base64', () => {
    expect(dataOf(fromBlePlx({ ...nothing, manufacturerData: '<4c000215>', rawScanRecord: 'not base64!' }, 0))).toBe(
      '',
    );
  });

  it('tells why it does not scan, throttling by a text alone', () => {
    expect(fromBlePlxError({ errorCode: 102, reason: null }, 3)).toEqual([
      { t: 3, event: 'scan-failed', reason: 'bluetooth-off' },
    ]);
    const reasonOf = (errorCode: number, reason?: string) =>
      fromBlePlxError({ errorCode, reason: reason ?? null }, 0).map((event) => 'reason' in event && event.reason)[0];
    expect([100, 101, 601, 600, 0, 2, 999].map((code) => reasonOf(code))).toEqual([
      'unsupported',
      'unauthorized',
      'unauthorized',
      'internal',
      'internal',
      'internal',
      'internal',
    ]);
    expect(reasonOf(600, 'Undocumented scan throttle (code 2147483646), suggested retry date is …')).toBe(
      'too-frequent',
    );
    expect(fromBlePlxError(null, 0)).toEqual([]);
    expect(Object.keys(blePlxScanFailures)).toContain('101');
  });

  it('says why of every option', () => {
    expect(Object.keys(blePlxScanReasons)).toEqual(Object.keys(blePlxScanOptions));
  });
});
