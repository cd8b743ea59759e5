import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DebianRoot, openDebianRoot, type RootArchitecture, whyNoRoot } from '../src/rigs/debian-root.js';
import { buildDebs, checkout, type OnAir, putOnAir, SETTINGS, tryRegistry } from '../src/rigs/packages.js';
import { mustSkip } from '../src/rigs/require-rig.js';

/** Our Debian packages in a clean Debian 13: built, installed, on the virtual air, upgraded, removed, purged. */

const run = promisify(execFile);
const BUILD_MS = 400_000;
/** A Node that takes a tenth of a second takes three in an emulator, and the key derivation of a registry ten. */
const EMULATED_MS = 240_000;
const UNITS = ['deskbeacond.service', 'deskbeacond-serial.service'] as const;
/** As dpkg-query takes it. */
const VERSION_FIELD = '$'.concat('{Version}');
const KEY = '/var/lib/deskbeacond/root-key.json';
/** As `systemd-analyze security` of Debian 13 counts, in tenths; docs/install.md names them. */
const MOST_EXPOSED = { 'deskbeacond.service': 16, 'deskbeacond-serial.service': 8 } as const;
const emulated = ['arm64', 'armhf'] as const;
const ELF_MACHINES = { amd64: 'Advanced Micro Devices X86-64', arm64: 'AArch64', armhf: 'ARM' } as const;

const skipNative = mustSkip('packages', await whyNoRoot('amd64'));
const folder = await mkdtemp(join(tmpdir(), 'deskbeacon-packages-'));
let debs: Record<RootArchitecture, { readonly daemon: string; readonly cli: string }>;

beforeAll(async () => {
  const architectures = ['amd64', ...emulated] as const;
  const [daemons, clis] = await Promise.all([
    buildDebs('beacon', folder, { architectures }),
    buildDebs('cli', folder, { architectures }),
  ]);
  const pair = (i: number) => ({ daemon: daemons[i] as string, cli: clis[i] as string });
  debs = { amd64: pair(0), arm64: pair(1), armhf: pair(2) };
}, BUILD_MS);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packages', () => {
  it(
    'are the same to the octet when built in another folder, at another time, under another umask and zone',
    async () => {
      const copy = await mkdtemp(join(tmpdir(), 'deskbeacon-another-folder-with-a-longer-name-'));
      try {
        await copyCheckout(copy);
        const { stdout } = await run('git', ['log', '-1', '--format=%ct'], { cwd: checkout });
        const env = { SOURCE_DATE_EPOCH: stdout.trim(), TZ: 'Asia/Kathmandu', LC_ALL: 'C' };
        const options = { folder: copy, architectures: ['amd64'] as const, env };
        for (const [room, built] of [
          ['beacon', debs.amd64.daemon],
          ['cli', debs.amd64.cli],
        ] as const) {
          const [again] = await buildDebs(room, join(copy, 'out'), options);
          expect(await digestOf(again as string), room).toBe(await digestOf(built));
        }
      } finally {
        await rm(copy, { recursive: true, force: true });
      }
    },
    BUILD_MS,
  );

  it.each(['amd64', ...emulated] as const)('hold addons of their own architecture alone: %s', async (architecture) => {
    for (const deb of Object.values(debs[architecture])) {
      const unpacked = await mkdtemp(join(folder, 'unpacked-'));
      await run('dpkg', ['-x', deb, unpacked]);
      const { stdout } = await run('find', [unpacked, '-name', '*.node']);
      const addons = stdout.trim().split('\n');
      expect(addons.length).toBeGreaterThanOrEqual(2);
      // Not by our own reader: it chose the dependencies.
      for (const addon of addons)
        expect((await run('readelf', ['-h', addon])).stdout).toMatch(
          `Machine:${' '.repeat(27)}${ELF_MACHINES[architecture]}`,
        );
    }
  });

  it('carry the licence of every package in them, and a bill of materials of the same ones', async () => {
    const unpacked = await mkdtemp(join(folder, 'unpacked-'));
    await run('dpkg', ['-x', debs.amd64.cli, unpacked]);
    const docs = join(unpacked, 'usr/share/doc/deskbeacon');
    const copyright = await readFile(join(docs, 'copyright'), 'utf8');
    const { stdout } = await run('zcat', [join(docs, 'sbom.cdx.json.gz')], { maxBuffer: 16 << 20 });
    const { components } = JSON.parse(stdout) as { components: { 'bom-ref': string }[] };
    const named = [...copyright.matchAll(/^(@?[\w./-]+) (\d+\.\d+\.\d+[\w.-]*) \(.+\)$/gm)].map(
      ([, name, version]) => `${name}@${version}`,
    );
    expect(named.sort()).toEqual(components.map((one) => one['bom-ref']).sort());
    for (const name of ['ink', 'libsql', '@libsql/linux-x64-gnu', '@abandonware/noble', 'pdfkit'])
      expect(
        named.some((one) => one.startsWith(`${name}@`)),
        name,
      ).toBe(true);
  });
});

describe.skipIf(skipNative)('on a clean Debian 13, amd64', () => {
  let root: DebianRoot;
  let onAir: OnAir;
  let installed: string;
  let systemCalls: string;

  beforeAll(async () => {
    root = await openDebianRoot('amd64');
    await root.outside(`mkdir -p debs && cp '${debs.amd64.daemon}' '${debs.amd64.cli}' debs/`);
    // The root has no lists of packages: what the dependencies would need beyond it is an error.
    const { code, stdout, stderr } = await root.run(['sh', '-c', 'apt-get install -y /debs/*.deb']);
    if (code !== 0) throw new Error(`not installed: ${stdout}${stderr}`);
    installed = stdout + stderr;
  }, 120_000);

  afterAll(() => root?.close());

  const dpkg = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await root.run(['dpkg', ...words]);
    expect(code, stderr).toBe(0);
    return stdout + stderr;
  };
  const stateOf = async (file: string): Promise<string> => {
    const { stdout } = await root.run(['sh', '-c', `if [ -e ${file} ]; then echo there; else echo gone; fi`]);
    return stdout.trim();
  };

  it('runs both programs with the Node of Debian', async () => {
    const { stdout: node } = await root.run(['dpkg-query', '-W', '-f', VERSION_FIELD, 'nodejs']);
    expect(node).toMatch(/^20\.19\./);
    for (const program of ['deskbeacond', 'deskbeacon']) {
      const { code, stdout } = await root.run([program, '--version']);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '0.1.0\n' });
    }
    expect((await root.run(['deskbeacon', '--help'])).stdout).toContain('calibrate');
    expect((await root.run(['sh', '-c', 'zcat /usr/share/man/man1/deskbeacon.1.gz'])).stdout).toMatch(
      /^\.TH "?DESKBEACON/im,
    );
  });

  it('has a user of its own, and enables and starts nothing before the organisation is named', async () => {
    expect((await root.run(['getent', 'passwd', 'deskbeacond'])).stdout).toContain('/usr/sbin/nologin');
    expect(installed).toContain('the organisation is not named yet');
    for (const unit of UNITS)
      expect((await root.run(['systemctl', 'is-enabled', unit])).stdout.trim()).toBe('disabled');
    const { code, stderr } = await root.run(['deskbeacond', 'run', '--config', SETTINGS], { user: 'deskbeacond' });
    expect(code).toBe(78);
    expect(stderr).toContain('organisation_uuid');
  });

  it('has units and udev rules that Debian 13 takes without a word', async () => {
    for (const unit of UNITS) {
      const { code, stderr } = await root.run(['systemd-analyze', 'verify', `/usr/lib/systemd/system/${unit}`]);
      // The root has no man to look for the page with, and counts that as the unit's failure.
      const complaints = stderr.split('\n').filter((line) => line !== '' && !line.includes("Command 'man "));
      expect(complaints).toEqual([]);
      expect([0, 1]).toContain(code);
    }
    const rules = await root.run(['udevadm', 'verify', '/usr/lib/udev/rules.d/60-deskbeacond.rules']);
    expect({ code: rules.code, stderr: rules.stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each(UNITS)('exposes no more than is written down: %s', async (unit) => {
    const command = [
      'systemd-analyze',
      'security',
      '--offline=true',
      `--threshold=${MOST_EXPOSED[unit]}`,
      '--no-pager',
    ];
    const { code, stdout } = await root.run([...command, `/usr/lib/systemd/system/${unit}`]);
    expect(code, stdout).toBe(0);
    const capabilities = (await root.run(['grep', '-h', '^CapabilityBoundingSet=', `/usr/lib/systemd/system/${unit}`]))
      .stdout;
    expect(capabilities.trim()).toBe(
      unit === 'deskbeacond.service' ? 'CapabilityBoundingSet=CAP_NET_RAW CAP_NET_ADMIN' : 'CapabilityBoundingSet=',
    );
  });

  it('loads every addon', async () => {
    for (const program of ['deskbeacond', 'deskbeacon'])
      expect(await addonsThatFail(root, ['/usr/bin/node'], program)).toEqual([]);
  });

  it('is on the air with both frames, as its own user, and ends with 0', async () => {
    systemCalls = join(folder, 'system-calls');
    onAir = await putOnAir(root, ['/usr/bin/deskbeacond'], 'deskbeacond', [
      'strace',
      '-D',
      '-f',
      '-qq',
      '-o',
      systemCalls,
    ]);
    expectOnAir(onAir);
  });

  it('makes no system call that its units refuse', async () => {
    const filters = (await root.run(['systemd-analyze', 'syscall-filter'])).stdout;
    const calls = callsOfNode(await readFile(systemCalls, 'utf8'));
    expect(calls.size).toBeGreaterThan(30);
    for (const unit of UNITS) {
      const { stdout } = await root.run(['grep', '-h', '^SystemCallFilter=', `/usr/lib/systemd/system/${unit}`]);
      const allowed = allowedBy(stdout, filters);
      expect([...calls].filter((one) => !allowed.has(one))).toEqual([]);
      expect(allowed.has('mount') || allowed.has('ptrace') || allowed.has('init_module')).toBe(false);
    }
  });

  it('keeps a registry in SQLite', async () => {
    const outcomes = await tryRegistry(root, ['/usr/bin/deskbeacon']);
    expect(outcomes.map(({ code, stderr }) => (code === 0 ? code : stderr))).toEqual([0, 0, 0]);
    expect(outcomes[2]?.stdout).toContain('d-12');
  });

  it('draws the label of the beacon, in the fonts that it brings along', async () => {
    const made = `deskbeacond setup-code --config ${SETTINGS} > /root/code
      printf 'd-12\\t%s\\n' "$(grep -oE '[A-Z0-9]{4}([- ][A-Z0-9]{4}){6}' /root/code)" | deskbeacon labels --codes - --output /root/labels.pdf`;
    const { code, stderr } = await root.run(['sh', '-ec', made]);
    expect(code, stderr).toBe(0);
    expect(await root.outside('head -c 5 root/labels.pdf')).toBe('%PDF-');
  });

  it('keeps its key and changed settings over an upgrade and a removal, and loses both in a purge', async () => {
    const settings = await root.outside(`cat .${SETTINGS}`);
    expect(settings).toContain('pairing_minutes = 0');
    const [newer] = await buildDebs('beacon', folder, { architectures: ['amd64'], version: '0.1.0+upgrade' });
    await root.outside(`cp '${newer}' debs/`);
    await root.run(['systemctl', 'enable', 'deskbeacond.service']);

    const upgraded = await dpkg('-i', '/debs/deskbeacond_0.1.0+upgrade_amd64.deb');
    expect(upgraded).not.toContain('not named yet');
    expect((await root.run(['dpkg-query', '-W', '-f', VERSION_FIELD, 'deskbeacond'])).stdout).toBe('0.1.0+upgrade');
    expect((await root.run(['systemctl', 'is-enabled', 'deskbeacond.service'])).stdout.trim()).toBe('enabled');
    expect(await root.outside(`cat .${SETTINGS}`)).toBe(settings);
    expect(await root.outside(`cat .${KEY}`)).toBe(onAir.rootKey);

    await dpkg('--remove', 'deskbeacond');
    expect(await stateOf('/usr/bin/deskbeacond')).toBe('gone');
    expect(await root.outside(`cat .${SETTINGS}`)).toBe(settings);
    expect(await root.outside(`cat .${KEY}`)).toBe(onAir.rootKey);

    await dpkg('-i', '/debs/deskbeacond_0.1.0+upgrade_amd64.deb');
    expect((await putOnAir(root, ['/usr/bin/deskbeacond'], 'deskbeacond')).rootKey).toBe(onAir.rootKey);
    await dpkg('--purge', 'deskbeacond');
    for (const path of [
      '/var/lib/deskbeacond',
      '/etc/deskbeacon',
      '/etc/systemd/system/multi-user.target.wants/deskbeacond.service',
    ])
      expect(await stateOf(path), path).toBe('gone');
    expect((await root.run(['getent', 'passwd', 'deskbeacond'])).code, 'a number is not given away again').toBe(0);
  });
});

describe.each(emulated)('in a Debian 13 of %s, emulated', { timeout: EMULATED_MS }, (architecture) => {
  let root: DebianRoot | undefined;
  const node = '/usr/bin/node';
  const daemon = [node, '/usr/bin/deskbeacond'];
  const cli = [node, '/usr/bin/deskbeacon'];

  beforeAll(async () => {
    if (mustSkip('packages', await whyNoRoot(architecture))) return;
    root = await openDebianRoot(architecture);
    for (const deb of Object.values(debs[architecture])) await root.unpack(deb);
  }, 60_000);

  afterAll(() => root?.close());

  it('depends on nothing that its Debian has not, or only in an older version', async ({ skip }) => {
    if (root === undefined) return skip();
    const present = new Map(
      (await root.outside('cat usr/share/unpacked-packages'))
        .trim()
        .split('\n')
        .map((file) => {
          const [name, version] = file.split('_') as [string, string];
          return [name, decodeURIComponent(version)];
        }),
    );
    for (const deb of Object.values(debs[architecture])) {
      const { stdout } = await run('dpkg-deb', ['-f', deb, 'Depends']);
      for (const one of stdout.trim().split(', ')) {
        const [, name, least] = /^([\w.+-]+)(?: \(>= (.+)\))?/.exec(one) as unknown as [string, string, string?];
        const version = present.get(name) ?? present.get(`${name}t64`);
        expect(version, one).toBeDefined();
        if (least !== undefined) await run('dpkg', ['--compare-versions', version as string, 'ge', least]);
      }
    }
  });

  it('runs both programs with its own Node, and loads every addon', async ({ skip }) => {
    if (root === undefined) return skip();
    const { stdout: arch } = await root.run([node, '-p', 'process.arch']);
    expect(arch.trim()).toBe(architecture === 'arm64' ? 'arm64' : 'arm');
    for (const program of [daemon, cli]) {
      const { code, stdout, stderr } = await root.run([...program, '--version']);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
    }
    for (const program of ['deskbeacond', 'deskbeacon'])
      expect(await addonsThatFail(root, [node], program)).toEqual([]);
  });

  it('is on the air with both frames, and ends with 0', async ({ skip }) => {
    if (root === undefined) return skip();
    expectOnAir(await putOnAir(root, daemon, undefined));
  });

  it('keeps a registry in SQLite', async ({ skip }) => {
    if (root === undefined) return skip();
    const outcomes = await tryRegistry(root, cli);
    expect(outcomes.map(({ code, stderr }) => (code === 0 ? code : stderr))).toEqual([0, 0, 0]);
    expect(outcomes[2]?.stdout).toContain('d-12');
  });
});

function expectOnAir({ heard, unexplained, kinds, exitCode }: OnAir): void {
  expect(heard.length).toBeGreaterThan(10);
  expect(unexplained).toEqual([]);
  expect(kinds).toEqual(['Eddystone-EID', 'iBeacon']);
  expect(exitCode).toBe(0);
}

/** As the programs load them: by name, from the bundle's own folder. */
async function addonsThatFail(root: DebianRoot, node: readonly string[], program: string): Promise<readonly string[]> {
  const names = [
    ...['@serialport/bindings-cpp', '@stoprocent/bluetooth-hci-socket/lib/native.js'],
    ...(program === 'deskbeacon' ? ['libsql'] : []),
  ];
  const script = `const load = require('node:module').createRequire('/usr/lib/deskbeacon/${program}/dist/main.mjs');
    for (const name of ${JSON.stringify(names)}) try { load(name); } catch (error) { console.log(name + ': ' + error.message); }
    console.log('looked at all');`;
  const { stdout, stderr } = await root.run([...node, '-e', script]);
  const lines = stdout.trim().split('\n');
  if (lines.pop() !== 'looked at all') return [`${program}: ${stdout}${stderr}`];
  return lines;
}

/** What git has of the checkout as it stands, with hard links to what npm installed. */
async function copyCheckout(copy: string): Promise<void> {
  const script = `umask 077
    git ls-files -z --cached --others --exclude-standard | xargs -0 -r ls -d 2>/dev/null | tar -cf - -T - | tar -xf - -C '${copy}'
    cp -al node_modules '${copy}' 2>/dev/null || { rm -rf '${copy}/node_modules'; cp -a node_modules '${copy}'; }`;
  await run('sh', ['-ec', script], { cwd: checkout, maxBuffer: 16 << 20 });
}

async function digestOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** What the daemon itself called: everything before it was started belongs to how the root was entered. */
function callsOfNode(trace: string): Set<string> {
  const lines = trace.split('\n');
  const starts = lines.flatMap((line, i) =>
    /execve\("\/usr\/bin\/(?:node|deskbeacond)".* = 0$/.test(line) ? [i] : [],
  );
  const from = starts.at(-1) ?? -1;
  if (from < 0) throw new Error('the daemon was not seen to start');
  const calls = lines.slice(from).map((line) => /^\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed)/.exec(line)?.[1]);
  return new Set(calls.filter((one) => one !== undefined));
}

/** As systemd reads its settings: names and sets are added, those of a line that begins with `~` are taken away. */
function allowedBy(settings: string, filters: string): Set<string> {
  const allowed = new Set<string>();
  for (const [, isRefusal, names] of settings.matchAll(/^SystemCallFilter=(~?)(.*)$/gm)) {
    for (const set of (names as string).split(' ')) {
      const members = set.startsWith('@') ? membersOf(filters, set) : [set];
      for (const one of members) isRefusal === '~' ? allowed.delete(one) : allowed.add(one);
    }
  }
  return allowed;
}

/** `systemd-analyze syscall-filter`: sets by name, their members indented, sets among them. */
function membersOf(filters: string, set: string): Set<string> {
  const lines = filters.split('\n');
  const at = lines.indexOf(set);
  if (at < 0) throw new Error(`systemd knows no ${set}`);
  const members = new Set<string>();
  for (const line of lines.slice(at + 1)) {
    if (!line.startsWith(' ')) break;
    const name = line.trim();
    if (name.startsWith('@')) for (const one of membersOf(filters, name)) members.add(one);
    else if (!name.startsWith('#')) members.add(name);
  }
  return members;
}
