import { describe, expect, it } from 'vitest';
import { createClock } from './clock.js';

/** Both clocks of a machine, in the test's hands. */
function makeClocks(systemUnixMs: number) {
  const machine = { systemUnixMs, monotonicMs: 0 };
  const sources = { systemUnixMs: () => machine.systemUnixMs, monotonicMs: () => machine.monotonicMs };
  const pass = (ms: number): void => {
    machine.systemUnixMs += ms;
    machine.monotonicMs += ms;
  };
  return { machine, sources, pass };
}

describe('the clock of a beacon', () => {
  it('is the clock of the system when that is above the floor', () => {
    const { sources, pass } = makeClocks(100_000);
    const clock = createClock({ startUnixMs: 50_000 }, sources);
    pass(1234);
    expect(clock.nowUnixMs()).toBe(101_234);
    expect(clock.isHeld()).toBe(false);
  });

  it('starts at the floor when the system has lost its time, and goes on by the monotonic clock', () => {
    const { sources, pass } = makeClocks(0);
    const clock = createClock({ startUnixMs: 900_000 }, sources);
    expect(clock.nowUnixMs()).toBe(900_000);
    pass(5000);
    expect(clock.nowUnixMs()).toBe(905_000);
    expect(clock.isHeld()).toBe(true);
  });

  it('jumps forwards with the system when that is set', () => {
    const { machine, sources } = makeClocks(0);
    const clock = createClock({ startUnixMs: 900_000 }, sources);
    machine.systemUnixMs = 5_000_000;
    expect(clock.nowUnixMs()).toBe(5_000_000);
    expect(clock.isHeld()).toBe(false);
  });

  it('is held when the system is set back, until that has caught up', () => {
    const { machine, sources, pass } = makeClocks(1_000_000);
    const clock = createClock({ startUnixMs: 0 }, sources);
    clock.nowUnixMs();
    machine.systemUnixMs -= 3000;
    pass(1000);
    expect(clock.nowUnixMs()).toBe(1_001_000);
    expect(clock.isHeld()).toBe(true);
    machine.systemUnixMs += 4000;
    expect(clock.nowUnixMs()).toBe(1_002_000);
    expect(clock.isHeld()).toBe(false);
  });

  it('goes on from a later time that it is told, and is never told back', () => {
    const { sources, pass } = makeClocks(0);
    const clock = createClock({ startUnixMs: 0 }, sources);
    expect(clock.set(1_790_000_000_000)).toBe(true);
    pass(1000);
    expect(clock.nowUnixMs()).toBe(1_790_000_001_000);
    expect(clock.isHeld()).toBe(true);
    expect(clock.set(1_790_000_000_000)).toBe(false);
    expect(clock.nowUnixMs()).toBe(1_790_000_001_000);
  });

  it('never runs backwards nor falls below the floor, whatever the system does', () => {
    const seed = Number(process.env.SEED ?? 20260101);
    let state = seed;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const { machine, sources } = makeClocks(1_000_000);
    const clock = createClock({ startUnixMs: 800_000 }, sources);
    let before = 800_000;
    for (let i = 0; i < 10_000; i += 1) {
      machine.monotonicMs += Math.floor(random() * 200);
      machine.systemUnixMs += Math.floor((random() - 0.5) * 10_000);
      const now = clock.nowUnixMs();
      expect(now, `SEED=${seed}, step ${i}`).toBeGreaterThanOrEqual(before);
      before = now;
    }
  });
});
