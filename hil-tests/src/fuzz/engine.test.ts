import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandomStream } from '../study/random-stream.js';
import { addFinding, readKept, writeCorpus } from './corpus-file.js';
import { startCoverage } from './coverage.js';
import { fuzzTarget, minimise } from './fuzz-target.js';
import { createHeapProbe } from './heap.js';
import { mutate } from './mutate.js';
import { shrink } from './shrink.js';
import { type FuzzTarget, mustHold } from './target.js';
import { openDoor } from './testing/door.js';

const door: FuzzTarget = {
  ...{ name: 'door', mostOctets: 32, dictionary: [], seeds: () => [new Uint8Array(8)] },
  run: (input) => mustHold(!openDoor(input), 'the door opened'),
};
const coverage = startCoverage((url) => url.includes('/fuzz/testing/door'));
afterAll(() => coverage.close());
const nothingCovered = { take: () => 0, seen: () => 0, forget: () => {}, close: () => {} };
const limits = { mostInputs: 200_000, mostMs: 15_000, kept: [] };

describe('the fuzzer', () => {
  it('finds what only somebody finds who is told of every step, and makes it small', async () => {
    // Blindly, four octets that have to be right are found once in 2^32 inputs.
    const { found, inputs, inputsKept } = await fuzzTarget(door, { seed: 5, ...limits, coverage });
    expect(inputs).toBeLessThanOrEqual(limits.mostInputs);
    expect(found[0]?.what).toContain('the door opened');
    expect([...(found[0]?.input ?? [])]).toEqual([0x64, 0x6f, 0x6f, 0x72]);
    expect(inputsKept.length).toBeGreaterThan(3);
  });

  it('tells the place that threw, also of a target that throws only once', async () => {
    const once = new Set<string>();
    const blind = { seed: 5, ...limits, mostInputs: 200, coverage: nothingCovered };
    const always = await fuzzTarget({ ...door, run: () => mustHold(false, 'always') }, blind);
    expect(always.found.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^PropertyBroken: always at .*engine/),
    ]);
    const run = (): void => {
      if (once.size > 0) return;
      once.add('thrown');
      throw new RangeError('once');
    };
    expect((await fuzzTarget({ ...door, run }, blind)).found[0]?.what).toContain('RangeError: once');
    expect(Error.stackTraceLimit).toBeGreaterThan(5);
  });

  it('keeps the fewest inputs that reach all of it', async () => {
    const inputs = ['', 'x', 'xx', 'd', 'dx', 'do', 'dox', 'doo'].map((text) => new Uint8Array(Buffer.from(text)));
    const needed = await minimise(door, inputs, coverage, 100);
    expect(needed.map((input) => Buffer.from(input).toString())).toEqual(['', 'd', 'do', 'doo']);
  });

  it('does the same again with the same seed', async () => {
    const inputs: string[][] = [];
    for (let run = 0; run < 2; run += 1) {
      const seen: string[] = [];
      const blind: FuzzTarget = { ...door, run: (input) => void seen.push(Buffer.from(input).toString('hex')) };
      await fuzzTarget(blind, { seed: 9, mostInputs: 60, mostMs: 10_000, kept: [], coverage: nothingCovered });
      inputs.push(seen);
    }
    expect(inputs[0]).toHaveLength(60);
    expect(inputs[0]).toEqual(inputs[1]);
  });

  it('tells a target that keeps what it is given', async () => {
    const kept: Uint8Array[] = [];
    const hoarder: FuzzTarget = { ...door, run: () => void kept.push(new Uint8Array(1 << 12)) };
    const options = {
      seed: 1,
      mostInputs: 60_000,
      mostMs: 15_000,
      kept: [],
      coverage: nothingCovered,
      heap: createHeapProbe(0),
    };
    const { found } = await fuzzTarget(hoarder, options);
    expect(found.map(({ what }) => what).join()).toContain('the heap grew');
  });
});

describe('a mutation', () => {
  it('never exceeds the longest input and leaves the original alone', () => {
    const random = createRandomStream(3, 'mutate');
    const input = Uint8Array.from({ length: 20 }, (_, i) => i);
    const before = input.slice();
    let changed = 0;
    for (let i = 0; i < 2000; i += 1) {
      const options = { mostOctets: 24, dictionary: [Uint8Array.of(9, 9, 9)], other: Uint8Array.of(1, 2) };
      const output = mutate(i % 7 === 0 ? new Uint8Array(0) : input, random, options);
      expect(output.length).toBeLessThanOrEqual(24);
      if (Buffer.compare(output, input) !== 0) changed += 1;
    }
    expect(input).toEqual(before);
    expect(changed).toBeGreaterThan(1900);
  });
});

describe('shrinking', () => {
  it('leaves what is needed, where it is needed', async () => {
    const input = Uint8Array.from({ length: 200 }, (_, i) => (i === 77 ? 0xaa : i % 5));
    const smaller = await shrink(input, async (candidate) => candidate.includes(0xaa) && candidate.length > 2);
    expect(smaller.length).toBe(3);
    expect([...smaller].filter((octet) => octet !== 0)).toEqual([0xaa]);
  });
});

describe('what is kept', () => {
  it('is read as it was written, a line an input, and a finding stands there once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'corpus-'));
    const inputs = [Uint8Array.of(1, 2, 255), new Uint8Array(0), Uint8Array.of(7)];
    await writeCorpus(folder, inputs);
    for (let i = 0; i < 2; i += 1) await addFinding(folder, Uint8Array.of(9), 'two\nlines');
    expect(await readFile(join(folder, 'corpus.txt'), 'utf8')).toBe('-\n07\n0102ff\n');
    const kept = await readKept(folder);
    expect(kept.corpus).toEqual([new Uint8Array(0), Uint8Array.of(7), Uint8Array.of(1, 2, 255)]);
    expect(kept.findings).toEqual([Uint8Array.of(9)]);
    await rm(folder, { recursive: true });
  });
});
