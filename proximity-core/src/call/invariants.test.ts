import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent, HostCapabilities } from './events.js';
import { type CallState, createCall } from './state.js';
import { step } from './step.js';

/** What holds for every call, whatever is heard in it. */

interface Packet {
  readonly slot: number;
  readonly withinMs: number;
  readonly desk: string | null;
  readonly rssiDbm: number;
  readonly isProven: boolean;
}

const traceSite = { desksM: { own: [0, 0], east: [1.6, 0], west: [-1.6, 0], hall: [3, 5] } } as const;
const packet: fc.Arbitrary<Packet> = fc.record({
  slot: fc.integer({ min: 0, max: 14 }),
  withinMs: fc.integer({ min: 0, max: 99 }),
  desk: fc.constantFrom('own', 'own', 'own', 'east', 'west', 'hall', 'stranger', null),
  rssiDbm: fc.integer({ min: -95, max: -40 }),
  isProven: fc.boolean(),
});
const packets = fc.array(packet, { maxLength: 60 });
const host: fc.Arbitrary<HostCapabilities> = fc.record({ canRingLate: fc.boolean(), canWatch: fc.boolean() });

describe('every call', () => {
  it('is decided by its deadline, and stops scanning with the decision unless it may watch', () => {
    fc.assert(
      fc.property(packets, fc.integer({ min: 0, max: 2000 }), host, (heard, deadlineMs, can) => {
        const { decision, isScanning, phase } = run(eventsOf(heard), deadlineMs, can);
        expect(decision).toBeDefined();
        expect(decision?.decidedAtMs).toBeLessThanOrEqual(deadlineMs);
        if (!can.canWatch || phase !== 'silent') expect(isScanning).toBe(false);
      }),
    );
  });

  it('is never silent without two packets of the own desk in two slots, one of them proven', () => {
    fc.assert(
      fc.property(packets, (heard) => {
        const { decision } = run(eventsOf(heard), 1500, {});
        if (decision?.decision !== 'silence') return;
        const own = heard.filter(
          ({ desk, slot, withinMs }) => desk === 'own' && at(slot, withinMs) <= decision.decidedAtMs,
        );
        expect(own.length).toBeGreaterThanOrEqual(2);
        expect(new Set(own.map(({ slot }) => slot)).size).toBeGreaterThanOrEqual(2);
        expect(own.some(({ isProven }) => isProven)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('does not ask in which order the packets of one slot came', () => {
    fc.assert(
      fc.property(packets, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (heard, random) => {
        // The same instants, dealt anew among the packets of each slot. A packet told twice is another matter: see below.
        // None lies beyond a look: one falls into the middle of a slot.
        const apart = heard.map((one, i) => ({ ...one, withinMs: one.withinMs % 50, rssiDbm: -40 - (i % 56) }));
        const dealt = apart
          .map((one) => ({ one, key: random.next().value as number }))
          .sort((a, b) => a.one.slot - b.one.slot || a.key - b.key)
          .map(({ one }) => one);
        const instants = apart.map(({ slot, withinMs }) => ({ slot, withinMs })).sort((a, b) => a.slot - b.slot);
        const other = dealt.map((one, i) => ({ ...one, withinMs: instants[i]?.withinMs ?? 0 }));
        const [before, after] = [run(eventsOf(apart), 1500, {}), run(eventsOf(other), 1500, {})];
        expect(after.decision).toEqual(before.decision);
      }),
      { numRuns: 200 },
    );
  });

  it('counts a packet that is told twice once', () => {
    fc.assert(
      fc.property(packets, (heard) => {
        const events = eventsOf(heard);
        const twice = events.flatMap((event) =>
          event.event === 'sighting' && event.desk !== null ? [event, event] : [event],
        );
        const [once, again] = [run(events, 1500, {}), run(twice, 1500, {})];
        expect(again.decision).toEqual(once.decision);
      }),
      { numRuns: 200 },
    );
  });
});

function at(slot: number, withinMs: number): number {
  return slot * 100 + withinMs;
}

function eventsOf(heard: readonly Packet[]): readonly CallEvent[] {
  return heard
    .map(({ slot, withinMs, desk, rssiDbm, isProven }): CallEvent => {
      const sighting = { t: at(slot, withinMs), event: 'sighting', desk, rssiDbm } as const;
      return isProven ? sighting : { ...sighting, authenticated: false };
    })
    .sort((a, b) => a.t - b.t);
}

function run(events: readonly CallEvent[], deadlineMs: number, can: HostCapabilities): CallState {
  let state = createCall({ desks: ['own'], traceSite, host: can });
  for (const event of [
    { t: 0, event: 'call', deadlineMs },
    { t: 0, event: 'scan-started', mode: 'low-latency' },
    ...events,
    { t: 2000, event: 'tick' },
  ] as const) {
    state = step(state, event).state;
  }
  return state;
}
