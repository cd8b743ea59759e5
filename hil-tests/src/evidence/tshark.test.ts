import { describe, expect, it } from 'vitest';
import { readTsharkLayers } from './tshark.js';

const ibeacon = {
  kind: 'ibeacon',
  uuid: '00112233445566778899aabbccddeeff',
  major: 0x260a,
  minor: 0xc24a,
  powerDbm: -59,
};
const octets = '02:15:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:26:0a:c2:4a:c5';

describe('what tshark says of a packet', () => {
  it('is read from the manufacturer data where it names no more (4.0.17, from a capture of the rig)', () => {
    const layers = { 'btcommon.eir_ad.entry.company_id': ['0x004c'], 'btcommon.eir_ad.entry.data': [octets] };
    expect(readTsharkLayers(layers, false)).toEqual(ibeacon);
  });

  it("is read from its own fields where it has them (layout of Wireshark's packet-bluetooth.c)", () => {
    const layers = {
      'btcommon.eir_ad.entry.company_id': ['0x004c'],
      'bluetooth.apple.ibeacon.uuid128': ['00112233-4455-6677-8899-aabbccddeeff'],
      'bluetooth.apple.ibeacon.major': ['9738'],
      'bluetooth.apple.ibeacon.minor': ['49738'],
      'bluetooth.apple.ibeacon.measured_power': ['-59'],
    };
    expect(readTsharkLayers(layers, true)).toEqual(ibeacon);
  });

  it('is an Eddystone-EID by its service data', () => {
    const layers = { 'btcommon.eir_ad.entry.service_data': ['30:ee:ad:5c:31:3e:dc:c8:08:2b'] };
    expect(readTsharkLayers(layers, false)).toEqual({ kind: 'eddystone-eid', powerDbm: -18, eid: 'ad5c313edcc8082b' });
  });

  it('is never guessed: another company, another length or nothing is unknown', () => {
    for (const layers of [
      { 'btcommon.eir_ad.entry.company_id': ['0x004d'], 'btcommon.eir_ad.entry.data': [octets] },
      { 'btcommon.eir_ad.entry.company_id': ['0x004c'], 'btcommon.eir_ad.entry.data': [`${octets}:00`] },
      { 'btcommon.eir_ad.entry.service_data': ['10:ee'] },
      {},
    ])
      expect(readTsharkLayers(layers, false)).toMatchObject({ kind: 'unknown' });
  });
});
