import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { schemaOfStatus } from '../health/status-schema.js';
import { readMetrics } from '../health/testing/read-metrics.js';
import { type ScriptedController, startScriptedController } from '../radio/testing/scripted-controller.js';
import { until } from '../radio/testing/until.js';

const launcher = fileURLToPath(new URL('../../bin/deskbeacond.mjs', import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, ...args], { timeout: 15_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code as number), stdout, stderr });
    });
  });
}

describe('deskbeacond check-config', () => {
  let directory: string;
  let config: string;
  let required: readonly string[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacond-check-'));
    config = join(directory, 'desk.toml');
    required = [
      'organisation_uuid = "8b0ca750-e7a7-4e14-bd99-095477cb3e77"',
      `state_directory = "${join(directory, 'state')}"`,
    ];
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const write = (...lines: readonly string[]): Promise<void> => writeFile(config, [...required, ...lines].join('\n'));

  it('ends with 0 and tells what counts, with what is usual marked', async () => {
    await write('interval_ms = 250', 'radio = "hci:0"', `control_socket = "${join(directory, 'c.sock')}"`);
    const { code, stdout, stderr } = await run('check-config', config);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toBe(`${config}: right, no warnings`);
    expect(stdout).toMatch(/^interval_ms {8}= 250$/m);
    expect(stdout).toMatch(/^exponent_k {9}= 9 {2}\(default\)$/m);
  });

  it('ends with 78 and names all that is wrong, as text and as JSON', async () => {
    await write('exponent_k = 77', 'intervall_ms = 3');
    const text = await run('check-config', config);
    expect(text.code).toBe(78);
    expect(text.stdout).toBe('');
    expect(text.stderr).toContain(`${config}:3:1: exponent_k: expected an integer 0..15, got 77\n`);
    expect(text.stderr).toContain(`${config}:4:1: intervall_ms: expected a known setting (did you mean interval_ms?)`);
    const json = await run('check-config', config, '--json');
    expect(json.code).toBe(78);
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      isValid: false,
      faults: [
        { key: 'exponent_k', line: 3, column: 1, expected: 'an integer 0..15', got: '77' },
        { key: 'intervall_ms', line: 4, column: 1 },
      ],
      warnings: [],
    });
  });

  it('ends with 66 where there is no file, and with 78 where it is no TOML', async () => {
    expect((await run('check-config', join(directory, 'none.toml'))).code).toBe(66);
    await write('interval_ms = = 3');
    const { code, stderr } = await run('check-config', config);
    expect(code).toBe(78);
    expect(stderr).toMatch(/desk\.toml:3:\d+: expected TOML, got /);
  });

  it('warns of what does not work on this machine', async () => {
    const state = join(directory, 'state');
    await mkdir(state);
    await chmod(state, 0o777);
    await write(
      'interval_ms = 40',
      `control_socket = "${join(directory, 'none', 'c.sock')}"`,
      `seed_file = "${join(directory, 'seed.toml')}"`,
      'button = "/dev/input/none"',
      'light = "/sys/class/leds/none"',
      'radio = "usb:1"',
    );
    const { code, stdout } = await run('check-config', config, '--json');
    expect(code).toBe(0);
    const { isValid, warnings } = JSON.parse(stdout) as { isValid: boolean; warnings: { key: string; text: string }[] };
    expect(isValid).toBe(true);
    expect(warnings).toMatchObject([
      { key: 'state_directory', line: 2, text: expect.stringContaining('mode 777') },
      { key: 'interval_ms', line: 3, text: expect.stringContaining('5.0') },
      { key: 'control_socket', line: 4, text: expect.stringContaining('is not there') },
      { key: 'button', line: 6 },
      { key: 'light', line: 7 },
      { key: 'seed_file', line: 5, text: expect.stringContaining('label') },
      { key: 'radio', line: 8, text: expect.stringContaining('h4:unix:PATH') },
    ]);
    await chmod(state, 0o700);
    await writeFile(join(state, 'root-key.json'), '{}', { mode: 0o644 });
    await write();
    const { stdout: text } = await run('check-config', config);
    expect(text).toContain('root-key.json has mode 644');
    expect(text).toContain('warning: ');
    expect(text).not.toContain('seed');
  });
});

describe('a daemon that runs', () => {
  let directory: string;
  let config: string;
  let controller: ScriptedController;
  let daemon: ReturnType<typeof spawn>;
  let port: number;
  let said = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacond-status-'));
    config = join(directory, 'desk.toml');
    controller = await startScriptedController();
    port = await freePort();
    const lines = [
      'organisation_uuid = "8b0ca750-e7a7-4e14-bd99-095477cb3e77"',
      `state_directory = "${join(directory, 'state')}"`,
      `control_socket = "${join(directory, 'c.sock')}"`,
      `metrics_port = ${port}`,
      `radio = "h4:unix:${controller.path}"`,
      'pairing_minutes = 0',
      'exponent_k = 0',
      'log_level = "debug"',
    ];
    await writeFile(config, lines.join('\n'));
    daemon = spawn(process.execPath, [launcher, 'run', '--config', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, JOURNAL_STREAM: '8:1' },
    });
    daemon.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until('the daemon is on the air', () => said.includes('advertising'), 10_000);
  });
  afterAll(async () => {
    await new Promise((resolve) => daemon.once('close', resolve).kill('SIGTERM'));
    await controller.close();
    await rm(directory, { recursive: true, force: true });
  });
  const status = async () =>
    JSON.parse((await run('status', '--config', config, '--json')).stdout) as Record<string, unknown>;
  const metrics = async () => readMetrics(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());

  it('tells a status that fits its schema, with what the controller confirmed', async () => {
    const told = await status();
    const fits = new Ajv2020({ strict: true }).compile(schemaOfStatus());
    expect(fits(told), JSON.stringify(fits.errors)).toBe(true);
    expect(told).toMatchObject({
      onAir: 'frames',
      isClaimed: false,
      radio: {
        address: `h4:unix:${controller.path}`,
        isUp: true,
        malformedPackets: 0,
        lastRoundTripMs: expect.any(Number),
      },
      advertising: { enables: expect.any(Number), intervalMs: 100 },
      identity: { exponentK: 0 },
      pairing: { wrongAttempts: 0 },
    });
    const text = (await run('status', '--config', config)).stdout;
    expect(text).toMatch(/^On the air by h4:unix:.*: phones at this desk stay quiet\.\n\n/);
  });

  it('says so when every phone is to ring, and when it is over', async () => {
    expect((await run('ring-all', 'on', '--config', config)).stdout).toMatch(/ring-all/);
    expect(await status()).toMatchObject({ isRingAll: true, onAir: 'ring-all' });
    expect((await run('ring-all', 'off', '--config', config)).code).toBe(0);
    expect(await status()).toMatchObject({ isRingAll: false });
  });

  it('counts in its metrics', async () => {
    const of = async (name: string) => [...((await metrics()).get(name)?.samples.values() ?? [])][0] ?? 0;
    const before = await of('deskbeacon_advertising_enables_total');
    await expect.poll(() => of('deskbeacon_advertising_enables_total'), { timeout: 5000 }).toBeGreaterThan(before + 1);
  });

  it('is watched until the watcher is told to end', async () => {
    const watching = spawn(process.execPath, [launcher, 'status', '--config', config, '--json', '--watch'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    watching.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    await until('two statuses are told', () => told.split('\n').length > 2, 10_000);
    const code = await new Promise((resolve) => watching.once('close', resolve).kill('SIGINT'));
    expect(code).toBe(0);
    for (const line of told.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ version: 1 });
  });

  it('logs at the level of its settings, and without priorities on a stream that is not the one systemd named', () => {
    expect(said).toContain('new identity');
    expect(said).not.toMatch(/^</m);
  });

  it('stays on the air where somebody else has its port', async () => {
    const other = join(directory, 'other.toml');
    const second = await startScriptedController();
    const lines = [
      'organisation_uuid = "8b0ca750-e7a7-4e14-bd99-095477cb3e77"',
      `state_directory = "${join(directory, 'other-state')}"`,
      `metrics_port = ${port}`,
      `radio = "h4:unix:${second.path}"`,
      'pairing_minutes = 0',
    ];
    await writeFile(other, lines.join('\n'));
    const child = spawn(process.execPath, [launcher, 'run', '--config', other], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    await until('it advertises', second.isAdvertising, 10_000);
    await new Promise((resolve) => child.once('close', resolve).kill('SIGTERM'));
    await second.close();
    expect(told).toMatch(/there are no metrics: .*EADDRINUSE/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
