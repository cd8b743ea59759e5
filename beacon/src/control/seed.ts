import { parse, stringify } from 'smol-toml';
import { BeaconError } from '../errors.js';
import { formatSetupCode, type ParsedSetupCode, parseSetupCode } from './setup-code.js';

/** What is put on a beacon's card before it starts for the first time, so that its label can be printed beforehand. */
export interface Seed {
  /** 16 octets. */
  readonly setupCode: Uint8Array;
  /** For people: the desk it was made for, and its name. */
  readonly desk?: string;
  readonly name?: string;
}

const VERSION = 1;
/** A seed of ours has a tenth of it. */
export const MOST_SEED_OCTETS = 4096;
const known = ['version', 'setup_code', 'desk', 'name'];
const MOST_TEXT_LETTERS = 100;
/** Control characters, halves of a pair, and what ends a line for some programs: a log line stays one line. */
const NO_TEXT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** @returns the file's text. @throws RangeError for a code of another length, or a text that cannot be read back. */
export function formatSeed({ setupCode, desk, name }: Seed): string {
  const texts = { ...(desk === undefined ? {} : { desk }), ...(name === undefined ? {} : { name }) };
  for (const [key, text] of Object.entries(texts)) {
    if (!isText(text)) throw new RangeError(`${key}: expected ${TEXT}, got ${JSON.stringify(text)}`);
  }
  return `${stringify({ version: VERSION, setup_code: formatSetupCode(setupCode), ...texts }).trimEnd()}\n`;
}

/**
 * @param file what the text is called in messages; they never quote a code, nor a line that may hold one.
 * @throws BeaconError `seed-invalid` with the line or the key, what was expected, and what stands there.
 */
export function parseSeed(text: string, file: string): Seed {
  const table = parseToml(text, file);
  const fail = (key: string, expectation: string, got: string): never => {
    throw new BeaconError('seed-invalid', `${file}: ${key}: expected ${expectation}, got ${got}`);
  };
  const { version, setup_code: code, desk, name } = table;
  if (version !== VERSION)
    fail('version', String(VERSION), typeof version === 'number' ? String(version) : typeOf(version));
  for (const key of Object.keys(table)) {
    // A code under a mistyped name would be shown with its value; the name alone tells enough.
    if (!known.includes(key)) fail(key, `one of ${known.join(', ')}`, 'an unknown key');
  }
  if (typeof code !== 'string') return fail('setup_code', CODE, typeOf(code));
  const parsed = parseSetupCode(code);
  if (!parsed.ok) return fail('setup_code', CODE, whatIsWrong(parsed, code));
  if (desk !== undefined && !isText(desk)) fail('desk', TEXT, JSON.stringify(desk));
  if (name !== undefined && !isText(name)) fail('name', TEXT, JSON.stringify(name));
  return {
    setupCode: parsed.code,
    ...(desk === undefined ? {} : { desk: desk as string }),
    ...(name === undefined ? {} : { name: name as string }),
  };
}

const CODE = 'a setup code, 28 letters in groups of four';
const TEXT = `a text of 1 to ${MOST_TEXT_LETTERS} letters without control characters`;

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_TEXT_LETTERS && !NO_TEXT.test(value);
}

function whatIsWrong({ reason }: Extract<ParsedSetupCode, { ok: false }>, code: string): string {
  switch (reason) {
    case 'wrong-length':
      return `${code.trim().replace(/^DB1:|[\s-]/gi, '').length} letters`;
    case 'wrong-letter':
      return 'a letter that no code has';
    case 'wrong-checksum':
      return 'letters that do not belong together (the checksum does not fit)';
  }
}

function typeOf(value: unknown): string {
  return value === undefined ? 'nothing' : typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

/** Without the parser's message and cause: they quote the line, and the line may be the code. */
function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const { line, column } = error as { readonly line?: number; readonly column?: number };
    const place = line === undefined ? file : `${file}:${line}:${column}`;
    throw new BeaconError('seed-invalid', `${place}: expected TOML, got something else`);
  }
}
