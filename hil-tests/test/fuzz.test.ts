import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TargetReport } from '../src/fuzz/main.js';
import * as targets from '../src/fuzz/targets/index.js';
import { programs } from '../src/rigs/programs.js';

/** Every reader of octets under fuzzed inputs: a minute each where CI asks, two seconds on a machine somebody waits at. */

const isCi = process.env.CI === 'true';
const SECONDS = isCi ? 60 : 2;
const names = Object.values(targets).map(({ name }) => name);
/** Another one for every commit; a finding prints it, and its input. */
const seed = process.env.SEED ?? String(Number.parseInt(commit().slice(0, 8), 16));

function commit(): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' });
}

describe(`${SECONDS} s of fuzzed inputs for each reader (SEED=${seed})`, () => {
  const reports = new Map<string, TargetReport>();
  let said = '';

  beforeAll(
    async () => {
      const limits = ['--target', 'all', '--seconds', String(SECONDS), '--jobs', '2', '--seed', seed];
      const fuzz = spawn(process.execPath, [programs.fuzz, ...limits, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
      let lines = '';
      fuzz.stdout.on('data', (chunk: Buffer) => {
        lines += chunk.toString();
      });
      fuzz.stderr.on('data', (chunk: Buffer) => {
        said = `${said}${chunk}`.slice(-4000);
      });
      await once(fuzz, 'close');
      for (const line of lines.trim().split('\n')) {
        const report = JSON.parse(line) as TargetReport;
        reports.set(report.target, report);
      }
    },
    (names.length * (SECONDS + 30) * 1000) / 2,
  );

  it.each(names)('finds nothing in %s', (name) => {
    const report = reports.get(name);
    if (report === undefined) throw new Error(`it told nothing:\n${said}`);
    const { inputs, inputsPerS, cpuSeconds, packets, corpus, heapMiB } = report;
    process.stdout.write(`${name} ${JSON.stringify({ inputs, inputsPerS, cpuSeconds, packets, corpus, heapMiB })}\n`);
    expect(report.found).toEqual([]);
    expect(inputs).toBeGreaterThan(corpus);
    expect(report.codeSeen).toBeGreaterThan(500);
  });
});

describe('a reader that is broken', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const corpora = join(folder, 'corpora');
  afterAll(() => rmSync(folder, { recursive: true }));

  /** @returns how the fuzzer ended over a target whose `run` does that. */
  async function fuzz(name: string, run: string): Promise<{ readonly code: number | null; readonly told: string }> {
    const module = join(folder, `${name}.mjs`);
    const target = `{ name: '${name}', mostOctets: 16, dictionary: [], seeds: () => [new Uint8Array(4)], run(input) { ${run} } }`;
    writeFileSync(module, `export const target = ${target};\n`);
    const limits = ['--target', 'all', '--seconds', '20', '--inputs', '5000', '--hang-seconds', '1'];
    const options = [...limits, '--targets', module, '--corpora', corpora, '--json'];
    const child = spawn(process.execPath, [programs.fuzz, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    const hear = (chunk: Buffer): void => {
      told += chunk;
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', hear);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, told };
  }

  it('is told with its input, which is made small and kept', { timeout: 60_000 }, async () => {
    const { code, told } = await fuzz('wrong', "if (input.includes(0x80)) throw new Error('cannot read 0x80');");
    expect(code).toBe(1);
    expect(told).toContain('cannot read 0x80');
    const kept = readFileSync(join(corpora, 'wrong', 'findings.txt'), 'utf8')
      .trim()
      .split('\n');
    expect(kept).toEqual([expect.stringMatching(/^# Error: cannot read 0x80/), '80']);
  });

  it('is told with its input where it never comes to an end', { timeout: 60_000 }, async () => {
    const { code, told } = await fuzz('endless', 'while (input.length === 9);');
    expect(code).toBe(1);
    expect(told).toContain('endless: ended by SIGKILL');
    const note = /an input that never ends is left in (\S+)/.exec(told)?.[1] ?? '';
    const { what, input } = JSON.parse(readFileSync(note, 'utf8')) as { readonly what: string; readonly input: string };
    expect(what).toBe('one input took more than 1000 ms');
    expect(input).toHaveLength(18);
    rmSync(note);
  });
});
