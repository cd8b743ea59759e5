import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnsweredBy, CallEvent } from '../call/events.js';
import { type CallState, createCall } from '../call/state.js';
import { step } from '../call/step.js';
import { parameters } from '../decision/parameters.js';
import { type PhoneOffset, phoneOffsetParameters, unknownPhone } from '../decision/phone-offset.js';
import { decodeTraceLine } from '../trace/decode-trace.js';
import { encodeTraceHeader } from '../trace/record.js';
import { learnPhoneOffset } from './learn-phone-offset.js';

const desksM = { own: [0, 0], east: [1.6, 0], west: [-1.6, 0], behind: [0, 2.3] } as const;
const atDeskDb = { own: 6, east: -4, west: -4, behind: -7 } as const;
const DAY_MS = 86_400_000;
const { mostDb, leastSdDb, mostSdDb, mostNats } = phoneOffsetParameters;

const anyPhone = fc.record({
  offsetDb: fc.double({ min: -mostDb, max: mostDb, noNaN: true }),
  sdDb: fc.double({ min: leastSdDb, max: mostSdDb, noNaN: true }),
});
const anyGainsDb = fc.record({
  own: fc.double({ min: -35, max: 20, noNaN: true }),
  east: fc.double({ min: -35, max: 10, noNaN: true }),
  west: fc.double({ min: -35, max: 10, noNaN: true }),
});

/** A call that hears each beacon every 100 ms at these gains, shifted. */
function hear(
  gainsDb: Readonly<Record<string, number>>,
  phone?: PhoneOffset,
  { ownPackets = 100, isProven = true, shiftDb = 0 } = {},
): CallState {
  const events: CallEvent[] = [
    { t: 0, event: 'call', deadlineMs: 1500 },
    { t: 3, event: 'scan-started', mode: 'low-latency' },
  ];
  let own = 0;
  for (let t = 20; t < 1500; t += 100) {
    for (const [desk, gainDb] of Object.entries(gainsDb)) {
      if (desk === 'own' && ++own > ownPackets) continue;
      // Levels wobble, for a receiver that says the same each time is stuck.
      const rssiDbm = Math.min(-1, -59 + gainDb + shiftDb + ((t / 20) % 3) - 1);
      events.push({ t, event: 'sighting', desk, rssiDbm, ...(isProven ? {} : { authenticated: false as const }) });
    }
  }
  const start = createCall({ desks: ['own'], traceSite: { desksM }, ...(phone === undefined ? {} : { phone }) });
  return [...events, { t: 1500, event: 'end' } as const].reduce((state, event) => step(state, event).state, start);
}

describe('a phone that is known', () => {
  it('never silences packets that do not meet the rule, whatever its offset and however sure', () => {
    fc.assert(
      fc.property(anyPhone, anyGainsDb, fc.constantFrom('few', 'unproven', 'unheard'), (phone, gainsDb, fault) => {
        const { own: _own, ...others } = gainsDb;
        const call =
          fault === 'few'
            ? hear(gainsDb, phone, { ownPackets: 1 })
            : fault === 'unproven'
              ? hear(gainsDb, phone, { isProven: false })
              : hear(others, phone);
        expect(call.decision?.decision).toBe('ring');
      }),
      { numRuns: 200 },
    );
  });

  it('adds no more than its bound to what the packets say, also with the own beacon moved as far as an offset can', () => {
    expect(mostNats).toBeLessThan(parameters.silenceNats);
    const logOdds = (p: number): number => Math.log(p / (1 - p));
    fc.assert(
      fc.property(anyPhone, anyGainsDb, fc.constantFrom(-mostDb, 0, mostDb), (phone, gainsDb, movedDb) => {
        const moved = { ...gainsDb, own: gainsDb.own + movedDb };
        const [unknown, known] = [hear(moved), hear(moved, phone)];
        for (const [i, look] of known.looks.entries()) {
          const without = unknown.looks[i];
          if (without === undefined) break;
          expect(look.llr).toBeLessThanOrEqual(without.llr + mostNats + 1e-5);
          if (without.pDesk > 1e-3 && look.pDesk < 0.999) {
            expect(logOdds(look.pDesk)).toBeLessThanOrEqual(logOdds(without.pDesk) + mostNats + 1e-2);
          }
        }
        if (known.decision?.decision === 'silence') {
          const best = Math.max(...unknown.looks.map(({ llr }) => llr));
          expect(best).toBeGreaterThanOrEqual(parameters.silenceNats - mostNats - 1e-5);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('tells a deaf phone at its desk from a good one further off', () => {
    const weak = { own: -9, east: -13, west: -14 };
    const llr = (phone: PhoneOffset): number => hear(weak, phone).decision?.llr ?? Number.NaN;
    expect(llr({ offsetDb: -10, sdDb: 2 })).toBeGreaterThan(llr({ offsetDb: 6, sdDb: 2 }) + 1);
  });

  it('is refused out of bounds', () => {
    for (const phone of [
      { offsetDb: 16, sdDb: 2 },
      { offsetDb: 0, sdDb: 1 },
      { offsetDb: Number.NaN, sdDb: 2 },
    ]) {
      expect(() => createCall({ phone })).toThrow(RangeError);
    }
    const header = JSON.parse(encodeTraceHeader({ call: 'c', desks: ['own'], phone: { offsetDb: 3, sdDb: 2 } }));
    expect(decodeTraceLine(header)).toMatchObject({ ok: true, line: { header: { phone: { offsetDb: 3, sdDb: 2 } } } });
    expect(decodeTraceLine({ ...header, phone: { offsetDb: 3 } })).toMatchObject({ ok: false });
  });
});

describe('learning the phone', () => {
  it('changes nothing without a confirmed outcome, or where the own desk was not proven', () => {
    fc.assert(
      fc.property(
        anyPhone,
        anyGainsDb,
        fc.constantFrom<AnsweredBy | undefined>('this-phone', 'elsewhere', undefined),
        (phone, gainsDb, by) => {
          expect(learnPhoneOffset(phone, hear(gainsDb), by, DAY_MS)).toBe(phone);
          expect(learnPhoneOffset(phone, hear(gainsDb, undefined, { isProven: false }), 'desk', DAY_MS)).toBe(phone);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('comes near a known offset within twenty confirmed calls, carried anyhow', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.array(fc.constantFrom<number>(0, 0, -3, -8), { minLength: 20, maxLength: 20 }),
        (offsetDb, carriedDb) => {
          const learned = carriedDb.reduce<PhoneOffset>(
            (phone, lossDb) =>
              learnPhoneOffset(phone, hear(atDeskDb, phone, { shiftDb: offsetDb + lossDb }), 'desk', DAY_MS),
            unknownPhone,
          );
          const carriedMeanDb = carriedDb.reduce((sum, lossDb) => sum + lossDb, 0) / carriedDb.length;
          // What carrying took beyond its usual mean cannot be told from the receiver.
          const expectedDb = offsetDb + carriedMeanDb - phoneOffsetParameters.carriageMeanDb;
          expect(Math.abs(learned.offsetDb - expectedDb)).toBeLessThan(5);
          expect(learned.sdDb).toBeLessThan(2);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('moves a bounded step, stays within its bounds, and is never surer than the floor', () => {
    fc.assert(
      fc.property(anyPhone, anyGainsDb, (phone, gainsDb) => {
        const call = hear(gainsDb);
        const next = learnPhoneOffset(phone, call, 'desk', 0);
        expect(Math.abs(next.offsetDb - phone.offsetDb)).toBeLessThanOrEqual(2 + 1e-9);
        expect(Math.abs(next.offsetDb)).toBeLessThanOrEqual(mostDb);
        expect(next.sdDb).toBeGreaterThanOrEqual(leastSdDb);
        expect(next.sdDb).toBeLessThanOrEqual(mostSdDb);
      }),
      { numRuns: 100 },
    );
  });

  it('forgets: after years the prior is back, and a call counts as the first did', () => {
    const call = hear(atDeskDb);
    const years = learnPhoneOffset({ offsetDb: 12, sdDb: 1.5 }, call, 'desk', 20 * 365 * DAY_MS);
    const first = learnPhoneOffset(unknownPhone, call, 'desk', 0);
    expect(years.offsetDb).toBeCloseTo(first.offsetDb, 6);
    expect(years.sdDb).toBeCloseTo(first.sdDb, 6);
    expect(() => learnPhoneOffset(unknownPhone, call, 'desk', -1)).toThrow('elapsedMs');
  });

  it('learns the same whether the call was answered at once or after half a minute, and nobody told that scanning stopped', () => {
    const decided = hear(atDeskDb);
    expect(decided.decision?.decidedAtMs).toBeLessThan(1500);
    const late = { ...decided, nowMs: 30_000 };
    expect(learnPhoneOffset(unknownPhone, late, 'desk', 0)).toEqual(learnPhoneOffset(unknownPhone, decided, 'desk', 0));
  });
});
