import { createWriteStream } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '../errors/cli-error.js';
import { collectDirectory } from './collect-directory.js';
import { type CsvSourceOptions, createCsvSource } from './csv-source.js';
import type { DirectoryPage } from './directory-source.js';

const { signal } = new AbortController();
let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'csv-source-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(content: string | Uint8Array): Promise<string> {
  count += 1;
  const file = join(folder, `${count}.csv`);
  await writeFile(file, content);
  return file;
}

async function read(content: string | Uint8Array, options: Partial<CsvSourceOptions> = {}) {
  return collectDirectory(createCsvSource({ file: await fileOf(content), ...options }), { signal });
}

async function pagesOf(options: CsvSourceOptions, cursor?: string): Promise<readonly DirectoryPage[]> {
  const pages: DirectoryPage[] = [];
  const listing = createCsvSource(options).list({ signal, ...(cursor === undefined ? {} : { cursor }) });
  for await (const page of listing) pages.push(page);
  return pages;
}

describe('what a file says', () => {
  it('is read with every column that the header names', async () => {
    const { entries, findings, complete } = await read(
      'Extension,First Name,Last Name,Site,Building,Floor,Room,MAC,Model,Enabled,ID\n' +
        '0071,Ann,Lee,Ulm,A,2,2.14,00-15-65-AA-BB-CC,Yealink T54W,yes,e-1\n' +
        '1002,Bo,Ek,,,,,,,no,e-2\n',
    );
    expect(findings).toEqual([]);
    expect(complete).toBe(true);
    expect(entries).toEqual([
      {
        source: 'csv',
        key: 'e-1',
        extension: '0071',
        displayName: 'Ann Lee',
        enabled: true,
        site: 'Ulm',
        location: { building: 'A', floor: '2', room: '2.14' },
        devices: [{ id: '00:15:65:aa:bb:cc', kind: 'desk', mac: '00:15:65:aa:bb:cc', model: 'Yealink T54W' }],
      },
      { source: 'csv', key: 'e-2', extension: '1002', displayName: 'Bo Ek', enabled: false, devices: [] },
    ]);
  });

  it('keeps leading zeros, also where a spreadsheet was made to keep them by a formula', async () => {
    const { entries, findings } = await read('ext;name\n007;A\n"=""0008""";B\n="0009";C\n');
    expect(entries.map(({ extension }) => extension)).toEqual(['007', '0008', '0009']);
    expect(findings.map(({ effect, line, got }) => [effect, line, got])).toEqual([
      ['neutralised', 3, '="0008"'],
      ['neutralised', 4, '="0009"'],
    ]);
  });

  it.each([
    [',', 'ext,name'],
    [';', 'ext;name'],
    ['\t', 'ext\tname'],
  ])('has its separator %j guessed from the header', async (separator, header) => {
    const { entries } = await read(`${header}\r\n1001${separator}"a${separator}b"\r\n`);
    expect(entries[0]).toMatchObject({ extension: '1001', displayName: `a${separator.trim() || ' '}b` });
  });

  it('has the separator that its first line tells', async () => {
    const { entries, findings } = await read('sep=;\r\next;name\r\n1,x;a\r\n1001;b\r\n');
    expect(entries.map(({ displayName }) => displayName)).toEqual(['b']);
    expect(findings[0]).toMatchObject({ line: 3, column: 'ext', got: '1,x' });
  });

  it('may mix line endings, hold line breaks in cells and blank lines, and lines are counted as an editor does', async () => {
    const { entries, findings } = await read('ext,name\r\n1001,"a\r\nb"\n\n1002,c\r1 3,d\n,,\n1004,e');
    expect(entries.map(({ extension, displayName }) => [extension, displayName])).toEqual([
      ['1001', 'a b'],
      ['1002', 'c'],
      ['1004', 'e'],
    ]);
    expect(findings).toEqual([
      { effect: 'refused', line: 6, column: 'ext', expected: expect.stringContaining('as it is dialled'), got: '1 3' },
    ]);
  });

  it('is stripped of no-break spaces, zero-width marks and characters that steer a terminal', async () => {
    const { entries } = await read('ext,name\n\u00a01001\u00a0,\u200b\u00a0Ann\u00a0Lee\u001b[2J\u202e\n');
    expect(entries[0]).toMatchObject({ extension: '1001', displayName: 'Ann Lee [2J' });
  });
});

describe('the encoding', () => {
  const accents = 'ext;name\n1001;Jürgen €\n';
  it.each([
    ['UTF-8', Buffer.from(accents)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${accents}`)],
    ['UTF-16 as spreadsheets write it', Buffer.from(`\ufeff${accents}`, 'utf16le')],
    ['Windows-1252', Buffer.from(accents.replace('€', '\u0080'), 'latin1')],
  ])('%s is told from the bytes', async (_, bytes) => {
    const { entries, complete } = await read(bytes);
    expect(entries.map(({ extension, displayName }) => [extension, displayName])).toEqual([['1001', 'Jürgen €']]);
    expect(complete).toBe(true);
  });

  it('is told from the whole file: one late byte decides', async () => {
    const filler = 'ext;name\n'.padEnd(100_000, '\n');
    const { entries } = await read(Buffer.concat([Buffer.from(filler), Buffer.from('1001;J\u00fcrgen', 'latin1')]));
    expect(entries[0]?.displayName).toBe('Jürgen');
  });

  it('of a spreadsheet file is none, and the message says what to save instead', async () => {
    const { failure } = await read(Buffer.from('PK\u0003\u0004\u0014\u0000\u0006\u0000'));
    expect(failure?.code).toBe('directory-malformed');
    expect(failure?.message).toContain('CSV UTF-8');
  });
});

describe('cells that could harm', () => {
  it.each([
    '=1+1',
    '+1001',
    '-1001',
    '@SUM(A1)',
    '|cmd',
    '"\t1001"',
    '"\r1001"',
  ])('as an extension are refused: %s', async (cell) => {
    const { entries, findings, complete } = await read(`ext,name\n${cell},x\n1002,y\n`);
    expect(entries.map(({ extension }) => extension)).toEqual(['1002']);
    expect(findings).toEqual([
      expect.objectContaining({ effect: 'refused', line: 2, column: 'ext', expected: 'no formula' }),
    ]);
    expect(complete).toBe(false);
  });

  it.each([
    ['=HYPERLINK("http://x")', 'HYPERLINK("http://x")'],
    ['+Ann', 'Ann'],
    ['-Ann', 'Ann'],
    ['@Ann', 'Ann'],
    ['|Ann', 'Ann'],
    [' =+-Ann', 'Ann'],
  ])('as a name are neutralised: %s', async (cell, clean) => {
    const { entries, findings, complete } = await read(`ext,name\n1001,"${cell.replaceAll('"', '""')}"\n`);
    expect(entries[0]?.displayName).toBe(clean);
    expect(findings).toEqual([
      { effect: 'neutralised', line: 2, column: 'name', expected: 'no formula', got: cell.trim() },
    ]);
    expect(complete).toBe(true);
  });

  it('never leave as the beginning of a formula, whatever is written', async () => {
    const start = fc.constantFrom('=', '+', '-', '@', '|', '\t', '\r', ' ', '\u00a0', '\u200b', 'x', '"');
    await fc.assert(
      fc.asyncProperty(fc.array(start, { maxLength: 6 }), async (parts) => {
        const { entries } = await read(`ext,name\n1001,"${parts.join('').replaceAll('"', '""')}"\n`);
        expect(entries[0]?.displayName).not.toMatch(/^[=+\-@|\t\r]/);
      }),
      { numRuns: 60 },
    );
  });
});

describe('rows that are not as they should be', () => {
  it('of the same extension name both lines, and the first stands', async () => {
    const { entries, findings } = await read('ext,name\n1001,a\n1002,b\n1001,c\n');
    expect(entries.map(({ displayName }) => displayName)).toEqual(['a', 'b']);
    expect(findings).toEqual([
      { effect: 'refused', line: 4, column: 'ext', expected: 'an extension once', got: '1001 on lines 2 and 4' },
    ]);
  });

  it('of the same key under two extensions name both lines', async () => {
    const { findings } = await read('id,ext\nk,1001\nk,1002\n');
    expect(findings[0]).toMatchObject({ line: 3, column: 'id', got: 'k on lines 2 and 3' });
  });

  it('with more cells than the header, too long a cell, an unclear state or a bad address are told, each in its column', async () => {
    const { findings } = await read(
      `ext,name,enabled,mac\n1001,Lee, Ann,,x\n1002,${'n'.repeat(1025)}\n1003,a,perhaps\n1004,b,yes,00:11\n,nobody\n`,
    );
    expect(findings.map(({ effect, line, column, got }) => [effect, line, column, got])).toEqual([
      ['refused', 2, '5', '5 cells'],
      ['refused', 2, 'enabled', 'Ann'],
      ['refused', 3, 'name', '1025 bytes'],
      ['refused', 4, 'enabled', 'perhaps'],
      ['neutralised', 5, 'mac', '00:11'],
      ['refused', 6, 'ext', 'nothing'],
    ]);
  });

  it('with a quote that is never closed end the listing at their line', async () => {
    const { entries, failure, complete } = await read('ext,name\n1001,a\n1002,"b\n1003,c\n');
    expect(entries).toEqual([]);
    expect(complete).toBe(false);
    expect(failure?.code).toBe('directory-malformed');
    expect(failure?.message).toMatch(/:3: a quote is opened and never closed$/);
  });

  it('beyond the bound end the listing', async () => {
    const { failure } = await read('ext\n1\n2\n3\n', { maxRows: 2 });
    expect(failure?.message).toMatch(/more than 2 rows/);
  });

  it('in any number of bytes never throw but as a typed error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { failure } = await read(Buffer.concat([Buffer.from('ext,name\n'), bytes]));
        expect(failure === undefined || failure instanceof CliError).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('columns', () => {
  it('without one for the extension are refused with what was found', async () => {
    const { failure } = await read('phone no;who\n1;a\n');
    expect(failure?.code).toBe('directory-columns');
    expect(failure?.message).toContain('got "phone no", "who"');
  });

  it('can be named by the caller, by header or by number', async () => {
    const { entries } = await read('phone no;who\n1001;a\n', { mapping: { extension: 'Phone No', displayName: 2 } });
    expect(entries[0]).toMatchObject({ extension: '1001', displayName: 'a' });
  });

  it.each([
    { extension: 'none' },
    { extension: 3 },
    { extension: 0 },
  ])('named wrongly are refused: %j', async (mapping) => {
    expect((await read('phone no;who\n', { mapping })).failure?.code).toBe('directory-columns');
  });

  it('of the same name twice are refused', async () => {
    expect((await read('ext,name,Ext\n')).failure?.message).toContain('columns 1 and 3');
  });

  it.each(['Vorname;Name', 'Name;Surname', 'Given name;Last name'])('hold a name in two parts: %s', async (names) => {
    const { entries } = await read(`Ext;${names}\n1001;Ann;Lee\n`);
    expect(entries[0]?.displayName).toBe('Ann Lee');
  });

  it('of an empty file are missing', async () => {
    expect((await read('')).failure?.code).toBe('directory-columns');
  });
});

describe('pages', () => {
  const content = `ext,name\n${Array.from({ length: 23 }, (_, at) => `${1000 + at},n${at}`).join('\n')}\n1003,again\n`;

  it('go on where a cursor says, and a duplicate across it is found', async () => {
    const file = await fileOf(content);
    const all = await pagesOf({ file, pageSize: 10 });
    expect(all.map(({ entries }) => entries.length)).toEqual([10, 10, 3]);
    expect(all.at(-1)?.cursor).toBeUndefined();
    const rest = await pagesOf({ file, pageSize: 10 }, all[0]?.cursor);
    expect(rest).toEqual(all.slice(1));
    expect(rest.at(-1)?.findings).toHaveLength(1);
  });

  it('do not go on in a file that was written since', async () => {
    const file = await fileOf(content);
    const [first] = await pagesOf({ file, pageSize: 10 });
    await appendFile(file, '2000,new\n');
    await expect(pagesOf({ file }, first?.cursor)).rejects.toMatchObject({ code: 'directory-moved' });
  });

  it('stop when the signal says so', async () => {
    const control = new AbortController();
    const listing = createCsvSource({ file: await fileOf(content), pageSize: 5 }).list({ signal: control.signal });
    control.abort(new Error('stopped'));
    await expect(listing[Symbol.asyncIterator]().next()).rejects.toThrow('stopped');
  });

  it('of a missing file fail as missing input', async () => {
    await expect(pagesOf({ file: join(folder, 'none.csv') })).rejects.toMatchObject({ code: 'no-input' });
  });
});

it('100 000 rows are read within 20 s, and page by page take no more memory than the extensions seen', async () => {
  const file = join(folder, 'large.csv');
  const out = createWriteStream(file);
  out.write('extension;display name;site;building;floor;room;mac\n');
  for (let at = 0; at < 100_000; at += 1)
    out.write(
      `0${100_000 + at};Person Number ${at};Site ${at % 7};B${at % 3};${at % 9};${at % 400};00156500${(at % 10_000).toString().padStart(4, '0')}\n`,
    );
  out.end();
  await finished(out);
  const started = performance.now();
  let entries = 0;
  let peak = 0;
  const before = process.memoryUsage.rss();
  for await (const page of createCsvSource({ file }).list({ signal })) {
    entries += page.entries.length;
    peak = Math.max(peak, process.memoryUsage.rss() - before);
  }
  const tookMs = performance.now() - started;
  if (process.env.MEASURE !== undefined) console.log({ entries, tookMs, peakMb: peak / 1e6 });
  expect(entries).toBe(100_000);
  expect(tookMs).toBeLessThan(20_000);
  expect(peak).toBeLessThan(250e6);
});
