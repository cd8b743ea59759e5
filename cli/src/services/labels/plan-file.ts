import { createRowSplitter, unifyLineEndings } from '../../directory/csv-cells.js';
import { guessSeparator } from '../../directory/csv-text.js';
import { CliError } from '../../errors/cli-error.js';
import { type Finding, throwFindings } from './findings.js';
import { readSavedText } from './read-saved-text.js';

/** One beacon that is to be: a desk, who is called there, and what people call it. */
export interface PlanRow {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly desk: string;
  /** Never a number: zeros lead. */
  readonly extension?: string;
  /** At most 48 octets of UTF-8, as long as a beacon's name may be. */
  readonly name: string;
  /** What the beacon's machine is called in the network; its folder as well. */
  readonly hostname: string;
}

export interface Plan {
  readonly rows: readonly PlanRow[];
  /** What may be meant so. */
  readonly warnings: readonly Finding[];
}

export const MOST_PLAN_ROWS = 10_000;
const MOST_OCTETS = 4 << 20;
const MOST_NAME_OCTETS = 48;
const MOST_DESK_LETTERS = 48;
const MOST_EXTENSION_LETTERS = 32;
const HOST_PREFIX = 'deskbeacon-';
/** RFC 1123, 2.1, of RFC 1035, 2.3.4. */
const MOST_HOST_LETTERS = 63;
const COLUMNS = ['desk', 'extension', 'name'] as const;

/**
 * Reads a table of desks from a file that a spreadsheet saved: commas, semicolons or tabs between, as its head line has them.
 * @param file "-" is standard input.
 * @throws CliError `no-input`, or `bad-desk-plan` with every finding and its line.
 */
export async function readPlan(file: string): Promise<Plan> {
  return parsePlan(readSavedText(file, MOST_OCTETS, 'bad-desk-plan'), file);
}

/** @throws CliError `bad-desk-plan`. */
export async function parsePlan(text: string, file: string): Promise<Plan> {
  const [head, ...body] = parseTable(text, file);
  if (head === undefined) throw new CliError('bad-desk-plan', `${file}: expected a head line and desks, got nothing`);
  const names = head.cells.map((cell) => cell.toLowerCase());
  const at = (column: (typeof COLUMNS)[number]): number => names.indexOf(column);
  throwFindings('bad-desk-plan', file, checkHead(names, head.line));
  if (body.length === 0) throw new CliError('bad-desk-plan', `${file}: expected desks below the head line, got none`);
  if (body.length > MOST_PLAN_ROWS)
    throw new CliError('bad-desk-plan', `${file}: expected at most ${MOST_PLAN_ROWS} desks, got ${body.length}`);
  const rows = body.map(({ cells, line }): PlanRow => {
    const desk = cells[at('desk')] ?? '';
    const extension = cells[at('extension')] ?? '';
    const name = cells[at('name')] || desk;
    return { line, desk, ...(extension === '' ? {} : { extension }), name, hostname: hostnameOf(desk) };
  });
  throwFindings('bad-desk-plan', file, [...rows.flatMap(checkRow), ...findDoubles(rows)]);
  return { rows, warnings: findDoubleExtensions(rows) };
}

interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

function parseTable(text: string, file: string): readonly Line[] {
  // A first line may tell the separator to spreadsheets; it is none of the table.
  const { separator, skip } = guessSeparator(text.replace(/^[\ufeff\s]+/, ''));
  const whole = unifyLineEndings(text.replace(/^\ufeff/, ''));
  const table = skip > 0 ? whole.slice(whole.indexOf('\n') + 1) : whole;
  const options = { separator, mostCharacters: MOST_OCTETS, skippedLines: skip > 0 ? 1 : 0 };
  const splitter = createRowSplitter(options);
  const { rows } = splitter.push(table);
  const { rows: last, fault } = splitter.finish();
  if (fault !== undefined)
    throw new CliError('bad-desk-plan', `${file}:${fault.line}: a quote is opened and never closed`);
  return [...rows, ...last]
    .map(({ cells, line }) => ({ line: line + lineBreaksIn(cells), cells: cells.map(tidy) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

/** A row is told by its last line, where what is behind its line breaks stands. */
function lineBreaksIn(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
}

/** Spreadsheets and web pages leave spaces that do not look like one. */
function tidy(cell: string): string {
  return cell
    .replace(/[\p{Zs}\t]+/gu, ' ')
    .trim()
    .normalize('NFC');
}

function checkHead(names: readonly string[], line: number): readonly Finding[] {
  const expected = 'expected the columns desk, extension (may be left out) and name';
  const missing = (['desk', 'name'] as const).filter((column) => !names.includes(column));
  const doubled = COLUMNS.filter((column) => names.filter((name) => name === column).length > 1);
  return [
    ...missing.map((column) => ({ line, what: `${expected}, got none named ${column}` })),
    ...doubled.map((column) => ({ line, what: `${expected}, got ${column} twice` })),
  ];
}

function checkRow({ line, desk, extension = '', name, hostname }: PlanRow): readonly Finding[] {
  const finding = (column: string, expectation: string, got: string): Finding => ({
    line,
    what: `${column}: expected ${expectation}, got ${got}`,
  });
  if (desk === '') return [finding('desk', 'a desk', 'nothing')];
  const isOdd = (text: string): boolean => /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u.test(text);
  const octets = Buffer.byteLength(name);
  const findings: Finding[] = [];
  if (desk.length > MOST_DESK_LETTERS)
    findings.push(finding('desk', `at most ${MOST_DESK_LETTERS} letters`, `${desk.length}`));
  if (extension.length > MOST_EXTENSION_LETTERS)
    findings.push(finding('extension', `at most ${MOST_EXTENSION_LETTERS} letters`, `${extension.length}`));
  if (octets > MOST_NAME_OCTETS)
    findings.push(finding('name', `at most ${MOST_NAME_OCTETS} octets of UTF-8`, `${octets}`));
  for (const [column, text] of Object.entries({ desk, extension, name })) {
    if (isOdd(text)) findings.push(finding(column, 'no control character and no line break', JSON.stringify(text)));
  }
  if (hostname === HOST_PREFIX) findings.push(finding('desk', 'a letter a–z or a digit', JSON.stringify(desk)));
  return findings;
}

/** @returns letters a–z, digits and hyphens; the prefix alone where a desk has none of them. */
export function hostnameOf(desk: string): string {
  const plain = desk.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+/, '');
  return HOST_PREFIX + slug.slice(0, MOST_HOST_LETTERS - HOST_PREFIX.length).replace(/-+$/, '');
}

function findDoubles(rows: readonly PlanRow[]): readonly Finding[] {
  const desks = new Map<string, PlanRow>();
  const hosts = new Map<string, PlanRow>();
  return rows.flatMap((row) => {
    if (row.desk === '') return [];
    const sameDesk = desks.get(row.desk);
    const sameHost = hosts.get(row.hostname);
    desks.set(row.desk, sameDesk ?? row);
    hosts.set(row.hostname, sameHost ?? row);
    const expected = 'desk: expected each desk once';
    if (sameDesk !== undefined)
      return [{ line: row.line, what: `${expected}, got ${row.desk} of line ${sameDesk.line}` }];
    if (sameHost === undefined) return [];
    const both = `${row.desk} and ${sameHost.desk} of line ${sameHost.line}`;
    return [{ line: row.line, what: `${expected} as a host name, got ${both}, both ${row.hostname}` }];
  });
}

/** Two desks may share a line of the telephone system; more often one of them is a mistake. */
function findDoubleExtensions(rows: readonly PlanRow[]): readonly Finding[] {
  const first = new Map<string, number>();
  return rows.flatMap(({ line, extension }) => {
    if (extension === undefined) return [];
    const before = first.get(extension);
    if (before === undefined) first.set(extension, line);
    return before === undefined ? [] : [{ line, what: `extension ${extension} stands in line ${before}, too` }];
  });
}
