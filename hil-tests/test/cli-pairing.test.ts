import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
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

  /** One pose as a phone records it: sightings need no keys. */
  function traceOf(pose: string, place: string, rssiDbm: number): string {
    const label = { pose, place, phone: 'pixel', walker: 'ada', floor: '3' };
    const lines = [
      { deskbeacon: 'trace', version: 1, call: pose, label: { ...label, desk: 'd-12' } },
      { t: 0, event: 'scan-started', mode: 'low-latency' },
      ...Array.from({ length: 15 }, (_, i) => ({
        t: 100 * i + 20,
        event: 'sighting',
        desk: 'd-12',
        frame: i % 2 === 0 ? 'eid' : 'ibeacon',
        rssiDbm: rssiDbm + (i % 4),
      })),
      { t: 1500, event: 'end' },
    ];
    return lines.map((line) => JSON.stringify(line)).join('\n');
  }

  it('takes a walk that a phone recorded, from a folder and over the network, and says what it proves', async () => {
    const folder = join(bench.directory, 'walk');
    await mkdir(folder);
    for (const i of [1, 2, 3])
      await writeFile(join(folder, `desk-${i}.trace.jsonl`), traceOf(`desk-${i}`, 'at-desk', -50));
    await writeFile(join(folder, 'away.trace.jsonl'), traceOf('away', 'out-of-earshot', -88));
    await writeFile(join(folder, 'broken.trace.jsonl'), '{"t":0}\n');
    const walked = await deskbeacon('calibrate', '0042', '--traces', folder, '--json');
    expect(walked.stderr).toMatch(/left out: .*broken\.trace\.jsonl:1/);
    expect([0, 3]).toContain(walked.code);
    const { kept, certificate, model } = JSON.parse(walked.stdout);
    expect(certificate).toMatchObject({ poses: 1, phones: 1, walkers: 1, atDesk: { poses: 3 } });
    expect(model.desks['d-12']).toMatchObject({ poses: 3 });
    expect(await told(deskbeacon('show', 'd-12', '--json'))).toMatchObject({ calibration: { isStale: false } });
    expect(kept).toMatch(/^d-12@/);

    const listening = bench.spawnDeskbeacon(
      'calibrate',
      '0042',
      '--listen',
      '0',
      '--seconds',
      '6',
      '--json',
      '--dry-run',
    );
    const [port, code] = await new Promise<[string, string]>((resolve) => {
      let said = '';
      listening.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const found = /port (\d+), code (\d{6})/.exec(said);
        if (found !== null) resolve([found[1] as string, found[2] as string]);
      });
    });
    const output: string[] = [];
    listening.stdout?.setEncoding('utf8').on('data', (text: string) => output.push(text));
    const post = (given: string, body: string) =>
      fetch(`http://127.0.0.1:${port}/v1/recordings`, {
        method: 'POST',
        headers: { authorization: `Bearer ${given}` },
        body,
      });
    expect((await post(code === '000000' ? '000001' : '000000', '')).status).toBe(401);
    expect((await post(code, traceOf('desk-1', 'at-desk', -50))).status).toBe(200);
    expect((await post(code, traceOf('away-1', 'out-of-earshot', -88))).status).toBe(200);
    await once(listening, 'exit');
    expect(JSON.parse(output.join(''))).toMatchObject({ certificate: { poses: 1, atDesk: { poses: 1 } } });
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
    expect(await deskbeacon('audit', '--purge-extension', '0042')).toMatchObject({ code: 2 });
    const purged = await deskbeacon(
      'audit',
      '--purge-extension',
      '0042',
      '--confirm',
      'purge',
      '--json',
      '--last',
      '100',
    );
    expect(purged.stderr).toMatch(/\d+ entries purged[\s\S]*The chain holds/);
    expect(purged.stdout).not.toMatch(/["/-]0042["/-]/);
  });
});
