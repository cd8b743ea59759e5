import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ProfileBeacon } from '@deskbeacon/proximity-core';
import { startAir } from './air-process.js';
import type { DebianRoot, Ended, RootArchitecture } from './debian-root.js';
import { framesOf } from './frames-of.js';

/** Builds our Debian packages, and has what is installed in a root take part in the virtual air. */

const BUILD_LIMIT_MS = 300_000;
const ON_AIR_MS = 3_000;
export const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** @param folder a checkout, ours or a copy. @returns the files, in the order of the architectures. */
export async function buildDebs(
  room: 'beacon' | 'cli',
  out: string,
  options: {
    readonly folder?: string;
    readonly architectures: readonly RootArchitecture[];
    readonly version?: string;
    readonly env?: NodeJS.ProcessEnv;
  },
): Promise<readonly string[]> {
  const { folder = checkout, architectures, version, env = {} } = options;
  const command = [
    ...['beacon/packaging/build-deb.mjs', room, '--out', out],
    ...architectures.flatMap((one) => ['--architecture', one]),
    ...(version === undefined ? [] : ['--deb-version', version]),
  ];
  const { INIT_CWD: _from, ...usual } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    cwd: folder,
    env: { ...usual, ...env },
    timeout: BUILD_LIMIT_MS,
  });
  return stdout.trim().split('\n');
}

/** What the virtual air heard of a daemon, and what its own keys say that it has to send. */
export interface OnAir {
  readonly heard: readonly { readonly unixMs: number; readonly data: string; readonly address: string }[];
  /** Of what was heard, all that its keys do not explain. */
  readonly unexplained: readonly string[];
  /** Distinct kinds among what was heard: `iBeacon`, `Eddystone-EID`. */
  readonly kinds: readonly string[];
  readonly exitCode: number | null;
  /** What it had in its state directory. */
  readonly rootKey: string;
}

export const SETTINGS = '/etc/deskbeacon/deskbeacond.toml';

/** Fills in the settings as docs/install.md says, for a beacon that waits for no owner. */
export async function fillInSettings(root: DebianRoot, organisationUuid: string): Promise<void> {
  await root.outside(`sed -i 's/^#organisation_uuid.*/organisation_uuid = "${organisationUuid}"/' .${SETTINGS}
    grep -q pairing_minutes .${SETTINGS} || echo 'pairing_minutes = 0' >> .${SETTINGS}`);
}

/**
 * Fills in the settings, starts the daemon as its user in the directories that its unit makes, and
 * listens.
 * @param program how it is started in this root.
 */
export async function putOnAir(
  root: DebianRoot,
  program: readonly string[],
  user: string | undefined,
  watchedBy?: readonly string[],
): Promise<OnAir> {
  const organisationUuid = randomBytes(16).toString('hex');
  const owner = user === undefined ? '0:0' : await ownerOf(root, user);
  await fillInSettings(root, organisationUuid);
  await root.outside(
    [
      'mkdir -p run/air var/lib/deskbeacond run/deskbeacond && chmod 777 run/air',
      'chmod 700 var/lib/deskbeacond run/deskbeacond',
      `chown ${owner} var/lib/deskbeacond run/deskbeacond`,
    ].join('\n'),
  );
  const air = await startAir(1);
  try {
    const socket = join(root.path, 'run/air/desk.sock');
    await air.order({ do: 'log', file: join(root.path, 'run/air/air.jsonl') });
    await air.order({ do: 'controller', id: 'desk', socket });
    await root.outside('chmod 666 run/air/desk.sock');
    const as = user === undefined ? {} : { user };
    const daemon = await root.start(
      [...program, 'run', '--config', SETTINGS, '--radio', 'h4:unix:/run/air/desk.sock', '--log-format', 'json'],
      '"event":"advertising"',
      { ...as, ...(watchedBy === undefined ? {} : { watchedBy }) },
    );
    await pause(ON_AIR_MS);
    const exitCode = await daemon.stop();
    await air.order({ do: 'log' });
    const profile = await root.run([...program, 'profile', '--config', SETTINGS, '--desk', 'd-12'], as);
    if (profile.code !== 0) throw new Error(`no profile: ${profile.stderr}`);
    const beacon = JSON.parse(profile.stdout) as ProfileBeacon;
    const lines = (await readFile(join(root.path, 'run/air/air.jsonl'), 'utf8')).trim().split('\n');
    const heard = lines.map((line) => JSON.parse(line) as OnAir['heard'][number]);
    return {
      heard,
      unexplained: heard
        .filter(({ unixMs, data }) => !framesOf(beacon, organisationUuid, unixMs).data.includes(data))
        .map(({ data }) => data),
      kinds: [...new Set(heard.map(({ data }) => (data.includes('4c000215') ? 'iBeacon' : 'Eddystone-EID')))].sort(),
      exitCode,
      rootKey: await root.outside('cat var/lib/deskbeacond/root-key.json'),
    };
  } finally {
    await air.stop();
  }
}

async function ownerOf(root: DebianRoot, user: string): Promise<string> {
  const { stdout } = await root.run(['sh', '-c', `echo "$(id -u ${user}):$(id -g ${user})"`]);
  return stdout.trim();
}

/** Makes a registry with one desk and reads it back: SQLite's addon has to load. */
export async function tryRegistry(root: DebianRoot, program: readonly string[]): Promise<readonly Ended[]> {
  await root.outside('umask 077; mkdir -p root/desks; echo "correct horse battery staple" > root/desks/passphrase');
  const which = ['--registry', '/root/desks/registry.db', '--passphrase-file', '/root/desks/passphrase'];
  const made = await root.run([...program, 'init', 'Office', ...which]);
  const added = await root.run([...program, 'desk', 'add', 'd-12', ...which]);
  const shown = await root.run([...program, 'show', 'd-12', '--json', ...which]);
  return [made, added, shown];
}
