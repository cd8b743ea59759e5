/**
 * A backup: everything the registry holds, in one file that only its passphrase opens.
 *
 *     "DBREG1\\n\\0" (8) ‖ length of the header (4, big-endian) ‖ header (JSON) ‖ sealed body
 *
 * The header names the version and holds the key ring; it is associated data of the body, so that neither is taken without the
 * other. The body is gzipped JSON. Secrets inside are sealed as they are in the registry.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { CliError } from '../errors/cli-error.js';
import { type AuditEntry, checkChain } from './audit-chain.js';
import { type KeyRing, type KeyRingHeader, unlockKeyRing } from './key-ring.js';
import type { Changing, Reading } from './registry.js';
import { columnsOf, encodeRow } from './row-codec.js';
import { kindOf, type RecordOf, type TableName, tableNames } from './tables.js';

const MAGIC = Buffer.from('DBREG1\n\0', 'latin1');
const VERSION = 1;
const MOST_HEADER_OCTETS = 65_536;
const MOST_BODY_OCTETS = 1 << 30;
const AUDIT_PAGE = 10_000;

export interface BackupHeader {
  readonly version: number;
  readonly writtenAtMs: number;
  readonly keyRing: KeyRingHeader;
}

export interface BackupContent {
  readonly tables: Readonly<Partial<Record<TableName, readonly Readonly<Record<string, unknown>>[]>>>;
  readonly audit: readonly Readonly<Record<string, unknown>>[];
}

/** @returns the file. */
export async function encodeBackup(
  reading: Reading,
  ring: KeyRing,
  header: Omit<BackupHeader, 'version'>,
): Promise<Uint8Array> {
  const tables: Record<string, readonly unknown[]> = {};
  for (const table of tableNames)
    tables[table] = (await reading.list(table)).map(({ revision: _revision, ...row }) => toJson(row));
  const audit: unknown[] = [];
  for (let after = 0; ; ) {
    const page = await reading.audit(after, AUDIT_PAGE);
    audit.push(...page.map(({ words, ...entry }) => ({ ...toJson(entry), ...(words && { words: toJson(words) }) })));
    const last = page.at(-1);
    if (last === undefined || page.length < AUDIT_PAGE) break;
    after = last.seq;
  }
  const told = Buffer.from(JSON.stringify({ version: VERSION, ...header }), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(told.length);
  const body = gzipSync(JSON.stringify({ tables, audit }));
  return new Uint8Array(Buffer.concat([MAGIC, length, told, ring.seal(placeOf(told), body)]));
}

/**
 * Opens a backup and checks all of it before anything is written.
 * @throws CliError `bad-backup` for a file that is damaged, foreign or of a newer version; `wrong-passphrase`.
 */
export async function decodeBackup(
  octets: Uint8Array,
  passphrase: string,
): Promise<{ readonly header: BackupHeader; readonly content: BackupContent }> {
  const file = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) throw bad('it is no backup of a deskbeacon registry');
  const headerLength = file.length < MAGIC.length + 4 ? 0 : file.readUInt32BE(MAGIC.length);
  const bodyAt = MAGIC.length + 4 + headerLength;
  if (headerLength === 0 || headerLength > MOST_HEADER_OCTETS || file.length <= bodyAt) throw bad('it is cut off');
  const told = file.subarray(MAGIC.length + 4, bodyAt);
  const header = parse(told.toString('utf8'), 'its header cannot be read') as BackupHeader;
  if (header.version !== VERSION) throw bad(`it has version ${header.version}, and this program reads ${VERSION}`);
  const ring = await unlockKeyRing(header.keyRing, passphrase);
  let body: Buffer;
  try {
    body = gunzipSync(ring.open(placeOf(told), file.subarray(bodyAt)), { maxOutputLength: MOST_BODY_OCTETS });
  } catch (cause) {
    throw bad('it is damaged', cause);
  }
  const content = parse(body.toString('utf8'), 'its content cannot be read') as BackupContent;
  checkContent(content);
  return { header, content };
}

/** Writes what was checked into a registry that is empty. */
export async function restoreContent(changing: Changing, content: BackupContent): Promise<void> {
  for (const table of tableNames) {
    for (const row of content.tables[table] ?? [])
      await changing.restore(table, fromJson(table, row) as RecordOf<typeof table>);
  }
  for (const entry of content.audit) await changing.putAudit(toEntry(entry));
}

function checkContent({ tables, audit }: BackupContent): void {
  if (!Array.isArray(audit) || typeof tables !== 'object' || tables === null)
    throw bad('its content has another shape');
  try {
    for (const table of tableNames) {
      const rows = tables[table] ?? [];
      for (const row of rows) encodeRow(table, fromJson(table, row) as RecordOf<typeof table>);
      if (new Set(rows.map(({ id }) => id)).size !== rows.length) throw new TypeError(`${table}: an id stands twice`);
    }
    const fault = checkChain(audit.map(toEntry));
    if (fault !== undefined) throw new TypeError(`audit ${fault.seq}: the chain is broken (${fault.reason})`);
  } catch (cause) {
    throw bad('a row of it is wrong', cause);
  }
}

/** Octets as base64 under a key of their own; the rest is JSON already. */
function toJson(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ]),
  );
}

function fromJson(table: TableName, row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const fields = columnsOf(table).flatMap(([name, column]): [string, unknown][] => {
    const value = row[name];
    if (value === undefined) return [];
    return [[name, kindOf(column).kind === 'sealed' && typeof value === 'string' ? octetsOf(value) : value]];
  });
  return Object.fromEntries(fields);
}

function toEntry(value: Readonly<Record<string, unknown>>): AuditEntry {
  const { seq, atMs, verb, contentHash, hash, words } = value;
  const entry = {
    seq: Number(seq),
    atMs: Number(atMs),
    verb: String(verb),
    contentHash: octetsOf(String(contentHash)),
    hash: octetsOf(String(hash)),
  };
  if (typeof words !== 'object' || words === null) return entry;
  const { salt, actor, subject, content } = words as Readonly<Record<string, unknown>>;
  return {
    ...entry,
    words: { salt: octetsOf(String(salt)), actor: String(actor), subject: String(subject), content },
  };
}

function octetsOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function placeOf(header: Uint8Array): string {
  return `backup ${Buffer.from(header).toString('base64')}`;
}

function parse(text: string, otherwise: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below, without the text: it may hold what is nobody's business.
  }
  throw bad(otherwise);
}

function bad(why: string, cause?: unknown): CliError {
  return new CliError('bad-backup', `the backup is refused: ${why}`, cause === undefined ? {} : { cause });
}
