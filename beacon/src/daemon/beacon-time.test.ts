import { describe, expect, it } from 'vitest';
import { createMachine, type Machine, START_TRUE_MS } from './testing/machine.js';

const settings = { exponentK: 9, clockOffsetS: 12_345 };
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const YEAR_MS = 365.25 * DAY_MS;

async function startMachine(systemUnixMs?: number, isSynchronised = false): Promise<Machine> {
  const machine = createMachine(settings, systemUnixMs);
  machine.synchronise(isSynchronised);
  if (systemUnixMs !== undefined) machine.setSystem(systemUnixMs);
  await machine.start();
  return machine;
}

const events = (machine: Machine): readonly string[] => machine.log.map(({ event }) => event);
const isRight = (machine: Machine): boolean =>
  Math.abs(machine.time().clock.nowUnixMs() - machine.trueMs()) < 1000 && machine.time().mayProve(settings);

describe('a power cut', () => {
  it('keeps a beacon off the air until its clock is synchronised, and then it is in its present window at once', async () => {
    const machine = await startMachine(undefined, true);
    await machine.pass(20 * MINUTE_MS);
    machine.cutPower(machine.trueMs());
    await machine.pass(MINUTE_MS);
    machine.setSystem(machine.trueMs() - MINUTE_MS); // As a Pi has it: the time of its last write to the disk.
    const before = machine.aired.length;
    await machine.start();
    await machine.pass(30_000);
    expect(machine.time().status()).toMatchObject({ isWaitingForClock: true, isClockSynchronised: false });
    expect(machine.aired).toHaveLength(before);
    machine.synchronise(true);
    await machine.pass(6_000);
    expect(isRight(machine)).toBe(true);
    expect(machine.time().status()).toMatchObject({
      isWaitingForClock: false,
      isClockSynchronised: true,
      needsRekey: false,
    });
    expect(events(machine)).toEqual(expect.arrayContaining(['clock-settling', 'clock-synchronised', 'clock-settled']));
  });

  it('on a machine whose time nothing proves goes on from the end of the reservation after ten minutes', async () => {
    const machine = await startMachine();
    await machine.pass(20 * MINUTE_MS);
    const reserved = machine.kept()?.reservedUntilUnixMs ?? 0;
    machine.cutPower(0);
    const before = machine.aired.length;
    await machine.start();
    await machine.pass(10 * MINUTE_MS - 2000);
    expect(machine.aired).toHaveLength(before);
    await machine.pass(3000);
    expect(machine.aired).toHaveLength(before + 1);
    expect(machine.time().clock.nowUnixMs() - reserved).toBeLessThan(2000);
    expect(machine.aired.at(-1)?.windowS).toBe(reserved / 1000 + settings.clockOffsetS);
  });

  it('and a synchronisation that comes too late: it waits in its window, less than a block, and is right then', async () => {
    const machine = await startMachine();
    await machine.pass(20 * MINUTE_MS);
    machine.cutPower(0);
    await machine.start();
    await machine.pass(11 * MINUTE_MS);
    machine.synchronise(true);
    await machine.pass(2 * MINUTE_MS);
    const held = machine.time().clock.nowUnixMs();
    expect(machine.time().status()).toMatchObject({ isClockHeld: true, isClockSynchronised: true, needsRekey: false });
    await machine.pass(10 * MINUTE_MS);
    expect(machine.time().clock.nowUnixMs()).toBe(held);
    await machine.pass(HOUR_MS);
    expect(isRight(machine)).toBe(true);
  });

  it('longer than the reservation is no cut for a machine with a clock of its own', async () => {
    const machine = await startMachine();
    await machine.pass(20 * MINUTE_MS);
    machine.cutPower(machine.trueMs());
    await machine.pass(2 * HOUR_MS, HOUR_MS);
    await machine.start();
    await machine.pass(1000);
    expect(isRight(machine)).toBe(true);
  });

  it('longer than a day waits for a proof, or for a person', async () => {
    const machine = await startMachine();
    await machine.pass(20 * MINUTE_MS);
    machine.cutPower(machine.trueMs());
    await machine.pass(3 * DAY_MS, DAY_MS);
    await machine.start();
    await machine.pass(MINUTE_MS);
    expect(machine.time().status().isWaitingForClock).toBe(true);
    expect(machine.trueMs() - machine.time().clock.nowUnixMs()).toBeGreaterThan(2 * DAY_MS);
    expect(events(machine)).toContain('clock-waiting');
    await machine.time().confirm();
    await machine.pass(2000);
    expect(isRight(machine)).toBe(true);
    expect(machine.time().status()).toMatchObject({ isWaitingForClock: false, isClockSynchronised: true });
  });
});

describe('a crash of the daemon alone', () => {
  it('leaves nothing open: the kernel counts on, and the beacon is in its present window whatever the clock says', async () => {
    const machine = await startMachine();
    await machine.pass(20 * MINUTE_MS);
    machine.crash();
    machine.setSystem(0);
    await machine.pass(5000);
    await machine.start();
    await machine.pass(2000);
    expect(isRight(machine)).toBe(true);
  });

  it('over and over writes nothing', async () => {
    const machine = await startMachine();
    await machine.pass(2000);
    const before = machine.writes.length;
    for (let i = 0; i < 100; i += 1) {
      machine.crash();
      await machine.pass(2000);
      await machine.start();
      await machine.pass(3000);
    }
    expect(machine.writes.length).toBe(before);
  });
});

describe('an orderly end', () => {
  it('leaves the exact time: a clock that was lost goes on from there at once', async () => {
    const machine = await startMachine();
    await machine.pass(20 * MINUTE_MS);
    const ended = machine.time().clock.nowUnixMs();
    await machine.stop();
    machine.cutPower(0);
    await machine.start();
    await machine.pass(1000);
    expect(machine.time().clock.nowUnixMs()).toBe(ended + 1000);
    expect(machine.time().mayProve(settings)).toBe(true);
  });
});

describe('a clock that jumps', () => {
  it('a day ahead and no more is followed, and beyond that with a proof alone', async () => {
    const machine = await startMachine();
    await machine.pass(1000);
    machine.setSystem(machine.trueMs() + DAY_MS - 1000);
    await machine.pass(1000);
    expect(machine.time().clock.nowUnixMs() - machine.trueMs()).toBe(DAY_MS - 1000);
    machine.setSystem(machine.trueMs() + 10 * YEAR_MS);
    await machine.pass(1000);
    expect(machine.time().clock.nowUnixMs() - machine.trueMs()).toBe(DAY_MS - 1000);
  });

  it('after a proof is not proven any more until it is asked again', async () => {
    const machine = await startMachine(undefined, true);
    await machine.pass(5000);
    expect(machine.time().status().isClockSynchronised).toBe(true);
    machine.setSystem(machine.trueMs() + 10 * YEAR_MS);
    await machine.pass(60_000);
    expect(machine.time().status()).toMatchObject({ isClockSynchronised: false, isWaitingForClock: true });
    expect(isRight(machine)).toBe(true);
    expect(events(machine)).toContain('clock-unsynchronised');
  });

  it('into the future aired windows that are to come: it is said, every phone rings, and a new key ends it', async () => {
    // Set wrongly before the very first start: there is nothing to doubt it by.
    const machine = await startMachine(START_TRUE_MS + 3 * YEAR_MS);
    await machine.pass(MINUTE_MS);
    expect(machine.time().mayProve(settings)).toBe(true);
    machine.synchronise(true);
    await machine.pass(2 * MINUTE_MS);
    expect(machine.time().status().needsRekey).toBe(true);
    expect(machine.time().mayProve(settings)).toBe(false);
    expect(events(machine)).toContain('needs-rekey');
    expect(machine.kept()).toMatchObject({ needsRekey: true, isSynchronised: false });
    machine.crash();
    machine.cutPower(0);
    await machine.start();
    await machine.pass(20 * MINUTE_MS);
    expect(machine.time().status().needsRekey).toBe(true);
    expect(machine.time().mayProve(settings)).toBe(false);
    machine.synchronise(true);
    await machine.pass(2 * MINUTE_MS);
    expect(machine.time().status().needsRekey).toBe(true);
    machine.changeKey();
    await machine.pass(2000);
    expect(machine.time().status().needsRekey).toBe(false);
    expect(isRight(machine)).toBe(true);
  });
});

describe('a clock that is stepped all the time', () => {
  it('uses up the writes of a day; what is on the disk then says that nothing but the reservation counts', async () => {
    const machine = await startMachine(undefined, true);
    for (let i = 0; i < 20; i += 1) {
      machine.setSystem(machine.systemUnixMs() + 40_000);
      await machine.pass(20_000);
    }
    expect(machine.kept()).toMatchObject({ isSynchronised: false });
    expect(machine.kept()).not.toHaveProperty('boot');
    const last = machine.aired.at(-1)?.windowS ?? 0;
    machine.crash();
    machine.setSystem(machine.trueMs());
    await machine.pass(1000);
    await machine.start();
    await machine.pass(2 * HOUR_MS);
    expect(machine.aired.at(-1)?.windowS).toBeGreaterThan(last);
    const windows = machine.aired.map(({ windowS }) => windowS);
    expect(windows).toEqual([...windows].sort((a, b) => a - b));
  });
});

describe('an owner who tells the time', () => {
  it('is believed beyond a day, and the clock of the system counts again once it is proven', async () => {
    const machine = await startMachine(0);
    await machine.pass(1000);
    expect(machine.time().clock.set(machine.trueMs())).toBe(true);
    await machine.pass(MINUTE_MS);
    expect(isRight(machine)).toBe(true);
    machine.setSystem(machine.trueMs() + DAY_MS / 2);
    await machine.pass(MINUTE_MS);
    expect(isRight(machine)).toBe(true);
    machine.synchronise(true);
    await machine.pass(2 * MINUTE_MS);
    expect(isRight(machine)).toBe(true);
    expect(machine.time().status().isClockSynchronised).toBe(true);
  });

  it('with an earlier time is refused, and heard as soon as the key is new', async () => {
    const machine = await startMachine(START_TRUE_MS + YEAR_MS);
    await machine.pass(1000);
    expect(machine.time().clock.set(machine.trueMs())).toBe(false);
    await machine.pass(1000);
    expect(machine.time().status().needsRekey).toBe(true);
    machine.changeKey();
    await machine.pass(1000);
    expect(isRight(machine)).toBe(true);
  });

  it('against a clock that is proven is refused', async () => {
    const machine = await startMachine(undefined, true);
    await machine.pass(2000);
    expect(machine.time().clock.set(machine.trueMs() + 5000)).toBe(false);
    expect(machine.time().clock.set(machine.trueMs() + 1000)).toBe(true);
    await machine.pass(1000);
    expect(isRight(machine)).toBe(true);
  });
});

describe('a damaged floor beside a whole key', () => {
  it('keeps the beacon off the air, for any window may have been aired, until the right time is known', async () => {
    const machine = await startMachine();
    await machine.pass(20 * MINUTE_MS);
    machine.cutPower(machine.trueMs());
    machine.damage();
    const before = machine.aired.length;
    await machine.start();
    await machine.pass(DAY_MS, MINUTE_MS);
    expect(machine.aired).toHaveLength(before);
    expect(events(machine)).toContain('floor-damaged');
    machine.synchronise(true);
    await machine.pass(10_000);
    expect(isRight(machine)).toBe(true);
    expect(machine.kept()?.isSynchronised).toBe(true);
  });
});

describe('a disk that takes nothing', () => {
  it('keeps every frame that proves off the air after the last reserved window, and it comes back with the disk', async () => {
    const machine = await startMachine(undefined, true);
    await machine.pass(5000);
    const reserved = machine.kept()?.reservedUntilUnixMs ?? 0;
    machine.breakDisk(true);
    await machine.pass(2 * HOUR_MS);
    expect(machine.time().mayProve(settings)).toBe(false);
    const last = machine.aired.at(-1)?.windowS ?? 0;
    expect(last).toBeLessThan(reserved / 1000 + settings.clockOffsetS);
    expect(last).toBeGreaterThanOrEqual(reserved / 1000 + settings.clockOffsetS - 512);
    expect(events(machine)).toContain('floor-unsaved');
    machine.breakDisk(false);
    await machine.pass(10 * MINUTE_MS);
    expect(isRight(machine)).toBe(true);
  });

  it('is asked again once a minute at most', async () => {
    const machine = await startMachine(undefined, true);
    machine.breakDisk(true);
    await machine.pass(5 * HOUR_MS);
    const before = machine.writes.length;
    await machine.pass(HOUR_MS);
    expect(machine.writes.length - before).toBeLessThanOrEqual(60);
    expect(machine.writes.length - before).toBeGreaterThan(30);
  });
});
