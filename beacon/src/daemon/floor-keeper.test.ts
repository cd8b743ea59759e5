import { describe, expect, it } from 'vitest';
import { BeaconError } from '../errors.js';
import { createFloorKeeper } from './floor-keeper.js';
import type { LogEntry } from './log.js';

function makeKeeper() {
  const saved: number[] = [];
  const log: LogEntry[] = [];
  const machine = { isHeld: false, isDiskFull: false };
  const saveFloor = async (unixMs: number): Promise<void> => {
    if (machine.isDiskFull) throw new BeaconError('state-unwritable', 'cannot write clock-floor.json');
    saved.push(unixMs);
  };
  const keep = createFloorKeeper({ saveFloor }, { isHeld: () => machine.isHeld }, (entry) => log.push(entry));
  return { saved, log, machine, keep };
}

describe('the floor of the clock', () => {
  it('is written at the first window and then every ten minutes at most', async () => {
    const { saved, keep } = makeKeeper();
    for (let unixMs = 0; unixMs < 3_600_000; unixMs += 8000) await keep(unixMs);
    expect(saved).toEqual([0, 600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000]);
  });

  it('is tried again at the next window when the disk was full, which is logged and stops nothing', async () => {
    const { saved, log, machine, keep } = makeKeeper();
    machine.isDiskFull = true;
    await keep(1000);
    machine.isDiskFull = false;
    await keep(9000);
    expect(saved).toEqual([9000]);
    expect(log).toMatchObject([{ priority: 3, event: 'floor-unsaved' }]);
  });

  it('is written while the clock is held too, and the log says once when that begins and ends', async () => {
    const { saved, log, machine, keep } = makeKeeper();
    machine.isHeld = true;
    await keep(1000);
    await keep(700_000);
    machine.isHeld = false;
    await keep(710_000);
    expect(saved).toEqual([1000, 700_000]);
    expect(log.map(({ event }) => event)).toEqual(['clock-held', 'clock-followed']);
  });
});
