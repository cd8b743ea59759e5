import { describe, expect, it } from 'vitest';
import { createSalts, createTelemetry, UNSYNCHRONISED_BATTERY_MV } from './telemetry.js';

function begin(temperatureC?: number, isSynchronised: () => boolean = () => true) {
  let nowMs = 5_000_000;
  const telemetry = createTelemetry({
    monotonicMs: () => nowMs,
    temperatureC: () => temperatureC,
    isClockSynchronised: isSynchronised,
  });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { telemetry, pass };
}

describe('the telemetry of a beacon', () => {
  it('begins at nothing, and has neither battery nor, without a thermometer, a temperature', () => {
    expect(begin().telemetry.take()).toEqual({ advertisements: 0, uptimeDs: 0 });
  });

  it('counts one event for each interval and mean delay on the air, and none while it is silent', () => {
    const { telemetry, pass } = begin();
    telemetry.begin(100);
    pass(10_500);
    expect(telemetry.take()).toMatchObject({ advertisements: 100, uptimeDs: 105 });
    telemetry.end();
    pass(60_000);
    telemetry.end();
    expect(telemetry.take()).toMatchObject({ advertisements: 100, uptimeDs: 705 });
    telemetry.begin(20);
    pass(250);
    telemetry.begin(20);
    pass(250);
    expect(telemetry.take()).toMatchObject({ advertisements: 120 });
  });

  it.each([
    [41.5, 41.5],
    [-7.001, -7],
    [0.002, 1 / 256],
    [127.99, 127.98828125],
    [128, undefined],
    [-129, undefined],
  ])('says %f °C as %s, in steps of 1/256', (temperatureC, said) => {
    expect(begin(temperatureC).telemetry.take().temperatureC).toBe(said);
  });

  it('says in the place of a battery that nothing proves its clock, for as long as that is so', () => {
    let isProven = false;
    const { telemetry } = begin(undefined, () => isProven);
    const said = [false, true, false].map((proven) => {
      isProven = proven;
      return telemetry.take().batteryMv;
    });
    expect(said).toEqual([UNSYNCHRONISED_BATTERY_MV, undefined, UNSYNCHRONISED_BATTERY_MV]);
  });

  it('counts round the end of its 32 bits', () => {
    const { telemetry, pass } = begin();
    pass(2 ** 32 * 100 + 300);
    expect(telemetry.take().uptimeDs).toBe(3);
  });
});

describe('the salts of telemetry', () => {
  it('begin at random in each window and repeat none in it, also past 65535', () => {
    const draws = [65_534, 7];
    const saltFor = createSalts(() => draws.shift() as number);
    expect([saltFor(512), saltFor(512), saltFor(512), saltFor(1024), saltFor(1024)]).toEqual([65_534, 65_535, 0, 7, 8]);
    expect(draws).toEqual([]);
  });

  it('of the longest window at one frame a second are all different', () => {
    const saltFor = createSalts(() => 40_000);
    expect(new Set(Array.from({ length: 32_768 }, () => saltFor(0))).size).toBe(32_768);
  });
});
