import { isDeepStrictEqual } from 'node:util';
import { CliError, readEntries } from '@deskbeacon/cli/testing';
import type { RandomStream } from '../../study/random-stream.js';
import { drawBelow, drawOne, type FuzzTarget, mustHold, octetsOf } from '../target.js';

const fileName = 'fuzz-input.csv';
const { signal } = new AbortController();
const cells = [
  ...['1001', '0071', '="007"', '=1+1', '', ' ', 'Ann', 'Ähre', 'no', 'ja', 'maybe', '00-15-65-AA-BB-CC', '1 3', '@x'],
  ...['"a,b"', '"a\nb"', '"a ""b"""', '"open', 'x"y', '\u00a0', '\u202e', 'x'.repeat(1100)],
];
const headers = [
  ['ext', 'name'],
  ['Extension', 'First Name', 'Last Name', 'Site', 'Building', 'Floor', 'Room', 'MAC', 'Model', 'Enabled', 'ID'],
  ['name', 'ext', 'ext'],
];

type Row = {
  readonly entry?: object;
  readonly findings: readonly { readonly effect: string; readonly line?: number; readonly column: string }[];
};
type Listing = { readonly rows: readonly Row[] } | { readonly refused: string };

/**
 * A directory as a spreadsheet saved it, read as a stream: what comes of it does not depend on where the stream is cut; every
 * row is an entry, blank, or refused with line and column; and a file that is refused is named.
 */
export const csv: FuzzTarget = {
  name: 'csv',
  mostOctets: 4096,
  dictionary: octetsOf(
    ...[',', ';', '\t', '\n', '\r\n', '\r', '"', '""', 'sep=;\n', '\ufeff', 'ext', 'name', 'mac'],
    ...cells,
  ),
  seeds: () => [
    ...octetsOf('ext,name\n1001,Ann\n', 'sep=;\r\nExtension;First Name;MAC\r\n="007";"a\r\nb";00-15-65-AA-BB-CC\r\n'),
    new Uint8Array(Buffer.from('\ufeffext\tname\n1001\tÄ\n', 'utf16le')),
    new Uint8Array(Buffer.from('ext;name\n1001;J\u00fcrgen \u0080\n', 'latin1')),
  ],
  generate: drawTable,
  async run(input) {
    const whole = await list(input, 1 << 16);
    // One in four is cut: the reader's streams cost more than what they carry.
    if (input.length % 4 === 0)
      mustHold(
        isDeepStrictEqual(whole, await list(input, 1 + (input.length % 61))),
        'other rows where the stream is cut',
      );
    if ('refused' in whole) {
      mustHold(whole.refused.includes(fileName), `a refusal that does not name the file: ${whole.refused}`);
      return;
    }
    for (const { entry, findings } of whole.rows) {
      for (const { line, column } of findings)
        mustHold(line !== undefined && line >= 2 && column !== '', 'a finding without line or column');
      const isRefused = findings.some(({ effect }) => effect === 'refused');
      mustHold(entry === undefined || !isRefused, 'a row is refused and told');
    }
    checkCount(input, whole.rows);
  },
};

function drawTable(random: RandomStream): Uint8Array {
  const header = drawOne(random, headers);
  const separator = drawOne(random, [',', ';', '\t']);
  const rows = Array.from({ length: 1 + drawBelow(random, 6) }, () =>
    header.map(() => drawOne(random, cells)).join(separator),
  );
  const end = drawOne(random, ['\n', '\r\n', '\r']);
  const text = [header.join(separator), ...rows].join(end);
  return new Uint8Array(Buffer.from(text, drawOne(random, ['utf8', 'latin1', 'utf8'])));
}

async function list(input: Uint8Array, chunkOctets: number): Promise<Listing> {
  const handle = {
    read: async (into: Uint8Array, offset: number, length: number, position: number) => {
      const chunk = input.subarray(position, position + Math.min(length, chunkOctets));
      into.set(chunk, offset);
      return { bytesRead: chunk.length, buffer: into };
    },
  };
  const rows: Row[] = [];
  try {
    for await (const row of readEntries(handle, { file: fileName, id: 'csv' }, signal)) rows.push(row);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    mustHold(/^directory-/.test(error.code), `a file is refused with ${error.code}`);
    return { refused: `${error.code}: ${error.message}` };
  }
  return { rows };
}

/** Without quotes a row is a line, so that lines and rows, and those that say nothing, can be counted against each other. */
function checkCount(input: Uint8Array, rows: readonly Row[]): void {
  if (input.includes(0x22) || input.includes(0)) return;
  const text = Buffer.from(input)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
  const lines = text.split(/\r\n|\r|\n/);
  const isTold = /^sep=[,;\t]$/i.test(lines[0] ?? '') && lines.length > 1;
  const below = lines
    .slice(isTold ? 1 : 0)
    .filter((line) => line !== '')
    .slice(1);
  mustHold(below.length === rows.length, `${rows.length} rows of ${below.length} lines below the header`);
  const silent = rows.filter(({ entry, findings }) => entry === undefined && findings.length === 0).length;
  const blank = below.filter((line) => !/[0-9A-Za-z*#]/.test(line)).length;
  mustHold(silent <= blank, `${silent} rows are passed over, and ${blank} say nothing`);
}
