import { readFileSync } from 'node:fs';
import { parseSetupCode } from '@deskbeacon/beacon/control';
import { CliError } from '../../errors/cli-error.js';

const reasons = {
  'wrong-length': 'expected seven groups of four letters',
  'wrong-letter': 'it has a letter that no code has',
  'wrong-checksum': 'one of its letters is wrong',
} as const;
const MOST_OCTETS = 4096;

/** @param from a file ("-": standard input) or a person. @throws CliError `bad-code`, `no-input`; never with the code in it. */
export async function readSetupCode(
  from: { readonly file: string } | { readonly ask: () => Promise<string> },
): Promise<Uint8Array> {
  const text = 'ask' in from ? await from.ask() : readText(from.file);
  const parsed = parseSetupCode(text);
  if (!parsed.ok) throw new CliError('bad-code', `this is no code of a label: ${reasons[parsed.reason]}`);
  return parsed.code;
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
      .slice(0, MOST_OCTETS)
      .trim();
  } catch (cause) {
    throw new CliError('no-input', `${file}: cannot be read`, { cause });
  }
}
