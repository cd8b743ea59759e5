import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BeaconError } from '../errors.js';
import { createChecked, readChecked, writeChecked } from './checked-file.js';

const seed = Number(process.env.SEED ?? 20261123);
const secret = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacon-checked-'));
  file = join(directory, 'key.json');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function failureOf(work: Promise<unknown>): Promise<BeaconError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof BeaconError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** Everything of an error that could reach a log. */
function everythingOf(error: Error): string {
  const parts: string[] = [];
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    parts.push(each.message, each.stack ?? '', JSON.stringify(each));
  }
  return parts.join('\n');
}

/** A file with a checksum that fits, whatever stands in it. */
const sealed = (value: unknown, version: unknown = 1): string => {
  const body = JSON.stringify(value) ?? '';
  return JSON.stringify({ version, checksum: createHash('sha256').update(body).digest('hex').slice(0, 32), value });
};

describe('a checked file', () => {
  it('gives back what was written, with mode 0600, under any umask', async () => {
    const before = process.umask(0);
    try {
      await writeChecked(file, { rootKey: secret });
    } finally {
      process.umask(before);
    }
    expect(await readChecked(file)).toEqual({ rootKey: secret });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['key.json']);
  });

  it('is undefined when it is not there', async () => {
    expect(await readChecked(file)).toBeUndefined();
  });

  it('is never replaced by the creation of another', async () => {
    await createChecked(file, { rootKey: secret });
    const before = await readFile(file, 'utf8');
    expect((await failureOf(createChecked(file, { rootKey: 'other' }))).code).toBe('state-unwritable');
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await readdir(directory)).toEqual(['key.json']);
  });

  it('that cannot be renamed into its place leaves what was there, and no remains', async () => {
    await mkdir(file);
    const failure = await failureOf(writeChecked(file, { rootKey: secret }));
    expect(failure.code).toBe('state-unwritable');
    expect(failure.message).toContain(file);
    expect(everythingOf(failure)).not.toContain(secret);
    expect(await readdir(directory)).toEqual(['key.json']);
  });

  it('in a directory that is gone fails by name', async () => {
    const gone = join(directory, 'gone', 'key.json');
    const failure = await failureOf(writeChecked(gone, { rootKey: secret }));
    expect(failure).toMatchObject({ code: 'state-unwritable', message: expect.stringContaining(gone) });
  });

  it.each([
    ['no JSON', secret],
    ['half of the text', `{"version":1,"checksum":"0","value":{"rootKey":"${secret.slice(0, 40)}`],
    ['a list', JSON.stringify([secret])],
    ['a text', JSON.stringify(secret)],
    ['null', 'null'],
    ['no value', JSON.stringify({ version: 1, checksum: 'd41d8cd98f00b204e9800998ecf8427e' })],
    ['a value that is null', sealed(null)],
    ['a value that is a text', sealed(secret)],
    ['a checksum that does not fit', JSON.stringify({ version: 1, checksum: secret, value: { rootKey: secret } })],
    ['a version that is a text', sealed({ rootKey: secret }, secret)],
    ['a version that is an object', sealed({ rootKey: secret }, { secret })],
    ['a later version', sealed({ rootKey: secret }, 2)],
    ['a text of more than any of ours', sealed({ rootKey: secret.repeat(1000) })],
  ])('with %s is unreadable by name, and nothing of its text is told', async (_, text) => {
    await writeFile(file, text, { mode: 0o600 });
    const failure = await failureOf(readChecked(file));
    expect(failure.code).toBe('state-unreadable');
    expect(failure.message).toContain(file);
    const all = everythingOf(failure);
    for (let i = 0; i + 12 <= secret.length; i += 4) expect(all).not.toContain(secret.slice(i, i + 12));
  });

  it('cut off at any place, or with any one octet changed, is never taken for another value', async () => {
    await writeChecked(file, { rootKey: secret });
    const whole = await readFile(file);
    const damaged = fc.oneof(
      fc.nat(whole.length - 2).map((length) => whole.subarray(0, length)),
      fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
        const copy = Buffer.from(whole);
        copy[at] = (copy[at] ?? 0) ^ flip;
        return copy;
      }),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async (octets) => {
        await writeFile(file, octets, { mode: 0o600 });
        const value = await readChecked(file).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'state-unreadable' });
          expect(everythingOf(error as Error)).not.toContain(secret.slice(0, 16));
          return undefined;
        });
        if (value !== undefined) expect(value).toEqual({ rootKey: secret });
      }),
      { seed, numRuns: 300 },
    );
  });

  it('that is a directory, or a pipe nobody writes to, is unreadable at once', async () => {
    await mkdir(file, { mode: 0o700 });
    expect((await failureOf(readChecked(file))).code).toBe('state-unreadable');
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    expect((await failureOf(readChecked(pipe))).code).toBe('state-unreadable');
  });
});
