import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opcodes } from './radio/index.js';
import { type ScriptedController, startScriptedController } from './radio/testing/scripted-controller.js';
import { until } from './radio/testing/until.js';

const launcher = fileURLToPath(new URL('../bin/deskbeacond.mjs', import.meta.url));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const START_LIMIT_MS = 10_000;

let directory: string;
let config: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacond-'));
  config = join(directory, 'desk.toml');
  await writeConfig();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function writeConfig(...lines: readonly string[]): Promise<void> {
  const required = [
    'organisation_uuid = "8b0ca750-e7a7-4e14-bd99-095477cb3e77"',
    `state_directory = "${join(directory, 'state')}"`,
    'pairing_minutes = 0',
  ];
  await writeFile(config, [...required, ...lines].join('\n'));
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runToEnd(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, ...args], { timeout: 15_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code as number), stdout, stderr });
    });
  });
}

/** A daemon that runs until the test ends it. */
async function startDaemon(radio: string, ...args: readonly string[]) {
  // As systemd does: the device and the inode of the very stream that the daemon writes to.
  const underJournal = 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$@"';
  const command = [process.execPath, launcher, 'run', '--config', config, '--radio', radio, ...args];
  const child = spawn('sh', ['-c', underJournal, 'sh', ...command], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Outcome & { readonly afterMs: number }>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout: '', stderr, afterMs: performance.now() - askedMs }));
  });
  let askedMs = 0;
  const markEnd = (): void => {
    askedMs = performance.now();
  };
  const log = (): string => stderr;
  await until('the daemon is on the air', () => stderr.includes('advertising'), START_LIMIT_MS).catch(
    (error: Error) => {
      child.kill('SIGKILL');
      throw new Error(`${error.message}\n${stderr}`);
    },
  );
  const end = (signal: NodeJS.Signals): Promise<Outcome & { readonly afterMs: number }> => {
    markEnd();
    child.kill(signal);
    return ended;
  };
  return { end, ended, log, markEnd };
}

describe('the command line of deskbeacond', () => {
  it('knows its version, which is that of the package', async () => {
    expect(await runToEnd('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('explains itself', async () => {
    const { code, stdout } = await runToEnd('run', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('h4:unix:PATH');
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['fly']],
    ['a missing option', ['run']],
    ['an unknown option', ['run', '--config', 'x', '--fast']],
    ['an unknown log format', ['run', '--config', 'x', '--log-format', 'xml']],
    ['a number of days that is none', ['profile', '--config', 'x', '--desk', 'd', '--days', 'two']],
    ['too many days', ['profile', '--config', 'x', '--desk', 'd', '--days', '31']],
  ])('ends with 2 after %s', async (_, args) => {
    const { code, stderr } = await runToEnd(...args);
    expect(code).toBe(2);
    expect(stderr).not.toContain(' at ');
    expect(stderr).not.toBe('');
  });

  it('ends with 2 and names the transports for a radio string that is none', async () => {
    const { code, stderr } = await runToEnd('run', '--config', config, '--radio', 'usb:1');
    expect(code).toBe(2);
    expect(stderr).toContain('[radio-address]');
    expect(stderr).toContain('Try: --radio hci:0');
  });

  it('ends with 2 when neither command line nor settings name a radio', async () => {
    const { code, stderr } = await runToEnd('run', '--config', config);
    expect(code).toBe(2);
    expect(stderr).toContain('no radio');
  });

  it('ends with 66 for a configuration that is missing, and says why', async () => {
    const { code, stderr } = await runToEnd('run', '--config', join(directory, 'none.toml'));
    expect(code).toBe(66);
    expect(stderr).toMatch(/none\.toml \[config-missing\]\n {2}because: ENOENT.*\nTry: /);
  });

  it('ends with 78 for a setting out of range', async () => {
    await writeConfig('exponent_k = 77');
    const { code, stderr } = await runToEnd('run', '--config', config, '--radio', 'hci:0');
    expect(code).toBe(78);
    expect(stderr).toContain('exponent_k: expected an integer 0..15, got 77');
  });

  it('takes the radio of the settings, and ends with 69 and the transports when nothing is there', async () => {
    await writeConfig(`radio = "h4:unix:${join(directory, 'nobody.sock')}"`);
    const { code, stderr } = await runToEnd('run', '--config', config);
    expect(code).toBe(69);
    expect(stderr).toContain('nobody.sock');
    expect(stderr).toMatch(/Try: .*hci:0.*h4:\/dev\/ttyACM0.*h4:unix:PATH/);
  });

  it('never shows a stack on hci:0, whether or not this kernel has Bluetooth', async () => {
    const { code, stderr } = await runToEnd('run', '--config', config, '--radio', 'hci:63');
    expect([69, 77]).toContain(code);
    expect(stderr).toMatch(/\[radio-(unavailable|permission)\]/);
    expect(stderr).toContain('Try: ');
    expect(stderr).not.toContain(' at ');
  });
});

describe('deskbeacond run', () => {
  let controller: ScriptedController;
  let radio: string;
  beforeEach(async () => {
    controller = await startScriptedController();
    radio = `h4:unix:${controller.path}`;
  });
  afterEach(() => controller.close());
  const countOf = (wanted: number): number => controller.received.filter(({ opcode }) => opcode === wanted).length;

  it.each([
    'SIGTERM',
    'SIGINT',
    'SIGHUP',
  ] as const)('is on the air until %s, then silent, within 2 s', async (signal) => {
    const daemon = await startDaemon(radio);
    expect(daemon.log()).toContain(`<6>advertising (radio=${radio}, intervalMs=100, exponentK=9)`);
    await until('it advertises', controller.isAdvertising);
    const { code, stderr, afterMs } = await daemon.end(signal);
    expect(code).toBe(0);
    expect(afterMs).toBeLessThan(2000);
    expect(controller.isAdvertising()).toBe(false);
    const data = controller.received.filter(({ opcode }) => opcode === opcodes.leSetAdvertisingData).at(-1);
    expect(data?.parameters).toEqual(new Uint8Array(32));
    expect(stderr).toContain('stopped');
  });

  it('logs neither root key nor derived keys, nor identifiers, even with -v', async () => {
    await writeConfig('exponent_k = 0');
    const daemon = await startDaemon(radio, '-v', '--log-format', 'json');
    await until('an identity change', () => daemon.log().includes('identity-changed'));
    const { stderr } = await daemon.end('SIGTERM');
    const state = await readFile(join(directory, 'state', 'root-key.json'), 'utf8');
    const rootKey = /"rootKey":"([0-9a-f]{64})"/.exec(state)?.[1] ?? '';
    expect(rootKey).toHaveLength(64);
    expect(stderr).not.toContain(rootKey);
    expect(stderr).not.toMatch(/[0-9a-f]{13}/);
    const events = stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events[0]).toBe('advertising');
    expect(events.at(-1)).toBe('stopped');
  });

  it('advertises ADV_NONCONN_IND from a random address at the interval of the settings', async () => {
    await writeConfig('interval_ms = 200');
    const daemon = await startDaemon(radio);
    const parameters = controller.received.filter(({ opcode }) => opcode === opcodes.leSetAdvertisingParameters).at(-1);
    expect([...(parameters?.parameters.slice(0, 6) ?? [])]).toEqual([0x40, 0x01, 0x48, 0x01, 3, 1]);
    await daemon.end('SIGTERM');
  });

  it('advertises again after a fault of the controller that needs a reset', async () => {
    const daemon = await startDaemon(radio);
    const startsBefore = countOf(opcodes.leSetRandomAddress);
    // Hardware Error, Vol 4 Part E §7.7.16.
    controller.sendOctets(Uint8Array.of(0x04, 0x10, 0x01, 0x42));
    await until('it is started again', () => countOf(opcodes.leSetRandomAddress) > startsBefore, 5000);
    await until('it advertises', controller.isAdvertising);
    const parameters = controller.received.filter(({ opcode }) => opcode === opcodes.leSetAdvertisingParameters).at(-1);
    expect(parameters?.parameters[4]).toBe(3);
    expect((await daemon.end('SIGTERM')).stderr).toMatch(/<4>.*reset/);
  });

  it('ends with 69 when the controller is unplugged', async () => {
    const daemon = await startDaemon(radio);
    daemon.markEnd();
    controller.unplug();
    const { code, stderr, afterMs } = await daemon.ended;
    expect(code).toBe(69);
    expect(afterMs).toBeLessThan(5000);
    expect(stderr).toContain('[radio-lost]');
    expect(stderr).toContain('Try: ');
  });

  it('ends with 69 when the controller stops answering, and a signal meanwhile ends it in time', async () => {
    const daemon = await startDaemon(radio);
    controller.deviate({ opcode: opcodes.leSetAdvertisingData, answer: 'drop' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { code, afterMs } = await daemon.end('SIGTERM');
    expect([0, 69]).toContain(code);
    expect(afterMs).toBeLessThan(2500);
  });

  it('ends with 75 when another daemon uses the state directory', async () => {
    const daemon = await startDaemon(radio);
    const { code, stderr } = await runToEnd('run', '--config', config, '--radio', radio);
    expect(code).toBe(75);
    expect(stderr).toContain('[state-busy]');
    expect((await daemon.end('SIGTERM')).code).toBe(0);
  });

  it('has the setup code of its seed from the first start on, and does not start with a wrong one', async () => {
    const seed = join(directory, 'seed.toml');
    await writeConfig(`seed_file = "${seed}"`);
    await writeFile(seed, 'version = 1\nsetup_code = "000G-40R4-0M30-E209-185G-R38E-1WFB"\n');
    const refused = await runToEnd('run', '--config', config, '--radio', radio);
    expect(refused.code).toBe(65);
    expect(refused.stderr).toMatch(/seed\.toml: setup_code: expected .*checksum.* \[seed-invalid\]\nTry: /);

    await writeFile(seed, 'version = 1\nsetup_code = "000G-40R4-0M30-E209-185G-R38E-1WFA"\n');
    const { stderr } = await (await startDaemon(radio)).end('SIGTERM');
    expect(stderr).toContain('<6>the setup code is that of the seed (file=');
    expect(stderr).not.toContain('40R4');
    const { stdout } = await runToEnd('setup-code', '--config', config);
    expect(stdout).toBe('000G-40R4-0M30-E209-185G-R38E-1WFA\n');
  });

  it('starts again after it was killed', async () => {
    const first = await startDaemon(radio);
    await first.end('SIGKILL');
    const second = await startDaemon(radio);
    expect((await second.end('SIGTERM')).code).toBe(0);
  });
});

describe('deskbeacond profile', () => {
  it('ends with 66 before the beacon has a key', async () => {
    const { code, stderr } = await runToEnd('profile', '--config', config, '--desk', 'd-12');
    expect(code).toBe(66);
    expect(stderr).toContain('[state-missing]');
  });

  it('prints one entry of a site profile into a pipe, or writes a file for its owner that it never replaces', async () => {
    const controller = await startScriptedController();
    await (await startDaemon(`h4:unix:${controller.path}`)).end('SIGTERM');
    await controller.close();
    const args = ['profile', '--config', config, '--desk', 'd-12'];
    const { code, stdout } = await runToEnd(...args);
    expect(code).toBe(0);
    const entry = JSON.parse(stdout) as Record<string, unknown>;
    expect(entry).toMatchObject({
      desk: 'd-12',
      exponentK: 9,
      clockOffsetS: 0,
      measuredPowerDbm: -59,
      intervalMs: 100,
    });
    expect(entry.recognitionKey).toMatch(/^[0-9a-f]{32}$/);
    expect((entry.temporaryKeys as unknown[]).length).toBeGreaterThanOrEqual(3);

    const file = join(directory, 'own.json');
    expect(await runToEnd(...args, '--output', file)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ desk: 'd-12' });
    const second = await runToEnd(...args, '--output', file);
    expect(second.code).toBe(73);
    expect(second.stderr).toContain('[output-unwritable]');
  });
});
