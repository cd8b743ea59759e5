import { directoryError } from './directory-error.js';

/** The one thing that is asked of an open file. */
export interface OctetsAtPosition {
  read(
    into: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number; readonly buffer: Uint8Array }>;
}

export type CsvEncoding = 'utf-8' | 'utf-16le' | 'windows-1252';
export type CsvSeparator = ',' | ';' | '\t';

const CHUNK_BYTES = 1 << 16;
const LARGEST_FILE_BYTES = 1 << 28;

/** The code points of Windows-1252 from 0x80 to 0x9F (WHATWG Encoding Standard, index windows-1252). */
export const upperControls = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

/**
 * Reads the file once to tell its encoding: whether it is UTF-8 is known only at its end, and a guess that is taken back
 * after half the names were told is none.
 * @throws CliError `directory-malformed` for a file that is no text or too large.
 */
export async function detectEncoding(
  handle: OctetsAtPosition,
  file: string,
  signal: AbortSignal,
): Promise<CsvEncoding> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let encoding: CsvEncoding | undefined;
  let readBytes = 0;
  for await (const chunk of chunksOf(handle, signal)) {
    if (readBytes === 0 && chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
    if (chunk.includes(0))
      throw directoryError(
        'directory-malformed',
        `${file}: not a text file; save the sheet as "CSV UTF-8" and give that file`,
      );
    readBytes += chunk.length;
    if (readBytes > LARGEST_FILE_BYTES)
      throw directoryError('directory-malformed', `${file}: larger than ${LARGEST_FILE_BYTES} bytes`);
    if (encoding === undefined && !decodes(decoder, chunk)) encoding = 'windows-1252';
  }
  return encoding ?? (decodes(decoder) ? 'utf-8' : 'windows-1252');
}

/** Reads the file from its beginning as text, without its byte order mark. */
export async function* decodeFile(
  handle: OctetsAtPosition,
  encoding: CsvEncoding,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunksOf(handle, signal)) {
    yield repairControls(decoder.decode(chunk, { stream: true }), encoding);
  }
  yield decoder.decode();
}

/**
 * @param head the beginning of the file, at least its first line
 * @returns the separator: what a first line `sep=;` says (as spreadsheets write it), or the one that the header has most of
 */
export function guessSeparator(head: string): { readonly separator: CsvSeparator; readonly skip: number } {
  const told = /^sep=([,;\t])(?:\r\n|\n|\r)/i.exec(head);
  if (told !== null) return { separator: told[1] as CsvSeparator, skip: told[0].length };
  const line = (/^[^\r\n]*/.exec(head)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const separators: readonly CsvSeparator[] = [',', ';', '\t'];
  const count = (separator: CsvSeparator): number => line.split(separator).length;
  return { separator: separators.reduce((best, next) => (count(next) > count(best) ? next : best)), skip: 0 };
}

async function* chunksOf(handle: OctetsAtPosition, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let position = 0;
  // One for all of them: whoever takes a chunk is through with it before asking for the next. Only what was read is told.
  const room = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  while (true) {
    signal.throwIfAborted();
    const { bytesRead, buffer } = await handle.read(room, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function decodes(decoder: TextDecoder, chunk?: Uint8Array): boolean {
  try {
    if (chunk === undefined) decoder.decode();
    else decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Some releases of Node read Windows-1252 as Latin-1, which turns € into a control character. */
function repairControls(text: string, encoding: CsvEncoding): string {
  if (encoding !== 'windows-1252') return text;
  return text.replace(/[\u0080-\u009F]/g, (control) => upperControls.charAt(control.charCodeAt(0) - 0x80));
}
