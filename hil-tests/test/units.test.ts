import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDebianRoot, whyNoRoot } from '../src/rigs/debian-root.js';
import { bootGuest } from '../src/rigs/kernel/boot-guest.js';
import { whyNoGuest } from '../src/rigs/kernel/guest-kernel.js';
import { buildDebs, fillInSettings } from '../src/rigs/packages.js';
import { programs } from '../src/rigs/programs.js';
import { mustSkip } from '../src/rigs/require-rig.js';

/** Our unit under the systemd of a Debian 13, on an adapter of a real kernel, as rigs/kernel/unit-script.sh treats it. */

const GUEST_LIMIT_MS = 420_000;
const BUILD_LIMIT_MS = 300_000;

interface Look {
  readonly unit: Readonly<Record<string, string>>;
  readonly key: string;
  /** Absent where no daemon answered. */
  readonly isOnAir: boolean | undefined;
}

const why = whyNoGuest() ?? (await whyNoRoot('amd64')) ?? (process.getuid?.() === 0 ? undefined : 'it needs root');
describe.skipIf(mustSkip('units', why))(`under a running systemd${why === undefined ? '' : ` (${why})`}`, () => {
  let folder: string;
  let seen: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deskbeacon-units-'));
    const root = await openDebianRoot('amd64');
    try {
      const [older] = await buildDebs('beacon', folder, { architectures: ['amd64'] });
      const [newer] = await buildDebs('beacon', folder, { architectures: ['amd64'], version: '0.1.0+upgrade' });
      await root.outside(`mkdir debs && cp '${older}' debs/older.deb && cp '${newer}' debs/newer.deb`);
      const { code, stderr } = await root.run(['apt-get', 'install', '-y', '/debs/older.deb']);
      if (code !== 0) throw new Error(`not installed: ${stderr}`);
      await fillInSettings(root, '5e'.repeat(16));
      const status = await bootGuest({
        command: ['bash', programs.underSystemd, root.path, programs.unitScript],
        folder,
        limitMs: GUEST_LIMIT_MS,
        onLine: () => {},
        signal: new AbortController().signal,
      });
      if (status !== 0) throw new Error(`the script ended with ${status}`);
      const names = await readdir(join(folder, 'seen'));
      const texts = await Promise.all(names.map((name) => readFile(join(folder, 'seen', name), 'utf8')));
      seen = Object.fromEntries(names.map((name, i) => [name, texts[i] as string]));
    } finally {
      await root.close();
    }
  }, GUEST_LIMIT_MS + BUILD_LIMIT_MS);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const look = (name: string): Look => {
    const lines = (seen[`${name}.unit`] ?? '').trim().split('\n');
    const status = seen[`${name}.json`] ?? '';
    return {
      unit: Object.fromEntries(lines.filter((line) => line.includes('=')).map((line) => line.split(/=(.*)/s))),
      key: lines.at(-1) ?? '',
      isOnAir: status === '' ? undefined : (JSON.parse(status) as { isOnAir?: boolean }).isOnAir,
    };
  };
  const started = () => look('started').unit.MainPID;
  const running = { ActiveState: 'active', SubState: 'running' };
  const onAir = { isOnAir: true, unit: { ...running, StatusText: 'on the air', NRestarts: '0', User: 'deskbeacond' } };

  it('waits for nothing too long', () => {
    expect(seen.late).toBeUndefined();
  });

  it('is on the air when systemctl comes back, as its own user, with two capabilities and its system calls filtered', () => {
    // CAP_NET_ADMIN is bit 12, CAP_NET_RAW bit 13; a filter is mode 2.
    const confined = { CapEff: '0000000000003000', NoNewPrivs: '1', Seccomp: '2' };
    expect(look('started')).toMatchObject({ ...onAir, unit: { ...onAir.unit, ...confined } });
  });

  it('reloads in its place', () => {
    expect(look('reloaded')).toMatchObject({ ...onAir, unit: { ...onAir.unit, MainPID: started() } });
    expect(seen.journal).toContain('Reloaded deskbeacond.service');
  });

  it('says in the status of the unit that it is dark, and is on the air again with the controller, one process all along', () => {
    expect(look('unplugged').unit).toMatchObject({ ...running, NRestarts: '0', MainPID: started() });
    expect(look('unplugged').unit.StatusText).toMatch(/^dark, radio-lost: /);
    expect(look('unplugged').isOnAir).toBe(false);
    expect(look('plugged-in')).toMatchObject({ ...onAir, unit: { ...onAir.unit, MainPID: started() } });
  });

  it('feeds the watchdog, and is started anew when it hangs', () => {
    expect(look('watched')).toMatchObject({
      ...onAir,
      unit: { ...onAir.unit, MainPID: look('restarted').unit.MainPID },
    });
    expect(look('hung')).toMatchObject({ isOnAir: true, unit: { ...running, NRestarts: '1' } });
    expect(seen.journal).toContain('Watchdog timeout');
  });

  it('is restarted by an upgrade with the key it had, and stopped and forgotten by a purge', () => {
    expect(look('upgraded')).toMatchObject(onAir);
    expect(look('upgraded').unit.MainPID).not.toBe(look('hung').unit.MainPID);
    expect(look('upgraded').key).toBe(look('started').key);
    expect(seen['purged.unit']).toContain('ActiveState=inactive');
    expect(seen['purged.unit']).toContain('LoadState=not-found');
    expect(seen['purged.left']?.match(/No such file/g)).toHaveLength(2);
  });

  it('is never ended by its own sandbox', () => {
    expect(seen.journal).not.toMatch(/status=31\/SYS|SECCOMP|Operation not permitted|EPERM/);
  });
});
