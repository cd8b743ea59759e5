import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWindowBefore } from './window.js';

const counter = fc.integer({ min: 0, max: 0xffffffff });
const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

describe('the order of windows', () => {
  it('is that of adding seconds, also across the wrap, up to half the counter', () => {
    fc.assert(
      fc.property(counter, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (start, laterS) => {
        const later = (start + laterS) % 2 ** 32;
        expect(isWindowBefore(start, later)).toBe(true);
        expect(isWindowBefore(later, start)).toBe(false);
      }),
      seed,
    );
  });

  it('puts no window before itself', () => {
    fc.assert(
      fc.property(counter, (start) => {
        expect(isWindowBefore(start, start)).toBe(false);
      }),
      seed,
    );
  });
});
