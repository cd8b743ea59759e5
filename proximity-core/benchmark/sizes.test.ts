import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureSizes } from './sizes.js';

describe('what an app carries', () => {
  it('grows only when somebody means it: bytes of gzip', async () => {
    const sizes = await measureSizes(join(import.meta.dirname, '..'));
    const gzipOf = (id: string): number => sizes.find((size) => size.id === id)?.gzipBytes ?? Number.NaN;
    // The aim for the core path is 14 000; by esbuild it is just above it, by terser, which Metro takes, below.
    expect(gzipOf('core path')).toBeLessThan(14_200);
    expect(gzipOf('./reasons')).toBeLessThan(1100);
    expect(gzipOf('./signed-profile')).toBeLessThan(3500);
    expect(gzipOf('./adapters/noble')).toBeLessThan(2500);
  });
});
