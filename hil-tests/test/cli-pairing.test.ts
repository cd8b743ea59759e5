import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeProfile } from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPairingBench, type PairingBench, type Ran, told } from '../src/rigs/pairing-bench.js';
import { programs } from '../src/rigs/programs.js';

/** The bundled command line and the real daemon, over the virtual air: from the label to the profile, and back. */

describe('deskbeacon, beside a daemon that nobody owns', () => {
  let bench: PairingBench;
  let beacon = '';
  const deskbeacon = (...args: readonly string[]): Promise<Ran> => bench.deskbeacon(...args);

  beforeAll(async () => {
    bench = await openPairingBench(3);
    await bench.said('pairing-window');
  }, 60_000);

  afterAll(() => bench?.close());

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
    await bench.writeCode();
    await bench.place('phone', 14);
    const far = await deskbeacon('pair', '0042', '--code-file', bench.codeFile, '--wait', '10');
    expect(far.stderr).toMatch(/Try: stand beside the beacon/);
    expect(far.code).toBe(69);
    await bench.place('phone', 0.8);
    const wrong = join(bench.directory, 'wrong.txt');
    await writeFile(wrong, '000G-40R4-0M30-E209-185G-R38E-1WFA', { mode: 0o600 });
    await told(deskbeacon('desk', 'add', 'd-13', '--json'));
    const other = await deskbeacon('pair', '--desk', 'd-13', '--code-file', wrong, '--wait', '2');
    expect(other).toMatchObject({ code: 69, stderr: expect.stringContaining('1 others wait') });
    await writeFile(wrong, '000G-40R4-0M30-E209-185G-R38E-1WFB');
    expect(await deskbeacon('pair', '--desk', 'd-13', '--code-file', wrong)).toMatchObject({ code: 65 });
  });

  it('pairs the beacon whose label it is given, step by step, and records it', async () => {
    const running = await deskbeacon('pair', '0042', '--code-file', bench.codeFile, '--json');
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
    const wrong = join(bench.directory, 'wrong.txt');
    await writeFile(wrong, '000G-40R4-0M30-E209-185G-R38E-1WFA');
    const again = await deskbeacon('pair', '0042', '--code-file', wrong, '--wait', '2');
    expect(again).toMatchObject({ code: 65, stderr: expect.stringContaining('deskbeacon replace') });
  });

  it('hears it among the beacons of the site', async () => {
    const scanned = await told(deskbeacon('scan', '--seconds', '3', '--json'));
    expect(scanned).toMatchObject({
      heard: [{ beacon, desk: 'd-12', isProven: true, isOutOfTime: false }],
      silent: [],
    });
  });

  it('verifies a desk in seconds, and surveys places: what is missing is a finding', async () => {
    expect(await told(deskbeacon('verify', '0042', '--seconds', '5', '--json'))).toMatchObject({ isRight: true });
    const surveyed = await deskbeacon('survey', 'd-12', 'd-13', 'corridor', '--seconds', '3', '--json');
    expect(surveyed.code).toBe(3);
    expect(JSON.parse(surveyed.stdout)).toMatchObject({
      places: [{ place: 'd-12', beacons: [{ beacon }] }, { place: 'd-13' }, { place: 'corridor' }],
      findings: ['d-13: its beacon is not heard'],
    });
  });

  it('hands out a signed profile, which is the one that the core reads', async () => {
    const file = join(bench.directory, 'ada.jws');
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
    await bench.openWindow();
    await told(deskbeacon('rotate-keys', beacon, '--json'));
    const after = await deskbeacon('profile', 'export', '0042', '--unsigned');
    const keys = ({ stdout }: Ran): unknown =>
      (JSON.parse(stdout) as { beacons: { recognitionKey: string }[] }).beacons;
    expect(keys(after)).not.toEqual(keys(before));
    expect(await told(deskbeacon('scan', '--seconds', '3', '--json'))).toMatchObject({
      heard: [{ beacon, isProven: true }],
    });
  });

  it('takes the proof off the air for ring-all, also after a power cut, and puts it back', async () => {
    const rsh = join(bench.directory, 'rsh');
    // Stands in for ssh: the daemon's machine is this one, and its program is where the checkout has it.
    await writeFile(rsh, `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${programs.daemon}" "$@"\n`, { mode: 0o755 });
    const over = ['--rsh', rsh, '--config', join(bench.directory, 'deskbeacond.toml'), '--json'];
    const on = await told(deskbeacon('ring-all', 'head-office', 'on', '--host', 'pi-12', ...over));
    expect(on).toMatchObject({ isRingAll: true, hosts: [{ host: 'pi-12', isDone: true }] });
    const silent = { heard: [{ beacon, isProven: false, isOutOfTime: false }] };
    expect(await told(deskbeacon('scan', '--seconds', '3', '--json'))).toMatchObject(silent);
    await bench.cutPower();
    bench.startDaemon();
    await bench.said('advertising');
    expect(await told(deskbeacon('scan', '--seconds', '3', '--json'))).toMatchObject(silent);
    const { stdout } = await deskbeacon('profile', 'export', '0042', '--unsigned');
    expect(JSON.parse(stdout)).toMatchObject({ ringAll: true });
    const missed = await deskbeacon(
      'ring-all',
      'head-office',
      'off',
      '--host',
      '-oProxyCommand=x',
      '--host',
      'pi-12',
      ...over,
    );
    expect(missed).toMatchObject({ code: 1, stderr: expect.stringContaining('1 of 2 daemons were not reached') });
    expect(await told(deskbeacon('scan', '--seconds', '3', '--json'))).toMatchObject({
      heard: [{ beacon, isProven: true }],
    });
  });

  it('lets a beacon show which one it is', async () => {
    await bench.openWindow();
    const shown = await deskbeacon('identify', beacon, '--seconds', '3');
    expect(shown).toMatchObject({ code: 0, stderr: expect.stringMatching(/it shows itself, -\d+ dBm/) });
  });

  it('keeps everything in a backup that gives it back', async () => {
    const file = join(bench.directory, 'backup');
    await told(deskbeacon('backup', file, '--json'));
    const other = ['--registry', join(bench.directory, 'other.db')];
    const restored = await deskbeacon('restore', file, '--json', ...other);
    expect(restored).toMatchObject({ code: 0 });
    const listed = await deskbeacon('list', '--json', ...other);
    expect(JSON.parse(listed.stdout)).toMatchObject({ beacon, lifecycle: 'deployed' });
    expect(await deskbeacon('restore', file)).toMatchObject({ code: 2, stderr: expect.stringContaining('--confirm') });
  });

  it('gives it up, and puts the same device, with its new label, in its own place', async () => {
    expect(await deskbeacon('release', beacon)).toMatchObject({ code: 2 });
    await bench.openWindow();
    expect(await told(deskbeacon('release', beacon, '--confirm', beacon, '--json'))).toEqual({ beacon, free: 'd-12' });
    await bench.writeCode();
    await bench.openWindow();
    const replaced = await told(deskbeacon('replace', beacon, '--code-file', bench.codeFile, '--json'));
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
