import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AirProcess, startAir } from '../src/rigs/air-process.js';
import { type Child, startChild } from '../src/rigs/child.js';
import { programs } from '../src/rigs/programs.js';

/** One daemon with two dongles: two beacons that are told apart, hear each other, and do not fall together. */

const ORGANISATION = '8b0ca750e7a74e14bd99095477cb3e77';
const START_LIMIT_MS = 20_000;
const AGAIN_LIMIT_MS = 10_000;

interface LogLine {
  readonly event?: string;
  readonly beacon?: string;
}

describe('two beacons of one daemon, 3 m apart', () => {
  let directory: string;
  let config: string;
  let air: AirProcess;
  let daemon: Child;

  const ask = async (beacon: string, ...request: readonly string[]): Promise<Record<string, unknown>> => {
    const args = [programs.daemon, ...request, '--config', config, '--beacon', beacon, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 40_000 });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const advertises = (beacon: string, limitMs: number): Promise<LogLine> =>
    daemon.expect(
      (message): message is LogLine =>
        (message as LogLine).event === 'advertising' && (message as LogLine).beacon === beacon,
      limitMs,
    );

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacon-several-'));
    air = await startAir(4);
    for (const [id, x] of [
      ['window', 0],
      ['door', 3],
    ] as const)
      await air.order({ do: 'controller', id, socket: join(directory, `${id}.sock`), x, y: 0 });
    config = join(directory, 'desk.toml');
    const lines = [
      `organisation_uuid = "${ORGANISATION}"`,
      `state_directory = "${join(directory, 'state')}"`,
      'pairing_minutes = 0',
      `control_socket = "${join(directory, 'control.sock')}"`,
      '[radios]',
      `window = "h4:unix:${join(directory, 'window.sock')}"`,
      `door = "h4:unix:${join(directory, 'door.sock')}"`,
    ];
    await writeFile(config, `${lines.join('\n')}\n`);
    const command = [programs.daemon, 'run', '--config', config, '--log-format', 'json'];
    daemon = startChild({ name: 'deskbeacond', command, messagesOn: 'stderr' });
    await Promise.all(['window', 'door'].map((beacon) => advertises(beacon, START_LIMIT_MS)));
  }, 60_000);
  afterAll(async () => {
    await daemon?.end('SIGTERM', 5000);
    await air?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('have keys and a door of their own', async () => {
    expect((await readdir(join(directory, 'state'))).sort()).toEqual(['door', 'window']);
    const keys = await Promise.all(
      ['door', 'window'].map((name) => readFile(join(directory, 'state', name, 'root-key.json'), 'utf8')),
    );
    expect(keys[0]).not.toBe(keys[1]);
    for (const beacon of ['door', 'window']) expect(await ask(beacon, 'status')).toMatchObject({ onAir: 'frames' });
  });

  it('hear each other, and what they say of themselves is what the other heard', async () => {
    const door = await ask('door', 'neighbours', '--listen');
    const window = await ask('window', 'neighbours', '--listen');
    const listened = window.listened as { forMs: number; neighbours: readonly Record<string, unknown>[] };
    expect(listened.forMs).toBeGreaterThan(9000);
    expect(listened.neighbours).toHaveLength(1);
    expect(listened.neighbours[0]).toMatchObject({ major: door.major, minor: door.minor, hasProof: true });
    expect(listened.neighbours[0]?.packets).toBeGreaterThan(10);
    expect(await ask('window', 'status')).toMatchObject({ onAir: 'frames', isOnAir: true, breaks: 0 });
  });

  it('fall one by one, and the one that fell is started again by itself', async () => {
    const found = await promisify(execFile)('pgrep', ['-f', `${config} --beacon door`]);
    const again = advertises('door', AGAIN_LIMIT_MS);
    process.kill(Number(found.stdout.trim().split('\n')[0]), 'SIGKILL');
    await again;
    expect(await ask('window', 'status')).toMatchObject({ breaks: 0 });
    expect(await ask('door', 'status')).toMatchObject({ onAir: 'frames' });
  });

  it('end with their parent, and leave nothing running', async () => {
    await daemon.end('SIGTERM', 5000);
    expect(daemon.process.exitCode).toBe(0);
    await pause(200);
    const left = await promisify(execFile)('pgrep', ['-f', config]).catch(() => ({ stdout: '' }));
    expect(left.stdout).toBe('');
  });
});
