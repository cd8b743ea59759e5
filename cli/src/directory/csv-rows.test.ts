import { expect, it } from 'vitest';
import { type CsvRow, readRows } from './csv-rows.js';

const text = 'ext,name\r\n1001,"a\r\nb"\r1002,c\n\r\n1003,"x ""y"""\r\n';

async function rowsOf(pieces: readonly string[]): Promise<readonly CsvRow[]> {
  async function* feed(): AsyncGenerator<string> {
    yield* pieces;
  }
  const rows: CsvRow[] = [];
  for await (const row of readRows('file', feed(), ',', 0)) rows.push(row);
  return rows;
}

it('rows are the same wherever the text is cut, and begin on the line that an editor shows', async () => {
  const whole = await rowsOf([text]);
  expect(whole).toEqual([
    { line: 1, cells: ['ext', 'name'] },
    { line: 2, cells: ['1001', 'a\nb'] },
    { line: 4, cells: ['1002', 'c'] },
    { line: 6, cells: ['1003', 'x "y"'] },
  ]);
  for (let cut = 0; cut <= text.length; cut += 1)
    expect(await rowsOf([text.slice(0, cut), '', text.slice(cut)]), `cut at ${cut}`).toEqual(whole);
});
