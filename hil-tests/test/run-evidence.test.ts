import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCaptures } from '../src/evidence/check-captures.js';
import { whyNoTshark } from '../src/evidence/tshark.js';
import { programs } from '../src/rigs/programs.js';
import { mustSkip } from '../src/rigs/require-rig.js';

/** The runner as a person or a CI system runs it, and the folder that it leaves. */

const START_LIMIT_MS = 20_000;

describe('a run of the rig virtual', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deskbeacon-run-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function start(...flags: readonly string[]): ChildProcess {
    return spawn(process.execPath, [programs.hil, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async function ended(runner: ChildProcess): Promise<{ code: number | null; out: string; error: string }> {
    let [out, error] = ['', ''];
    runner.stdout?.on('data', (chunk) => {
      out += chunk;
    });
    runner.stderr?.on('data', (chunk) => {
      error += chunk;
    });
    const code = await new Promise<number | null>((resolve) => runner.once('close', resolve));
    return { code, out, error };
  }

  async function verdictIn(): Promise<string | undefined> {
    const text = await readFile(join(folder, 'verdict.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as { verdict: string }).verdict;
  }

  it.skipIf(mustSkip('virtual', whyNoTshark()))('takes an empty folder, and leaves a whole record in it', async () => {
    const { code, out } = await ended(
      start('--rig', 'virtual', '--scenario', 'first-frame', '--out', folder, '--json'),
    );
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.at(-1)).toBe('verdict: passed');
    expect(JSON.parse(lines[0] as string)).toMatchObject({ scenario: 'first-frame', outcome: 'passed' });
    expect(await verdictIn()).toBe('passed');
    expect((await readdir(folder)).sort()).toEqual([
      'first-frame',
      'junit.xml',
      'report.html',
      'results.json',
      'verdict.json',
    ]);
    expect((await readdir(join(folder, 'first-frame'))).sort()).toEqual([
      'daemon.btsnoop',
      'daemon.hci.txt',
      'daemon.log',
      'phone.btsnoop',
      'phone.hci.txt',
    ]);
    expect(await readFile(join(folder, 'first-frame/daemon.hci.txt'), 'utf8')).toContain('LE Set Advertising Data');
    expect(await readFile(join(folder, 'first-frame/daemon.log'), 'utf8')).toContain('"event":"advertising"');
    const { versions } = JSON.parse(await readFile(join(folder, 'verdict.json'), 'utf8')) as {
      versions: Record<string, string>;
    };
    expect(versions['@abandonware/bleno']).toMatch(/^\d/);
    expect(versions.tshark).toMatch(/TShark/);
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('that ends by %s reads as incomplete', async (signal) => {
    const runner = start('--rig', 'virtual', '--scenario', 'data-change,frame-shares', '--out', folder);
    const end = ended(runner);
    const lastMs = performance.now() + START_LIMIT_MS;
    while ((await verdictIn()) === undefined && performance.now() < lastMs) await pause(50);
    await pause(500);
    runner.kill(signal);
    const { code, out } = await end;
    expect(code).not.toBe(0);
    expect(out).not.toContain('verdict:');
    expect(await verdictIn()).toBe('incomplete');
  });

  it('takes no folder that has something in it, and leaves that as it is', async () => {
    await writeFile(join(folder, 'mine'), 'mine');
    const { code, error } = await ended(start('--rig', 'virtual', '--out', folder));
    expect(code).toBe(73);
    expect(error).toContain('is not empty\nTry: ');
    expect(await readdir(folder)).toEqual(['mine']);
  });

  it('in which everything is skipped has not passed', async () => {
    const { code, out } = await ended(start('--rig', 'virtual', '--scenario', 'user-channel', '--out', folder));
    expect(code).toBe(1);
    expect(out).toContain('lacks kernel');
    expect(out.trimEnd().split('\n').at(-1)).toBe('verdict: nothing-shown');
  });

  it.each([
    [['--rig', 'nothing'], 2, 'Allowed choices'],
    [['--rig', 'virtual', '--scenario', 'nothing'], 2, 'Try: '],
    [['--rig', 'virtual', '--seed', '-1'], 2, 'whole number'],
    [['--rig', 'hardware'], 2, 'Try: '],
  ] as const)('with wrong flags %s says what to write instead', async (flags, code, text) => {
    const run = await ended(start(...flags));
    expect(run.code).toBe(code);
    expect(run.error).toContain(text);
  });

  it.skipIf(mustSkip('virtual', whyNoTshark()))('is failed by a capture that is cut off', async () => {
    await ended(start('--rig', 'virtual', '--scenario', 'unplugged', '--out', folder));
    await truncate(join(folder, 'unplugged/daemon.btsnoop'), 100);
    const passed = {
      scenario: 'unplugged',
      claim: '',
      outcome: 'passed',
      tookMs: 0,
      heard: [],
      folder: 'unplugged',
    } as const;
    const [checked] = await checkCaptures([passed], folder);
    expect(checked).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('daemon.btsnoop is no evidence'),
    });
  });
});
