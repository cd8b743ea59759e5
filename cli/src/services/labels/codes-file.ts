import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSeed, parseSetupCode } from '@deskbeacon/beacon/control';
import { CliError } from '../../errors/cli-error.js';
import { type Finding, throwFindings } from './findings.js';
import type { Label } from './layout-labels.js';
import { MOST_PLAN_ROWS } from './plan-file.js';
import { readSavedText } from './read-saved-text.js';

const MOST_OCTETS = 4 << 20;
const SEED_FILE = 'deskbeacon-seed.toml';
const wrong = {
  'wrong-length': 'a code of another length',
  'wrong-letter': 'a letter that no code has',
  'wrong-checksum': 'letters that do not belong together (the checksum does not fit)',
} as const;

/**
 * Reads desks and the codes of their beacons, one a line with a tab between.
 * @param file "-" is standard input: codes are secrets, and never stand in the list of processes.
 * @throws CliError `no-input`, or `bad-codes` with every finding and its line, never with a code.
 */
export function readCodes(file: string): readonly Label[] {
  return parseCodes(readSavedText(file, MOST_OCTETS, 'bad-codes'), file);
}

/**
 * Reads the codes that `image-seed` drew, from its folder.
 * @throws CliError `no-input`, or `bad-codes` for a folder without a seed, or a seed that is none; never with a code.
 */
export function readSeedCodes(folder: string): readonly Label[] {
  const seeds = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name, SEED_FILE))
    .filter((file) => existsSync(file))
    .sort();
  if (seeds.length === 0 || seeds.length > MOST_PLAN_ROWS)
    throw new CliError(
      'bad-codes',
      `${folder}: expected 1 to ${MOST_PLAN_ROWS} folders with a ${SEED_FILE}, got ${seeds.length}`,
    );
  return seeds.map((file) => {
    try {
      const { setupCode, desk } = parseSeed(readSavedText(file, MOST_OCTETS, 'bad-codes'), file);
      if (desk === undefined) throw new CliError('bad-codes', `${file}: expected a desk, got none`);
      return { name: desk, setupCode };
    } catch (error) {
      if (error instanceof CliError) throw error;
      throw new CliError('bad-codes', (error as Error).message);
    }
  });
}

/** @throws CliError `bad-codes`. */
export function parseCodes(text: string, file: string): readonly Label[] {
  const findings: Finding[] = [];
  const labels: Label[] = [];
  const desks = new Map<string, number>();
  for (const [i, content] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (content.trim() === '') continue;
    const line = i + 1;
    const [desk, code, ...more] = content.split('\t').map((part) => part.trim());
    if (desk === undefined || desk === '' || code === undefined || more.length > 0) {
      findings.push({ line, what: 'expected a desk, a tab and a code, got something else' });
      continue;
    }
    const before = desks.get(desk);
    if (before === undefined) desks.set(desk, line);
    else findings.push({ line, what: `expected each desk once, got ${desk} of line ${before}` });
    const parsed = parseSetupCode(code);
    if (parsed.ok) labels.push({ name: desk, setupCode: parsed.code });
    else findings.push({ line, what: `expected 28 letters in groups of four, got ${wrong[parsed.reason]}` });
  }
  throwFindings('bad-codes', file, findings);
  if (labels.length === 0 || labels.length > MOST_PLAN_ROWS)
    throw new CliError('bad-codes', `${file}: expected 1 to ${MOST_PLAN_ROWS} lines, got ${labels.length}`);
  return labels;
}
