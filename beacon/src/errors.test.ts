import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { adviceFor, BeaconError, beaconErrorCodes, exitCodeFor } from './errors.js';

/** The exit codes of the house, without 0, 1 (failed without a reason), 3 (findings), 70 (a bug) and 130. */
const allowed = [2, 65, 66, 69, 73, 75, 77, 78];

describe('every error code', () => {
  it.each(beaconErrorCodes)('%s has advice and an exit code of the table', (code) => {
    expect(adviceFor(code)).toMatch(/^Try: \S.{10,}/);
    expect(allowed).toContain(exitCodeFor(code));
  });

  it('has its exit code in the table of docs/daemon.md, which has no other but 0 and 70', async () => {
    const page = await readFile(new URL('../../docs/daemon.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    const used = new Set([0, 70, ...beaconErrorCodes.map(exitCodeFor)]);
    expect(documented).toEqual([...used].sort((a, b) => a - b));
  });

  it('keeps its cause', () => {
    const cause = new Error('ENOENT');
    expect(new BeaconError('config-missing', 'no file', { cause })).toMatchObject({ code: 'config-missing', cause });
  });
});
