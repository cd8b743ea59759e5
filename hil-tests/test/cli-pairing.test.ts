import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeProfile } from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AirProcess, startAir } from '../src/rigs/air-process.js';
import { startChild } from '../src/rigs/child.js';
import { programs } from '../src/rigs/programs.js';

/** The bundled command line and the real daemon, over the virtual air: from the label to the profile, and back. */

const cli = fileURLToPath(new URL('../../cli/bin/deskbeacon.mjs', import.meta.url));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('deskbeacon, beside a daemon that nobody owns', () => {
  let directory: string;
  let air: AirProcess;
  let daemon: ReturnType<typeof startDaemon>;
  let configuration: string;
  let codeFile: string;
  let beacon = '';

  function startDaemon() {
    const radio = `h4:unix:${join(directory, 'desk.sock')}`;
    const command = [programs.daemon, 'run', '--config', configuration, '--radio', radio, '--log-format', 'json'];
    return startChild({
      name: 'deskbeacond',
      command,
      messagesOn: 'stderr',
      onMessage: (message) => heard.push(message),
    });
  }
  const heard: unknown[] = [];

  /** Each thing it says is waited for once. */
  async function said(event: string): Promise<void> {
    for (let i = 0; i < 1500; i += 1) {
      const at = heard.findIndex((message) => (message as { readonly event?: string }).event === event);
      if (at >= 0) return void heard.splice(0, at + 1);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`the daemon did not say ${event}: ${daemon.lastWords()}`);
  }

  function run(program: string, args: readonly string[]): Promise<Ran> {
    const { DESKBEACON_REGISTRY: _registry, ...env } = process.env;
    return new Promise((resolve) => {
      execFile(process.execPath, [program, ...args], { env, timeout: 90_000 }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr }),
      );
    });
  }

  function deskbeacon(...args: readonly string[]): Promise<Ran> {
    const [registry, passphrase] = [join(directory, 'registry.db'), join(directory, 'passphrase')];
    return run(cli, [...args, '--registry', registry, '--passphrase-file', passphrase]);
  }

  const withRadio = (...args: readonly string[]): Promise<Ran> =>
    deskbeacon(...args, '--radio', `h4:unix:${join(directory, 'phone.sock')}`);

  async function told(running: Promise<Ran>): Promise<unknown> {
    const { code, stdout, stderr } = await running;
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
    return stdout.trim() === '' ? undefined : JSON.parse(stdout.trim().split('\n').at(-1) as string);
  }

  async function writeCode(): Promise<void> {
    const { stdout } = await run(programs.daemon, ['setup-code', '--config', configuration, '--json']);
    await writeFile(codeFile, `${(JSON.parse(stdout) as { readonly qr: string }).qr}\n`, { mode: 0o600 });
  }

  const place = (id: string, x: number): Promise<unknown> =>
    air.order({ do: 'place', id, x, y: 0, pose: 'desk', placement: `${id}-${x}` });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacon-cli-'));
    codeFile = join(directory, 'label.txt');
    configuration = join(directory, 'deskbeacond.toml');
    await writeFile(join(directory, 'passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
    const lines = [
      `organisation_uuid = "${'00'.repeat(16)}"`,
      `state_directory = "${join(directory, 'state')}"`,
      'pairing_minutes = 10',
      `control_socket = "${join(directory, 'control.sock')}"`,
    ];
    await writeFile(configuration, `${lines.join('\n')}\n`);
    air = await startAir(3);
    for (const id of ['desk', 'phone'])
      await air.order({ do: 'controller', id, socket: join(directory, `${id}.sock`) });
    await place('desk', 0);
    await place('phone', 0.8);
    daemon = startDaemon();
    await said('pairing-window');
  }, 60_000);

  afterAll(async () => {
    await daemon?.end('SIGTERM', 3000);
    await air?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('says what to do first', async () => {
    const { code, stderr } = await deskbeacon('list');
    expect(code).toBe(66);
    expect(stderr).toContain('Try: deskbeacon init SITE');
  });

  it('makes a registry, a desk and an extension', async () => {
    expect(await told(deskbeacon('init', 'Head office', '--json'))).toMatchObject({ site: 'head-office' });
    await told(deskbeacon('desk', 'add', 'd-12', '--at', '1.5,2', '--json'));
    await told(deskbeacon('extension', 'add', '0042', '--name', 'Ada', '--desk', 'd-12', '--json'));
    expect(await told(deskbeacon('show', '0042', '--json'))).toMatchObject({ desks: ['d-12'], beacons: [] });
  });

  it('refuses a beacon that stands too far away, and one that is not there', async () => {
    await writeCode();
    await place('phone', 14);
    const far = await withRadio('pair', '0042', '--code-file', codeFile, '--wait', '10');
    expect(far.stderr).toMatch(/Try: stand beside the beacon/);
    expect(far.code).toBe(69);
    await place('phone', 0.8);
    const wrong = join(directory, 'wrong.txt');
    await writeFile(wrong, '000G-40R4-0M30-E209-185G-R38E-1WFA', { mode: 0o600 });
    await told(deskbeacon('desk', 'add', 'd-13', '--json'));
    const other = await withRadio('pair', '--desk', 'd-13', '--code-file', wrong, '--wait', '2');
    expect(other).toMatchObject({ code: 69, stderr: expect.stringContaining('1 others wait') });
    await writeFile(wrong, '000G-40R4-0M30-E209-185G-R38E-1WFB');
    expect(await withRadio('pair', '--desk', 'd-13', '--code-file', wrong)).toMatchObject({ code: 65 });
  });

  it('pairs the beacon whose label it is given, step by step, and records it', async () => {
    const running = await withRadio('pair', '0042', '--code-file', codeFile, '--json');
    expect(running.stderr).toMatch(/found it[\s\S]*claiming[\s\S]*claimed[\s\S]*listening[\s\S]*heard[\s\S]*recorded/);
    const paired = (await told(Promise.resolve(running))) as { readonly beacon: string };
    beacon = paired.beacon;
    expect(paired).toEqual({ beacon, desk: 'd-12', extension: '0042' });
    expect(await told(deskbeacon('list', '--json'))).toMatchObject({
      beacon,
      extensions: ['0042'],
      lifecycle: 'deployed',
    });
  });

  it('does not pair a second beacon with a desk that has one', async () => {
    const wrong = join(directory, 'wrong.txt');
    await writeFile(wrong, '000G-40R4-0M30-E209-185G-R38E-1WFA');
    const again = await withRadio('pair', '0042', '--code-file', wrong, '--wait', '2');
    expect(again).toMatchObject({ code: 65, stderr: expect.stringContaining('deskbeacon replace') });
  });

  it('hears it among the beacons of the site', async () => {
    const scanned = await told(withRadio('scan', '--seconds', '3', '--json'));
    expect(scanned).toMatchObject({
      heard: [{ beacon, desk: 'd-12', isProven: true, isOutOfTime: false }],
      silent: [],
    });
  });

  it('hands out a signed profile, which is the one that the core reads', async () => {
    const file = join(directory, 'ada.jws');
    await told(deskbeacon('profile', 'export', '0042', '--output', file, '--json'));
    expect(await told(deskbeacon('profile', 'verify', file, '--json'))).toEqual({
      site: 'head-office',
      ownDesks: ['d-12'],
    });
    const text = await readFile(file, 'utf8');
    const [head, body, signature] = text.trim().split('.') as [string, string, string];
    const changed = Buffer.from(body, 'base64url').toString('utf8').replace('0042', '0043');
    await writeFile(file, [head, Buffer.from(changed).toString('base64url'), signature].join('.'));
    expect(await deskbeacon('profile', 'verify', file)).toMatchObject({ code: 65 });
    const { stdout } = await deskbeacon('profile', 'export', '0042', '--unsigned');
    const decoded = decodeProfile(JSON.parse(stdout));
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(decoded.profile.beacons).toMatchObject([{ desk: 'd-12', positionM: [1.5, 2] }]);
    expect(decoded.profile.beacons[0]?.temporaryKeys?.length).toBeGreaterThanOrEqual(19);
    expect(await told(deskbeacon('revoke', '0042', '--json'))).toMatchObject({ revoked: 2 });
  });

  it('rotates its keys in the window of its owner', async () => {
    const before = await deskbeacon('profile', 'export', '0042', '--unsigned');
    await run(programs.daemon, ['pair-window', '--config', configuration, '--minutes', '2']);
    heard.length = 0;
    await told(withRadio('rotate-keys', beacon, '--json'));
    const after = await deskbeacon('profile', 'export', '0042', '--unsigned');
    const keys = ({ stdout }: Ran): unknown =>
      (JSON.parse(stdout) as { beacons: { recognitionKey: string }[] }).beacons;
    expect(keys(after)).not.toEqual(keys(before));
    expect(await told(withRadio('scan', '--seconds', '3', '--json'))).toMatchObject({
      heard: [{ beacon, isProven: true }],
    });
  });

  it('keeps everything in a backup that gives it back', async () => {
    const file = join(directory, 'backup');
    await told(deskbeacon('backup', file, '--json'));
    const restored = await run(cli, [
      ...['restore', file, '--json', '--registry', join(directory, 'other.db')],
      ...['--passphrase-file', join(directory, 'passphrase')],
    ]);
    expect(restored).toMatchObject({ code: 0 });
    const listed = await run(cli, ['list', '--json', '--registry', join(directory, 'other.db')]);
    expect(JSON.parse(listed.stdout)).toMatchObject({ beacon, lifecycle: 'deployed' });
    expect(await deskbeacon('restore', file)).toMatchObject({ code: 2, stderr: expect.stringContaining('--confirm') });
  });

  it('gives it up, and puts the same device, with its new label, in its own place', async () => {
    expect(await withRadio('release', beacon)).toMatchObject({ code: 2 });
    await run(programs.daemon, ['pair-window', '--config', configuration, '--minutes', '2']);
    expect(await told(withRadio('release', beacon, '--confirm', beacon, '--json'))).toEqual({ beacon, free: 'd-12' });
    await writeCode();
    await run(programs.daemon, ['pair-window', '--config', configuration, '--minutes', '2']);
    const replaced = await told(withRadio('replace', beacon, '--code-file', codeFile, '--json'));
    expect(replaced).toMatchObject({ desk: 'd-12', replaced: beacon });
    const { stdout } = await deskbeacon('list', '--json');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { lifecycle: string }).lifecycle),
    ).toEqual(['deployed', 'retired']);
  });

  it('tells of all that in an audit that holds, without a key in it', async () => {
    const { code, stdout, stderr } = await deskbeacon('audit', '--json', '--last', '100');
    expect(code).toBe(0);
    expect(stderr).toMatch(/The chain holds/);
    const verbs = new Set(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { verb: string }).verb),
    );
    for (const verb of [
      'init',
      'desk add',
      'extension add',
      'pair',
      'profile export',
      'revoke',
      'rotate-keys',
      'release',
      'replace',
    ])
      expect(verbs).toContain(verb);
    expect(stdout).not.toMatch(/rootKey|ownerKey|signingKey|setupCode/);
  });
});
