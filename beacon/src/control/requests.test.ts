import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Asked, answerStatuses, decodeAnswer, decodeRequest, encodeAnswer, encodeRequest } from './requests.js';
import { type BeaconSettings, decodeStatus, encodeStatus, MOST_NAME_OCTETS } from './settings.js';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const name = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((text) => new TextEncoder().encode(text).length <= MOST_NAME_OCTETS && !/\p{Cc}/u.test(text));
const radio = {
  exponentK: fc.integer({ min: 0, max: 15 }),
  measuredPowerDbm: fc.integer({ min: -100, max: 20 }),
  intervalMs: fc.integer({ min: 20, max: 10_240 }),
  clockOffsetS: fc.integer({ min: 0, max: 0xffffffff }),
  name,
};
const settings: fc.Arbitrary<BeaconSettings> = fc.record({
  organisationUuid: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  ...radio,
});
const unixMs = fc.integer({ min: 0, max: 4_102_444_800_000 });
const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({ asks: fc.constantFrom('status' as const, 'release' as const) }),
  fc.record({ asks: fc.constant('identify' as const), seconds: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ asks: fc.constant('claim' as const), ownerKey: key, rootKey: key, settings }),
  fc.record({ asks: fc.constant('configure' as const), settings }),
  fc.record({ asks: fc.constant('set-clock' as const), unixMs }),
  fc.record({ asks: fc.constant('rotate-keys' as const), rootKey: key }),
);
const number = fc.integer({ min: 0, max: 255 });
const someSettings: BeaconSettings = {
  organisationUuid: new Uint8Array(16),
  exponentK: 9,
  measuredPowerDbm: -59,
  intervalMs: 100,
  clockOffsetS: 0,
  name: 'Desk 12',
};

describe('a request', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(number, asked, (number, asked) => {
        expect(decodeRequest(encodeRequest({ number, asked }))).toEqual({ ok: true, request: { number, asked } });
      }),
    );
  });

  it('of known octets is what the table says', () => {
    const hex = (asked: Asked): string => Buffer.from(encodeRequest({ number: 7, asked })).toString('hex');
    expect(hex({ asks: 'status' })).toBe('0701');
    expect(hex({ asks: 'identify', seconds: 10 })).toBe('07020a');
    expect(hex({ asks: 'set-clock', unixMs: 0x0102030405 })).toBe('07050504030201000000');
    expect(hex({ asks: 'configure', settings: someSettings })).toBe(
      `0704${'00'.repeat(16)}09c5640000000000${Buffer.from('Desk 12').toString('hex')}`,
    );
  });

  it('cut at any octet or followed by more is refused under its number, and never throws', () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: 2, max: 140 }), (asked, at) => {
        const octets = encodeRequest({ number: 9, asked });
        const cut = decodeRequest(octets.subarray(0, Math.min(at, octets.length - 1)));
        // A name may be shorter.
        const hasName = asked.asks === 'claim' || asked.asks === 'configure';
        if (octets.length > 2 && !hasName) expect(cut).toMatchObject({ ok: false, number: 9 });
      }),
    );
    expect(decodeRequest(Uint8Array.of(1, 0x01, 0))).toEqual({ ok: false, number: 1, status: 'malformed' });
    expect(decodeRequest(Uint8Array.of(1, 0x63))).toEqual({ ok: false, number: 1, status: 'unknown-request' });
    expect(decodeRequest(Uint8Array.of(1))).toBeUndefined();
  });

  it('outside its range is refused by both sides', () => {
    const octets = encodeRequest({ number: 0, asked: { asks: 'configure', settings: someSettings } });
    for (const [at, value] of [
      [18, 16],
      [19, 21],
      [20, 19],
    ] as const) {
      const changed = octets.map((octet, i) => (i === at ? value : i === 21 ? 0 : octet));
      expect(decodeRequest(changed)).toMatchObject({ ok: false, status: 'out-of-range' });
    }
    expect(decodeRequest(Uint8Array.of(0, 0x02, 0))).toMatchObject({ ok: false, status: 'out-of-range' });
    for (const wrong of [{ exponentK: 16 }, { intervalMs: 19 }, { name: 'x'.repeat(49) }, { name: 'a\nb' }]) {
      const asked = { asks: 'configure', settings: { ...someSettings, ...wrong } } as const;
      expect(() => encodeRequest({ number: 0, asked }), JSON.stringify(wrong)).toThrow(RangeError);
    }
  });
});

describe('an answer', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(number, fc.constantFrom(...answerStatuses), fc.uint8Array(), (number, status, body) => {
        expect(decodeAnswer(encodeAnswer({ number, status, body }))).toEqual({ number, status, body });
      }),
    );
    expect(decodeAnswer(Uint8Array.of(0, 99))).toBeUndefined();
  });

  it('carries a status', () => {
    const status = fc.record({
      isClaimed: fc.boolean(),
      isClockSynchronised: fc.boolean(),
      ...radio,
      unixMs,
      uptimeS: fc.nat(),
      wrongAttempts: fc.nat(),
    });
    fc.assert(
      fc.property(status, (status) => {
        expect(decodeStatus(encodeStatus(status))).toEqual(status);
      }),
    );
    expect(decodeStatus(new Uint8Array(24))).toBeUndefined();
  });
});
