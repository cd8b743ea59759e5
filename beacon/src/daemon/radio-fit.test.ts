import { describe, expect, it } from 'vitest';
import type { LogEntry } from './log.js';
import { intervalFor, powerFields } from './radio-fit.js';

const controller = { hasExtendedAdvertising: false, advertisingSets: 1 };

describe('the interval that is set', () => {
  it.each([
    [100, 8],
    [10_240, 8],
    [20, 9],
    [100, 13],
  ])('of %i ms is kept by a controller of HCI version %i, without a word', (intervalMs, hciVersion) => {
    const log: LogEntry[] = [];
    expect(intervalFor(intervalMs, { ...controller, hciVersion }, (entry) => log.push(entry))).toBe(intervalMs);
    expect(log).toEqual([]);
  });

  it('below 100 ms is raised on older controllers, and told', () => {
    const log: LogEntry[] = [];
    expect(intervalFor(50, { ...controller, hciVersion: 8 }, (entry) => log.push(entry))).toBe(100);
    expect(log).toMatchObject([{ priority: 4, event: 'interval-raised', fields: { setMs: 50, intervalMs: 100 } }]);
  });
});

describe('the power in the log', () => {
  it('is what the controller says, or that it says nothing', () => {
    expect(powerFields({ ...controller, txPowerDbm: 0 })).toEqual({ txPowerDbm: 0 });
    expect(powerFields(controller)).toEqual({ txPowerDbm: 'unknown' });
  });
});
