import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatSeed, parseSeed } from '@deskbeacon/beacon/control';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../errors/cli-error.js';
import { hostnameOf, MOST_PLAN_ROWS, parsePlan, readPlan } from './plan-file.js';

async function failureOf(text: string): Promise<string> {
  const failure = await parsePlan(text, 'plan.csv').then(
    () => new Error('it was accepted'),
    (error: Error) => error,
  );
  expect(failure).toBeInstanceOf(CliError);
  expect(failure).toMatchObject({ code: 'bad-desk-plan' });
  return failure.message;
}

const desks = async (text: string): Promise<readonly unknown[]> =>
  (await parsePlan(text, 'plan.csv')).rows.map(({ desk, extension, name }) => [desk, extension, name]);

describe('a plan', () => {
  it.each([
    ['with commas', 'desk,extension,name\nd-1,0042,Desk 1\n'],
    ['with semicolons, as a German Excel saves it', '\ufeffdesk;extension;name\r\nd-1;0042;Desk 1\r\n'],
    ['with tabs', 'desk\textension\tname\nd-1\t0042\tDesk 1'],
    ['with a line that tells the separator', 'sep=;\r\ndesk;extension;name\r\nd-1;0042;Desk 1\r\n'],
    ['with columns in another order, in capitals, and others between', 'NAME,floor,Extension,Desk\nDesk 1,3,0042,d-1'],
    [
      'with spaces that do not look like one, quotes and empty lines',
      '\n"desk",extension,name\n\n d-1\u00a0,"0042", Desk\u202f 1\n,,\n',
    ],
  ])('is read %s', async (_, text) => {
    expect(await desks(text)).toEqual([['d-1', '0042', 'Desk 1']]);
  });

  it('may do without extensions, and without names where the desk says it all', async () => {
    expect(await desks('desk,name\nd-1,Desk 1\nd-2,\n')).toEqual([
      ['d-1', undefined, 'Desk 1'],
      ['d-2', undefined, 'd-2'],
    ]);
  });

  it('keeps commas in names, and quotes that are doubled', async () => {
    expect(await desks('desk;name\nd-1;Accounting, by the window\nd-2;"a ""b"""\nd-3;a "b"')).toEqual([
      ['d-1', undefined, 'Accounting, by the window'],
      ['d-2', undefined, 'a "b"'],
      ['d-3', undefined, 'a "b"'],
    ]);
  });

  it.each([
    ['UTF-8', Buffer.from('desk,name\nd-1,Büro – Süd\n')],
    ['UTF-16, as Excel saves "Unicode text"', Buffer.from('\ufeffdesk\tname\r\nd-1\tBüro – Süd\r\n', 'utf16le')],
    ['Windows-1252', Buffer.from('desk,name\nd-1,B\xfcro \x96 S\xfcd\n', 'latin1')],
  ])('is read from a file in %s', async (_, octets) => {
    const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-plan-'));
    const file = join(directory, 'plan.csv');
    await writeFile(file, octets);
    expect((await readPlan(file)).rows).toMatchObject([{ desk: 'd-1', name: 'Büro – Süd', line: 2 }]);
    await expect(readPlan(join(directory, 'none'))).rejects.toMatchObject({ code: 'no-input' });
    await rm(directory, { recursive: true });
  });

  it('is told with every wrong line at once', async () => {
    const text = ['desk,extension,name', 'd-1,1,a', ',2,b', 'd-3,3,c', 'd-1,4,d', 'D 3,5,e', `d-6,6,${'ü'.repeat(25)}`];
    expect(await failureOf(text.join('\n'))).toBe(
      [
        'plan.csv:3: desk: expected a desk, got nothing',
        '  plan.csv:5: desk: expected each desk once, got d-1 of line 2',
        '  plan.csv:6: desk: expected each desk once as a host name, got D 3 and d-3 of line 4, both deskbeacon-d-3',
        '  plan.csv:7: name: expected at most 48 octets of UTF-8, got 50',
      ].join('\n'),
    );
  });

  it('counts lines as an editor does, behind empty ones and names with a line break', async () => {
    expect(await failureOf('desk,name\n\n\nd-1,"a\nb"\n\n机,x\n')).toBe(
      'plan.csv:5: name: expected no control character and no line break, got "a\\nb"\n  plan.csv:7: desk: expected a letter a–z or a digit, got "机"',
    );
  });

  it('with the same extension twice is taken, with a warning', async () => {
    const { rows, warnings } = await parsePlan('desk,extension,name\nd-1,42,\nd-2,042,\nd-3,42,\n', 'plan.csv');
    expect(rows).toHaveLength(3);
    expect(warnings).toEqual([{ line: 4, what: 'extension 42 stands in line 2, too' }]);
  });

  it.each([
    ['', 'got nothing'],
    ['desk,name\n', 'expected desks below the head line, got none'],
    [
      'd-1,Desk 1\n',
      'plan.csv:1: expected the columns desk, extension (may be left out) and name, got none named desk',
    ],
    ['desk,name,desk\nd-1,a,d-1\n', 'got desk twice'],
    ['desk,name\nd-1,"a\n', 'plan.csv:2: a quote is opened and never closed'],
  ])('is refused as %j', async (text, message) => {
    expect(await failureOf(text)).toContain(message);
  });

  it('has at most 10 000 rows, and shows at most 20 findings', async () => {
    const rows = (count: number): string =>
      `desk,name\n${Array.from({ length: count }, (_, i) => `d-${i},x`).join('\n')}`;
    expect((await parsePlan(rows(MOST_PLAN_ROWS), 'p')).rows).toHaveLength(10_000);
    expect(await failureOf(rows(MOST_PLAN_ROWS + 1))).toContain('at most 10000 desks, got 10001');
    expect((await failureOf(`desk,name\n${',x\n'.repeat(30)}`)).split('\n').at(-1)).toBe('  and 10 more');
  });

  it('that is accepted can be written to a seed and read back, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), async (desk, name) => {
        const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const plan = await parsePlan(`desk;name\n${cell(desk)};${cell(name)}`, 'p').catch(() => undefined);
        for (const row of plan?.rows ?? []) {
          expect(row.hostname).toMatch(/^deskbeacon-[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
          const seed = { setupCode: new Uint8Array(16), desk: row.desk, name: row.name };
          expect(parseSeed(formatSeed(seed), 's')).toEqual(seed);
        }
      }),
      { numRuns: 500 },
    );
  });
});

it.each([
  ['d-12', 'deskbeacon-d-12'],
  ['Büro 3.14 / Süd', 'deskbeacon-buro-3-14-sud'],
  ['-x-', 'deskbeacon-x'],
  ['x'.repeat(80), `deskbeacon-${'x'.repeat(52)}`],
  [`${'x'.repeat(51)}-y`, `deskbeacon-${'x'.repeat(51)}`],
  ['机', 'deskbeacon-'],
])('a desk %s has the host name %s', (desk, hostname) => {
  expect(hostnameOf(desk)).toBe(hostname);
});

it('is refused when it is too long to be one', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-plan-'));
  const file = join(directory, 'plan.csv');
  await writeFile(file, `desk,name\n${'x'.repeat(5 << 20)}`);
  await expect(readPlan(file)).rejects.toThrow('at most 4194304 octets');
  await rm(directory, { recursive: true });
});
