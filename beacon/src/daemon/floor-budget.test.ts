import { describe, expect, it } from 'vitest';
import { createMachine } from './testing/machine.js';

const DAY_MS = 86_400_000;

/** The most writes that any 24 hours hold. */
function mostADay(writes: readonly { readonly atTrueMs: number }[]): number {
  return Math.max(
    ...writes.map((first, i) => writes.slice(i).filter((w) => w.atTrueMs < first.atTrueMs + DAY_MS).length),
  );
}

describe('72 hours of writes to the card', () => {
  it.each([0, 3, 6, 9, 10, 11, 12, 15])('are 30 a day at most with K = %i, synchronised', async (exponentK) => {
    const machine = createMachine({ exponentK, clockOffsetS: 777 });
    machine.synchronise(true);
    await machine.start();
    await machine.pass(3 * DAY_MS, 10_000);
    expect(machine.writes.length).toBeGreaterThanOrEqual(3);
    expect(mostADay(machine.writes)).toBeLessThanOrEqual(30);
  });

  it.each([
    6, 9,
  ])('are 48 a day at most with K = %i when the clock is stepped and synchronised all the time', async (exponentK) => {
    const machine = createMachine({ exponentK, clockOffsetS: 777 });
    await machine.start();
    for (let i = 0; i < (3 * DAY_MS) / 300_000; i += 1) {
      await machine.pass(150_000, 10_000);
      machine.setSystem(machine.systemUnixMs() + (i % 3 === 0 ? 2_000 : 1_200));
      await machine.pass(150_000, 10_000);
      if (i % 4 === 0) machine.synchronise(true);
    }
    expect(mostADay(machine.writes)).toBeLessThanOrEqual(48);
  });
});
