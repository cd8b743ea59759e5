import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { counterAt, deriveTemporaryKey } from '@deskbeacon/proximity-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatSetupCode, formatSetupQr } from '../control/setup-code.js';
import { keyTagOf } from '../identity/clock-record.js';
import { deriveKeys } from '../identity/keys.js';
import { openState } from '../identity/state-directory.js';
import { type LocalServer, serveLocally } from './control-socket.js';
import { createSecretScan } from './secret-scan.js';
import { spellingsOf } from './testing/spellings.js';

const launcher = fileURLToPath(new URL('../../bin/deskbeacond.mjs', import.meta.url));
const octets = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * seed + seed * 7 + ((i * i * seed) >> 3)) & 0xff);
const rootKey = octets(32, 83);
const setupCode = octets(16, 47);
const seedCode = octets(16, 61);
const ownerKey = octets(32, 29);
const organisationUuid = Buffer.from('8b0ca750e7a74e14bd99095477cb3e77', 'hex');
const owned = { exponentK: 9, intervalMs: 100, measuredPowerDbm: -59, clockOffsetS: 7 };
const { identityKey, recognitionKey } = deriveKeys(rootKey);
const epoch = Math.floor(counterAt(Date.now(), owned.clockOffsetS) / 65_536);
const temporaryKey = deriveTemporaryKey(identityKey, epoch);
const nextTemporaryKey = deriveTemporaryKey(identityKey, (epoch + 20) % 65_536);
const keys = { rootKey, setupCode, seedCode, ownerKey, identityKey, recognitionKey, temporaryKey, nextTemporaryKey };

/** Every secret in every spelling; those of one line, and those over several. */
const planted = [
  ...Object.values(keys).flatMap((key) => spellingsOf(key).map(([, text]) => text)),
  ...[setupCode, seedCode].flatMap((code) => [
    formatSetupCode(code),
    formatSetupCode(code).toLowerCase(),
    formatSetupCode(code).replaceAll('-', ''),
    formatSetupQr(code),
  ]),
];
const inOneLine = planted.filter((text) => !text.includes('\n'));

const hexOf = (key: Uint8Array): string => Buffer.from(key).toString('hex');

let directory: string;
let config: string;
let server: LocalServer | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacond-bundle-'));
  config = join(directory, 'desk.toml');
  const state = await openState(join(directory, 'state'), () => ({
    rootKey,
    setupCode,
    owner: { key: ownerKey, settings: { organisationUuid, ...owned, name: 'Desk 12' } },
  }));
  await state.saveClock({
    floorUnixMs: 1_795_000_000_000,
    reservedUntilUnixMs: 1_795_000_000_000,
    isSynchronised: true,
    needsRekey: false,
    keyTag: keyTagOf(rootKey),
  });
  await state.release();
  await writeFile(join(directory, 'seed.toml'), `version = 1\nsetup_code = "${formatSetupCode(seedCode)}"\n`);
  await writeConfig();
  await mkdir(join(directory, 'bin'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(directory, { recursive: true, force: true });
});

async function writeConfig(...lines: readonly string[]): Promise<void> {
  const usual = [
    'organisation_uuid = "8b0ca750-e7a7-4e14-bd99-095477cb3e77"',
    `state_directory = "${join(directory, 'state')}"`,
    `seed_file = "${join(directory, 'seed.toml')}"`,
    `control_socket = "${join(directory, 'c.sock')}"`,
  ];
  await writeFile(config, [...usual, ...lines].join('\n'));
}

/** A program in the path that prints a text. */
async function install(name: string, text: string): Promise<void> {
  await writeFile(join(directory, `${name}.txt`), text);
  await writeFile(join(directory, 'bin', name), `#!/bin/sh\ncat '${join(directory, `${name}.txt`)}'\n`, {
    mode: 0o755,
  });
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function bundle(env: Readonly<Record<string, string>> = {}, ...args: readonly string[]): Promise<Outcome> {
  const command = [launcher, 'support-bundle', '--config', config, '--output', output(), ...args];
  const options = { env: { ...process.env, ...env, PATH: `${join(directory, 'bin')}:${process.env.PATH}` } };
  return new Promise((resolve) => {
    execFile(process.execPath, command, options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code as number), stdout, stderr }),
    );
  });
}

const output = (): string => join(directory, 'bundle.tar.gz');
const unpack = (...args: readonly string[]): string => execFileSync('tar', [...args, output()], { encoding: 'utf8' });
const member = (name: string): string =>
  execFileSync('tar', ['-xzOf', output(), `deskbeacond-support/${name}`], { encoding: 'utf8' });

describe('deskbeacond support-bundle', () => {
  it('holds versions, settings, status, metrics, adapters, the state as a list, and the log', async () => {
    await install('journalctl', 'Nov 25 10:00:00 desk deskbeacond[12]: advertising (radio=hci:0)\n');
    await install('hciconfig', 'hci0:\tType: Primary  Bus: USB\n');
    server = await serveLocally(join(directory, 'c.sock'), async () => ({
      ok: true,
      onAir: 'frames',
      isClaimed: true,
      uptimeS: 5,
    }));
    const { code, stdout, stderr } = await bundle();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Read it before you send it.');
    expect((await stat(output())).mode & 0o777).toBe(0o600);
    const names = unpack('-tzf')
      .trim()
      .split('\n')
      .map((name) => name.replace('deskbeacond-support/', ''));
    expect(names).toEqual([
      'MANIFEST.txt',
      'versions.json',
      'settings.json',
      'status.json',
      'metrics.txt',
      'adapters.txt',
      'state.txt',
      'clock-floor.json',
      'hciconfig.txt',
      'journal.txt',
    ]);
    expect(JSON.parse(member('versions.json'))).toMatchObject({ node: process.version, kernel: expect.any(String) });
    expect(member('settings.json')).toContain('8b0ca750-e7a7-4e14-bd99-095477cb3e77');
    expect(member('settings.json')).toContain(join(directory, 'seed.toml'));
    expect(JSON.parse(member('status.json'))).toMatchObject({ onAir: 'frames', isClaimed: true });
    expect(member('metrics.txt')).toContain('deskbeacon_claimed 1\n');
    expect(member('state.txt')).toMatch(/^file 0600 own \d+ octets, .*: "root-key\.json"$/m);
    expect(JSON.parse(member('clock-floor.json'))).toEqual({ floorUnixMs: 1_795_000_000_000 });
    expect(member('hciconfig.txt')).toContain('Bus: USB');
    expect(member('journal.txt')).toContain('advertising (radio=hci:0)');
    for (const name of names.slice(1)) expect(member('MANIFEST.txt')).toContain(`${name}: `);
    expect(member('MANIFEST.txt')).toContain('held a secret: 0');
  });

  it('holds no secret of the beacon in any spelling, wherever one was put', async () => {
    const log = inOneLine.flatMap((text, i) => [`line ${i} is kept`, `deskbeacond[1]: <6>here it is: ${text} (x=1)`]);
    await install('journalctl', `${log.join('\n')}\n`);
    await install('hciconfig', `hci0: ${inOneLine.join('\n\tName: ')}\n`);
    // Comments, a value, and names of files; and the environment.
    await writeConfig(
      ...inOneLine.map((text) => `# ${text}`),
      `light = "/sys/class/leds/${formatSetupCode(setupCode)}"`,
      `button = "/dev/${Buffer.from(ownerKey).toString('base64url')}"`,
    );
    for (const key of Object.values(keys)) await writeFile(join(directory, 'state', `copy-${hexOf(key)}`), '');
    server = await serveLocally(join(directory, 'c.sock'), async () => ({
      ok: true,
      onAir: 'frames',
      name: `Desk ${formatSetupCode(setupCode)}`,
      incidents: { [hexOf(identityKey)]: 3 },
      rootKey: Buffer.from(rootKey).toString('base64'),
    }));
    const env = Object.fromEntries(inOneLine.map((text, i) => [`DESKBEACON_PLANTED_${i}`, text]));
    const { code, stderr } = await bundle(env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

    // Looked for in the plain way, and then by the scan, over everything that was unpacked.
    const whole = execFileSync('tar', ['-xzOf', output()], { encoding: 'utf8' }) + unpack('-tzf');
    const squeezed = whole.toLowerCase().replace(/[^0-9a-z]/g, '');
    for (const text of inOneLine) expect(whole.includes(text), text).toBe(false);
    for (const key of Object.values(keys)) expect(squeezed).not.toContain(hexOf(key));
    const scan = createSecretScan(Object.values(keys), [formatSetupCode(setupCode), formatSetupCode(seedCode)]);
    expect(scan.holds(whole)).toBe(false);
    expect(member('journal.txt').match(/is kept/g)).toHaveLength(inOneLine.length);
    expect(member('journal.txt').match(/\[removed/g)).toHaveLength(inOneLine.length);
    expect(member('MANIFEST.txt')).toMatch(/held a secret: [1-9]\d+/);
  });

  it.each(['journalctl', 'hciconfig'])('is not written where a secret is broken over lines of %s', async (program) => {
    const hex = Buffer.from(ownerKey).toString('hex');
    await install('journalctl', 'nothing\n');
    await install(program, (hex.match(/.{1,10}/g) ?? []).join('\n'));
    const { code, stderr } = await bundle();
    expect(code).toBe(65);
    expect(stderr).toMatch(/(journal|hciconfig)\.txt would hold a secret .*\[secret-found\]\nTry: --no-journal/);
    expect(stderr).not.toContain(hex.slice(0, 10));
    await expect(stat(output())).rejects.toThrow('ENOENT');
    if (program === 'journalctl') expect((await bundle({}, '--no-journal')).code).toBe(0);
  });

  it('is made of a damaged state as well, without what others have written, and still without its keys', async () => {
    const file = join(directory, 'state', 'root-key.json');
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 250));
    await writeFile(
      join(directory, 'state', 'clock-floor.json'),
      JSON.stringify({ version: 1, rootKey: hexOf(rootKey), value: { floorUnixMs: 5 } }),
    );
    server = await serveLocally(join(directory, 'c.sock'), async () => ({ ok: true, name: hexOf(recognitionKey) }));
    await writeConfig(`light = "/sys/${hexOf(rootKey)}"`);
    await install('journalctl', hexOf(identityKey));
    const { code } = await bundle();
    expect(code).toBe(0);
    const whole = execFileSync('tar', ['-xzOf', output()], { encoding: 'utf8' });
    expect(unpack('-tzf')).not.toMatch(/journal|hciconfig/);
    expect(createSecretScan([rootKey, identityKey, recognitionKey, temporaryKey], []).holds(whole)).toBe(false);
    expect(member('MANIFEST.txt')).toContain('The state could not be read');
  });

  it('waits for no program that does not answer, and says so where there is none', async () => {
    await writeFile(join(directory, 'bin', 'hciconfig'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    await install('journalctl', 'x'.repeat(2_000_000));
    const startedMs = performance.now();
    expect((await bundle()).code).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(12_000);
    expect(member('hciconfig.txt')).toContain('no answer in time');
    expect(member('journal.txt').length).toBeLessThan(600_000);
    expect(JSON.parse(member('status.json'))).toMatchObject({ reason: expect.stringContaining('no daemon answers') });
  });

  it('replaces no file, and ends with 77 where the state is not this user to read', async () => {
    await writeFile(output(), 'mine');
    expect((await bundle()).code).toBe(73);
    expect(await readFile(output(), 'utf8')).toBe('mine');
    await rm(output());
    if (process.getuid?.() === 0) return; // Root reads whatever it likes.
    await chmod(join(directory, 'state', 'root-key.json'), 0);
    expect((await bundle()).code).toBe(77);
  });
});
