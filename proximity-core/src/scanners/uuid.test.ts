import { describe, expect, it } from 'vitest';
import { encodeHex } from '../advertisement/bytes.js';
import { DESKBEACON_SERVICE } from '../advertisement/deskbeacon-eid.js';
import { canonicalUuid, sentUuid } from './uuid.js';

describe('the UUID of a service', () => {
  it.each([
    'FEAA',
    'feaa',
    '0xfeaa',
    '0000FEAA',
    '0000feaa-0000-1000-8000-00805f9b34fb',
    '0000FEAA-0000-1000-8000-00805F9B34FB',
    '0000feaa00001000800000805f9b34fb',
    '{0000feaa-0000-1000-8000-00805f9b34fb}',
  ])('%s is Eddystone’s, and is sent as two octets', (text) => {
    expect(canonicalUuid(text)).toBe('0000feaa00001000800000805f9b34fb');
    expect(encodeHex(sentUuid(canonicalUuid(text) as string))).toBe('aafe');
  });

  it('of 32 bits is sent as four octets, of 128 as sixteen, little-endian', () => {
    expect(encodeHex(sentUuid(canonicalUuid('12345678') as string))).toBe('78563412');
    const own = canonicalUuid('66DBC02C-3E76-46F8-9E22-C517A1F2C4F3');
    expect(own).toBe(DESKBEACON_SERVICE);
    expect(encodeHex(sentUuid(own as string))).toBe('f3c4f2a117c5229ef846763e2cc0db66');
  });

  it('is no text of another kind', () => {
    const none = [
      '',
      'fea',
      'feaag',
      'feaa ',
      '0000feaa-00001000800000805f9b34fb',
      '0000feaa-0000-1000-8000-00805f9b34f',
    ];
    for (const text of [...none, undefined, null, 0xfeaa, {}]) expect(canonicalUuid(text)).toBeUndefined();
  });
});
