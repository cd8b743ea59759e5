import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../errors/cli-error.js';
import { type KeyRing, unlockKeyRing } from '../registry/key-ring.js';
import { openRegistry } from '../registry/open-registry.js';
import type { ChangedBy, Registry } from '../registry/registry.js';

/** Where the registry is, and what opens its secrets. */
export interface SessionOptions {
  readonly registry?: string;
  readonly passphraseFile?: string;
  /** Asked where there is a person and no file. */
  readonly askSecret?: (question: string) => Promise<string>;
}

export interface Session {
  readonly registry: Registry;
  /** Unlocks the secrets; asks at most once. */
  ring(): Promise<KeyRing>;
  /** Who asks for a change, and when. */
  by(verb: string): ChangedBy;
  nowMs(): number;
}

const MOST_PASSPHRASE_OCTETS = 4096;
export const KEY_RING_SETTING = 'keyRing';

/** Opens the registry for `work` and closes it whatever comes. */
export async function withSession<T>(options: SessionOptions, work: (session: Session) => Promise<T>): Promise<T> {
  if (/^postgres(ql)?:\/\/[^@/]*:[^@/]+@/.test(options.registry ?? ''))
    throw new CliError(
      'bad-usage',
      'a password in the command can be read by everybody on this machine: use ~/.pgpass',
    );
  const registry = await openRegistry(options);
  let ring: Promise<KeyRing> | undefined;
  try {
    return await work({
      registry,
      ring: () => {
        ring ??= unlock(registry, options);
        return ring;
      },
      by: actorNow,
      nowMs: () => Date.now(),
    });
  } finally {
    await registry.close();
  }
}

/** @throws CliError `no-passphrase` where there is neither a file, nor a credential, nor a person. */
export async function readPassphrase({ passphraseFile, askSecret }: SessionOptions): Promise<string> {
  const credentials = process.env.CREDENTIALS_DIRECTORY;
  const file =
    passphraseFile ??
    process.env.DESKBEACON_PASSPHRASE_FILE ??
    (credentials === undefined ? undefined : join(credentials, 'deskbeacon-passphrase'));
  if (file !== undefined) return readSecretFile(file);
  if (askSecret === undefined)
    throw new CliError('no-passphrase', 'the registry is locked, and there is no passphrase');
  return askSecret('Passphrase of the registry: ');
}

/** @returns the first line. @throws CliError `no-input`; `bad-usage` for a file that others may read. */
export function readSecretFile(file: string): string {
  try {
    const { mode, size } = statSync(file);
    if (size > MOST_PASSPHRASE_OCTETS)
      throw new CliError('bad-usage', `${file}: expected one line, got ${size} octets`);
    if ((mode & 0o077) !== 0)
      throw new CliError('open-secret', `${file}: others may read it (mode ${(mode & 0o777).toString(8)})`);
    return (readFileSync(file, 'utf8').split(/\r?\n/)[0] ?? '').trim();
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('no-input', `${file}: cannot be read`, { cause });
  }
}

async function unlock(registry: Registry, options: SessionOptions): Promise<KeyRing> {
  const header = await registry.read((reading) => reading.setting(KEY_RING_SETTING));
  if (header === undefined) throw new CliError('registry-missing', `${registry.location}: no site was made in it`);
  return unlockKeyRing(header, await readPassphrase(options));
}

/** Who asks for a change, and when. */
export function actorNow(verb: string): ChangedBy {
  return { actor: actor(), verb, atMs: Date.now() };
}

function actor(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
