import { CliError, type CliErrorCode } from '../../errors/cli-error.js';
import { readOctets } from '../files.js';
import { decodeWindows1252 } from './windows-1252.js';

/**
 * Reads what people save from a spreadsheet or an editor: UTF-8, with a mark or without, UTF-16 with its mark, or Windows-1252.
 * @param file "-" is standard input.
 * @param mostOctets longer is refused.
 * @param tooLong the code of that error.
 * @throws CliError `no-input`, or `tooLong`.
 */
export function readSavedText(file: string, mostOctets: number, tooLong: CliErrorCode): string {
  const octets = readOctets(file);
  if (octets.length > mostOctets)
    throw new CliError(tooLong, `${file}: expected at most ${mostOctets} octets, got ${octets.length}`);
  if (octets[0] === 0xff && octets[1] === 0xfe) return new TextDecoder('utf-16le').decode(octets);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return decodeWindows1252(octets);
  }
}
