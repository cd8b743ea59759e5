import { describe, expect, it } from 'vitest';
import { integrateCurrent, parseSample } from './power-meter.js';

describe('the charge of a recording', () => {
  it('weighs each step by how long it lasts', () => {
    const samples = [
      { atMs: 0, currentUa: 1000 },
      { atMs: 500, currentUa: 3000 },
      { atMs: 600, currentUa: 3000 },
    ];
    // 2000 µA for 0.5 s and 3000 µA for 0.1 s.
    expect(integrateCurrent(samples)).toEqual({
      chargeUc: 1300,
      meanUa: expect.closeTo(1300 / 0.6, 9),
      durationMs: 600,
    });
  });

  it('is none of fewer than two samples', () => {
    expect(integrateCurrent([])).toBeUndefined();
    expect(integrateCurrent([{ atMs: 5, currentUa: 1 }])).toBeUndefined();
  });
});

describe('a line of a recording', () => {
  it('is a time and a current', () => {
    expect(parseSample('S 12 1520.25')).toEqual({ atMs: 12, currentUa: 1520.25 });
    expect(parseSample('S 0.5 -3')).toEqual({ atMs: 0.5, currentUa: -3 });
  });

  it.each([
    '',
    'S',
    'S 1',
    'S 1 2 3',
    'S -1 2',
    'S 1 x',
    'S 1 1e3',
    'S 1 .5',
    'T 1 2',
    'S 1234567890 1',
  ])('is not %j', (line) => {
    expect(parseSample(line)).toBeUndefined();
  });
});
