/**
 * What somebody who helps has to see, and nothing that opens anything. Twice: what goes in is listed here one by one, each text
 * without the lines that hold a secret; and what came of it is searched once more as a whole before anything is written.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConfigReport, checkConfig } from '../config/check-config.js';
import { readConfigOf } from '../config/several-beacons.js';
import { BeaconError } from '../errors.js';
import { askLocally } from './control-socket.js';
import { findSecrets } from './known-secrets.js';
import { adapters, listing, outputOf, versions } from './machine.js';
import { renderMetrics } from './metrics.js';
import { createSecretScan, type SecretScan } from './secret-scan.js';
import { encodeTar, type TarMember } from './tar.js';

export interface BundleRequest {
  /** The settings. */
  readonly file: string;
  /** Which one, of several in `[radios]`. */
  readonly beacon?: string;
  /** The unit whose last lines are taken; absent: none. */
  readonly unit?: string;
  readonly nowUnixMs: number;
}

export interface SupportBundle {
  /** A tar archive. */
  readonly archive: Uint8Array;
  readonly members: readonly string[];
  /** How many lines held a secret and are left out. */
  readonly removed: number;
}

const FOLDER = 'deskbeacond-support/';
const JOURNAL_LINES = 500;
const MOST_FLOOR_OCTETS = 4096;
const REMOVED = '[removed: a secret of this beacon]';

/** @throws BeaconError `secret-found` when a secret is left after all, and what reading the settings and the state throws. */
export async function collectBundle({ file, beacon, unit, nowUnixMs }: BundleRequest): Promise<SupportBundle> {
  const config = await readConfigOf(file, beacon);
  const known = await findSecrets(config, nowUnixMs);
  const scan = createSecretScan(known.secrets, known.codes);
  const status = await askStatus(config.controlSocket);
  const texts: (readonly [name: string, what: string, text: string])[] = [
    ['versions.json', 'daemon, Node, kernel, distribution', json(await versions())],
    ['settings.json', 'effective settings, warnings; no comments', json(settingsOf(await checkConfig(file), scan))],
    ['status.json', 'what the daemon says', json(scrubValues(status, scan))],
    ['metrics.txt', 'the same for Prometheus', typeof status.reason === 'string' ? '' : renderMetrics(status)],
    ['adapters.txt', 'adapters and radio switches', await adapters()],
    ['state.txt', 'state directory: names, modes, sizes', await listing(config.stateDirectory)],
    ['clock-floor.json', 'the time below which the beacon does not fall', await readFloor(config.stateDirectory)],
  ];
  // Where the keys are not known, nothing goes in that a person or another program may have written.
  if (known.isWhole) {
    texts.push(['hciconfig.txt', 'hciconfig -a', await outputOf('hciconfig', ['-a'])]);
    const asked = ['-u', unit ?? '', '-n', String(JOURNAL_LINES), '--no-pager', '-o', 'short-iso'];
    if (unit !== undefined)
      texts.push(['journal.txt', `the last ${JOURNAL_LINES} lines of ${unit}`, await outputOf('journalctl', asked)]);
  }
  let removed = 0;
  const members = texts.map(([name, what, text]) => {
    const scrubbed = scrubLines(text, scan);
    removed += scrubbed.removed;
    return { name, what, text: scrubbed.text };
  });
  const manifest = { name: 'MANIFEST.txt', text: writeManifest(members, removed, known.isWhole) };
  const whole = [manifest, ...members];
  refuseSecrets(whole, scan);
  const archive = encodeTar(
    whole.map(({ name, text }) => ({ name: FOLDER + name, text })),
    Math.floor(nowUnixMs / 1000),
  );
  return { archive, members: whole.map(({ name }) => name), removed };
}

/** Searched as a whole: a secret may be broken over lines. */
function refuseSecrets(members: readonly TarMember[], scan: SecretScan): void {
  const found = members.find(({ name, text }) => scan.holds(text) || scan.holds(name));
  if (found !== undefined)
    throw new BeaconError('secret-found', `${found.name} would hold a secret of this beacon: nothing is written`);
}

async function askStatus(path: string | undefined): Promise<Readonly<Record<string, unknown>>> {
  if (path === undefined) return { reason: 'no control_socket is set' };
  try {
    const { ok, ...told } = await askLocally(path, { do: 'status' });
    return ok ? told : { reason: 'the daemon refused to say' };
  } catch (error) {
    if (error instanceof BeaconError) return { reason: error.message };
    throw error;
  }
}

/** Each field by its name: what else a later report may hold does not come along by itself. */
function settingsOf({ settings, warnings }: ConfigReport, scan: SecretScan): unknown {
  const kept = {
    settings: settings.map(({ name, value, isDefault }) => ({ name, value, isDefault })),
    warnings: warnings.map(({ key, text }) => ({ key, text })),
  };
  return scrubValues(kept, scan);
}

async function readFloor(directory: string): Promise<string> {
  const text = await readFile(join(directory, 'clock-floor.json'), 'utf8').catch(() => '');
  // The number alone, whatever else somebody may have put there.
  const floor = /"floorUnixMs":(\d{1,16}(?:\.\d{1,6})?)/.exec(text.slice(0, MOST_FLOOR_OCTETS))?.[1];
  return json({ floorUnixMs: floor === undefined ? 'none' : Number(floor) });
}

function scrubValues<T>(value: T, scan: SecretScan): T {
  if (typeof value === 'string') return (scan.holds(value) ? REMOVED : value) as T;
  if (Array.isArray(value)) return value.map((item) => scrubValues(item, scan)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    scan.holds(name) ? REMOVED : name,
    scrubValues(inner, scan),
  ]);
  return Object.fromEntries(entries) as T;
}

function scrubLines(text: string, scan: SecretScan): { readonly text: string; readonly removed: number } {
  let removed = 0;
  const lines = text.split('\n').map((line) => {
    if (!scan.holds(line)) return line;
    removed += 1;
    return REMOVED;
  });
  return { text: lines.join('\n'), removed };
}

function writeManifest(
  members: readonly { readonly name: string; readonly what: string; readonly text: string }[],
  removed: number,
  isWhole: boolean,
): string {
  const rows = members.map(({ name, what, text }) => {
    // Cut short: a whole digest looks like a key.
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
    return `${name}: ${what}; ${Buffer.byteLength(text)} octets, SHA-256 ${digest}…`;
  });
  return [
    'Support bundle of deskbeacond. It holds no keys, no setup code, no environment and no comments of the settings.',
    ...rows,
    `Lines left out because they held a secret: ${removed}`,
    ...(isWhole
      ? []
      : ['The state could not be read: journal and hciconfig are left out, for its keys are not known.']),
    '',
  ].join('\n');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
