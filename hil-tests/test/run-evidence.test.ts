import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCaptures } from '../src/evidence/check-captures.js';
import { whyNoTshark } from '../src/evidence/tshark.js';
import { programs } from '../src/rigs/programs.js';
import { mustSkip } from '../src/rigs/require-rig.js';
import { virtualRig } from '../src/rigs/virtual-rig.js';
import { runScenario } from '../src/runner/session.js';
import { firstFrame } from '../src/scenarios/advertising.js';

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
    expect(await readFile(join(folder, 'first-frame/daemon.hci.txt'), 'utf8')).toMatch(
      /^\d{4}-\S+ \S+ +controller → host +Rcvd Command Complete \(LE Set Advertising Data\) Success$/m,
    );
    expect(await readFile(join(folder, 'first-frame/daemon.log'), 'utf8')).toContain('"event":"advertising"');
    const { versions } = JSON.parse(await readFile(join(folder, 'verdict.json'), 'utf8')) as {
      versions: Record<string, string>;
    };
    expect(versions['@abandonware/bleno']).toMatch(/^\d/);
    expect(versions.tshark).toMatch(/TShark/);
    expect(versions).not.toHaveProperty('btvirt');
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    const links = [...page.matchAll(/href="([^"#]+)"/g)].map(([, link]) => link as string);
    expect(links).toHaveLength(5);
    for (const link of links) expect(existsSync(join(folder, link))).toBe(true);
  });

  async function untilThere(file: string): Promise<void> {
    const lastMs = performance.now() + START_LIMIT_MS;
    while (!existsSync(join(folder, file)) && performance.now() < lastMs) await pause(5);
  }

  it.each([
    ['SIGKILL', 'verdict.json'],
    ['SIGKILL', 'first-frame/daemon.btsnoop'],
    ['SIGTERM', 'first-frame/daemon.btsnoop'],
    ['SIGINT', 'first-frame/phone.btsnoop'],
  ] as const)('that ends by %s when there is a %s reads as incomplete', async (signal, file) => {
    const runner = start('--rig', 'virtual', '--scenario', 'first-frame', '--out', folder);
    const end = ended(runner);
    await untilThere(file);
    runner.kill(signal);
    const { code, out } = await end;
    expect(code).not.toBe(0);
    expect(out).not.toContain('verdict:');
    expect(await verdictIn()).toBe('incomplete');
  });

  it('that is killed while it concludes reads as incomplete, or is whole', async () => {
    const runner = start('--rig', 'virtual', '--scenario', 'unplugged', '--out', folder);
    const end = ended(runner);
    await untilThere('results.json');
    runner.kill('SIGKILL');
    await end;
    const isWhole = ['junit.xml', 'report.html'].every((name) => existsSync(join(folder, name)));
    expect(isWhole ? ['incomplete', 'passed'] : ['incomplete']).toContain(await verdictIn());
  });

  it('keeps the log of a daemon that was killed, and a capture of each that was started, when the scenario fails', async () => {
    const run = runScenario(
      virtualRig,
      {
        ...firstFrame,
        async run(session) {
          await (await session.startDaemon(9)).stop('SIGKILL');
          await session.startDaemon(9);
          throw new Error('it is not so');
        },
      },
      { seed: 1, evidence: folder },
    );
    await expect(run).rejects.toThrow('it is not so');
    expect((await readdir(folder)).sort()).toEqual(['daemon-2.btsnoop', 'daemon.btsnoop', 'daemon.log']);
    const log = await readFile(join(folder, 'daemon.log'), 'utf8');
    expect(log.match(/"event":"advertising"/g)).toHaveLength(2);
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

describe('npm run hil:record', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deskbeacon-record-'));
    await mkdir(join(folder, 'docs'));
    await writeFile(join(folder, 'docs/hil.json'), '{}');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function record(verdict: object, ...flags: readonly string[]): Promise<{ code: number | null; error: string }> {
    const run = join(folder, 'run');
    const results = [{ scenario: 'first-frame', claim: firstFrame.claim, outcome: 'passed', tookMs: 1, captures: [] }];
    await mkdir(run);
    await writeFile(join(run, 'verdict.json'), JSON.stringify({ rig: 'virtual', startedAt: '2026-11-23', ...verdict }));
    await writeFile(join(run, 'results.json'), JSON.stringify(results));
    const program = join(dirname(programs.hil), 'deskbeacon-hil-record.mjs');
    const recorder = spawn(process.execPath, [program, ...flags, run], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let error = '';
    recorder.stderr.on('data', (chunk) => {
      error += chunk;
    });
    const code = await new Promise<number | null>((resolve) => recorder.once('close', resolve));
    return { code, error };
  }

  it('takes a concluded run of a commit', async () => {
    expect(await record({ verdict: 'passed', versions: { commit } })).toEqual({ code: 0, error: '' });
    expect(await readFile(join(folder, 'docs/hil.md'), 'utf8')).toContain('| ✓ 2026-11-23 `0123456` |');
  });

  it.each([
    [{ verdict: 'incomplete', versions: { commit } }, 'has not concluded'],
    [{ verdict: 'passed', versions: { commit: `${commit}-changed` } }, 'is no commit'],
  ])('refuses %j, says what to do, and writes nothing', async (verdict, why) => {
    const { code, error } = await record(verdict);
    expect(code).toBe(65);
    expect(error).toContain(why);
    expect(error).toContain('\nTry: ');
    expect(await readdir(join(folder, 'docs'))).toEqual(['hil.json']);
  });

  it('takes a run of a changed tree when told to, and marks it', async () => {
    const { code } = await record({ verdict: 'passed', versions: { commit: `${commit}-changed` } }, '--allow-changed');
    expect(code).toBe(0);
    expect(await readFile(join(folder, 'docs/hil.md'), 'utf8')).toContain('`0123456` of a changed tree');
  });
});
