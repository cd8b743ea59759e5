import {
  byteLength,
  cleanText,
  extensionExpected,
  isExtension,
  isFormula,
  LONGEST_VALUE,
  quote,
  readMac,
} from './clean-text.js';
import type { CsvColumns, CsvField } from './csv-columns.js';
import type { CsvRow } from './csv-rows.js';
import { defined } from './defined.js';
import type { DirectoryEntry, DirectoryFinding } from './directory-source.js';

export interface ReadRow {
  /** Absent when the row was refused or is blank. */
  readonly entry?: DirectoryEntry;
  readonly findings: readonly DirectoryFinding[];
}

export interface RowReaderOptions {
  readonly source: string;
  readonly columns: CsvColumns;
  /** Cells of the header, for findings and for the width of a row. */
  readonly header: readonly string[];
}

const yes = new Set(['', 'yes', 'y', 'true', '1', 'on', 'enabled', 'active', 'ja', 'aktiv']);
const no = new Set(['no', 'n', 'false', '0', 'off', 'disabled', 'inactive', 'nein', 'inaktiv']);

/** Spreadsheets are made to keep leading zeros by a formula that is nothing but the digits: ="007". */
const digitsAsFormula = /^="([0-9*#]{1,32})"$/;

/** @returns a reader of rows that remembers the lines of extensions and keys, to name both of a pair. */
export function createRowReader({ source, columns, header }: RowReaderOptions): (row: CsvRow) => ReadRow {
  const lineOfExtension = new Map<string, number>();
  const lineOfKey = new Map<string, number>();
  return (row) => {
    if (row.cells.every((cell) => cell.trim() === '')) return { findings: [] };
    const reading = readCells(row, columns, header);
    if (reading.refused) return { findings: reading.findings };
    const refuse = (field: CsvField, expected: string, got: string): ReadRow => ({
      findings: [...reading.findings, reading.finding('refused', field, expected, got)],
    });
    const { extension, key } = reading;
    const earlier = lineOfExtension.get(extension);
    if (earlier !== undefined)
      return refuse('extension', 'an extension once', `${extension} on lines ${earlier} and ${row.line}`);
    const sameKey = lineOfKey.get(key);
    if (sameKey !== undefined) return refuse('key', 'a key once', `${quote(key)} on lines ${sameKey} and ${row.line}`);
    lineOfExtension.set(extension, row.line);
    lineOfKey.set(key, row.line);
    return { entry: { source, ...reading.entry }, findings: reading.findings };
  };
}

function readCells(row: CsvRow, columns: CsvColumns, header: readonly string[]) {
  const findings: DirectoryFinding[] = [];
  const nameOf = (field: CsvField): string => quote(header[columns[field] ?? -1] ?? field);
  const finding = (effect: 'refused' | 'neutralised', field: CsvField, expected: string, got: string) =>
    ({ effect, line: row.line, column: nameOf(field), expected, got }) as const;
  const raw = (field: CsvField): string => row.cells[columns[field] ?? -1] ?? '';
  const note = (...told: Parameters<typeof finding>): void => void findings.push(finding(...told));

  checkWidth(row, header, findings);
  const text = (field: CsvField): string => {
    const { text: clean, neutralised } = cleanText(raw(field));
    if (neutralised) note('neutralised', field, 'no formula', quote(raw(field)));
    return clean;
  };
  const identity = (field: CsvField): string => {
    const cell = raw(field);
    const inFormula = digitsAsFormula.exec(cell.trim())?.[1];
    if (inFormula !== undefined) note('neutralised', field, 'digits, not a formula', quote(cell));
    else if (isFormula(cell)) note('refused', field, 'no formula', quote(cell));
    return inFormula ?? cleanText(cell).text;
  };

  const extension = identity('extension');
  if (!isExtension(extension) && !isFormula(raw('extension')))
    note('refused', 'extension', extensionExpected, quote(raw('extension')));
  const key = columns.key === undefined ? extension : identity('key');
  if (key === '' && columns.key !== undefined && !isFormula(raw('key'))) note('refused', 'key', 'a key', 'nothing');
  const state = cleanText(raw('enabled')).text.toLowerCase();
  if (!yes.has(state) && !no.has(state)) note('refused', 'enabled', 'yes or no', quote(raw('enabled')));
  const mac = readMac(raw('deskMac'));
  if (mac === undefined && raw('deskMac').trim() !== '')
    note('neutralised', 'deskMac', '12 hexadecimal digits', quote(raw('deskMac')));
  const model = text('deskModel') || undefined;
  const name = text('displayName') || [text('firstName'), text('lastName')].filter((part) => part !== '').join(' ');
  const place = defined({
    building: text('building') || undefined,
    floor: text('floor') || undefined,
    room: text('room') || undefined,
  });
  const hasDesk = mac !== undefined || model !== undefined;
  const entry = defined({
    key,
    extension,
    displayName: name || extension,
    enabled: !no.has(state),
    site: text('site') || undefined,
    location: Object.keys(place).length === 0 ? undefined : place,
    devices: hasDesk ? [defined({ id: mac ?? `${extension}-desk`, kind: 'desk' as const, mac, model })] : [],
  });
  const refused = findings.some(({ effect }) => effect === 'refused');
  return { entry, extension, key, refused, findings, finding };
}

function checkWidth(row: CsvRow, header: readonly string[], findings: DirectoryFinding[]): void {
  const refuse = (column: string, expected: string, got: string): void =>
    void findings.push({ effect: 'refused', line: row.line, column, expected, got });
  if (row.cells.slice(header.length).some((cell) => cell.trim() !== ''))
    refuse(`${header.length + 1}`, `${header.length} cells`, `${row.cells.length} cells`);
  row.cells.forEach((cell, at) => {
    if (byteLength(cell) > LONGEST_VALUE)
      refuse(quote(header[at] ?? `${at + 1}`), `at most ${LONGEST_VALUE} bytes`, `${byteLength(cell)} bytes`);
  });
}
