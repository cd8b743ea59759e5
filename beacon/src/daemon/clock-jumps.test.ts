import { describe, expect, it } from 'vitest';
import { LONGEST_JUMP_MS } from '../identity/clock.js';
import { createMachine, type Machine } from './testing/machine.js';

const seed = Number(process.env.SEED ?? 20261123);
const YEAR_MS = 365.25 * 86_400_000;
const HOUR_MS = 3_600_000;

function createRandom(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** From milliseconds to ten years, either way. */
function drawJumpMs(random: () => number): number {
  const sizeMs = 10 ** (2 + random() * Math.log10((10 * YEAR_MS) / 100));
  return random() < 0.5 ? -sizeMs : sizeMs;
}

/** One thing that happens to a beacon in its life. */
async function befall(machine: Machine, random: () => number): Promise<void> {
  const what = random();
  if (what < 0.25) machine.setSystem(Math.max(0, machine.systemUnixMs() + drawJumpMs(random)));
  else if (what < 0.35) machine.synchronise(true);
  else if (what < 0.4) machine.synchronise(false);
  else if (what < 0.6) {
    // A clock of its own, the time of the last write, or none at all.
    const after = random();
    machine.cutPower(after < 0.4 ? machine.trueMs() : after < 0.8 ? machine.trueMs() - random() * HOUR_MS : 0);
  } else if (what < 0.7) machine.crash();
  else if (what < 0.75 && machine.isRunning()) await machine.stop();
  else if (what < 0.8) machine.breakDisk(random() < 0.5);
  else if (what < 0.82 && machine.isRunning()) machine.tell(machine.trueMs() + drawJumpMs(random));
  else if (what < 0.83) machine.changeKey();
}

describe(`a beacon with every fault of its clock (SEED=${seed})`, () => {
  it.each([
    6, 9,
  ])('airs no window again, reserves each before, and leaps no day without a proof: K = %i', async (exponentK) => {
    const settings = { exponentK, clockOffsetS: 4321 };
    let proven = 0;
    for (let life = 0; life < 60; life += 1) {
      const random = createRandom(seed + life);
      const machine = createMachine(settings);
      await machine.start();
      for (let i = 0; i < 120; i += 1) {
        const label = `SEED=${seed}, life ${life}, step ${i}, K ${exponentK}`;
        await befall(machine, random);
        // The machine is off for a while, at least for as long as a program takes to start.
        if (!machine.isRunning()) {
          await machine.pass(1000 + (random() < 0.5 ? 0 : random() * 3 * HOUR_MS), HOUR_MS);
          await machine.start();
        }
        await machine.pass(random() < 0.7 ? random() * 90_000 : random() * HOUR_MS, 20_000);
        const { clock } = machine.time();
        proven += clock.isTrusted() ? 1 : 0;
        if (machine.time().mayProve(settings))
          expect(machine.kept()?.reservedUntilUnixMs, label).toBeGreaterThan(clock.nowUnixMs());
      }
      // A power cut costs what was reserved, besides.
      for (const { byMs, isTrusted, atTrueMs } of machine.leaps)
        if (!isTrusted)
          expect(byMs, `SEED=${seed}, life ${life}, at ${atTrueMs}`).toBeLessThan(LONGEST_JUMP_MS + 2 * HOUR_MS);
      const seen = new Map<string, number>();
      for (const { keyTag, windowS, atTrueMs } of machine.aired) {
        const last = seen.get(keyTag) ?? Number.NEGATIVE_INFINITY;
        expect(windowS, `SEED=${seed}, life ${life}, at ${atTrueMs}`).toBeGreaterThan(last);
        seen.set(keyTag, windowS);
      }
    }
    expect(proven).toBeGreaterThan(500);
  }, 90_000);
});
