import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvRow, createRowSplitter, type RowFault, unifyLineEndings } from './csv-cells.js';

interface Split {
  readonly rows: readonly CsvRow[];
  readonly fault?: RowFault;
}

function split(pieces: readonly string[], mostCharacters = 1000, separator = ','): Split {
  const splitter = createRowSplitter({ separator, mostCharacters, skippedLines: 0 });
  const rows: CsvRow[] = [];
  for (const piece of pieces) {
    const { rows: some, fault } = splitter.push(piece);
    rows.push(...some);
    if (fault !== undefined) return { rows, fault };
  }
  const { rows: last, fault } = splitter.finish();
  return { rows: [...rows, ...last], ...(fault === undefined ? {} : { fault }) };
}

const cellsOf = (text: string): readonly (readonly string[])[] => split([text]).rows.map(({ cells }) => cells);
/** Of what rows are made of, so that quotes stand where they mean something. */
const pieces = fc.array(fc.constantFrom('"', '""', ',', ';', '\n', 'a', ' ', 'ä', '\u{1f600}', '","', '"\n"'), {
  maxLength: 24,
});

describe('cells', () => {
  it.each([
    ['a,b\n', [['a', 'b']]],
    ['a,b', [['a', 'b']]],
    ['"a,b","c\nd","e ""f"""\n', [['a,b', 'c\nd', 'e "f"']]],
    ['a "b",x"y\n', [['a "b"', 'x"y']]],
    ['"a" b,"c"d"e"\n', [['"a" b', '"c"d"e"']]],
    ['\n\na\n\n', [['a']]],
    ['""\n', [['']]],
    [',\n', [['', '']]],
    ['a,', [['a', '']]],
    ['"a"', [['a']]],
    ['', []],
  ])('of %j', (text, expected) => {
    expect(cellsOf(text)).toEqual(expected);
  });

  it('are what csv-parse makes of them, which was written by others', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('');
        const { rows, fault } = split([text]);
        const options = { record_delimiter: '\n', relax_column_count: true, relax_quotes: true } as const;
        if (fault === undefined) {
          expect(rows.map(({ cells }) => cells)).toEqual(parse(text, { ...options, skip_empty_lines: true }));
        } else {
          expect(() => parse(text, options)).toThrow('Quote Not Closed');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('are the same wherever the text is cut', () => {
    fc.assert(
      fc.property(pieces, fc.nat(40), fc.nat(40), fc.integer({ min: 1, max: 30 }), (parts, one, other, most) => {
        const text = parts.join('');
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const cut = [text.slice(0, from), text.slice(from, to), text.slice(to)];
        expect(split(cut, most)).toEqual(split([text], most));
        expect(split([...text], most)).toEqual(split([text], most));
      }),
      { numRuns: 500 },
    );
  });
});

describe('rows', () => {
  it('are counted by their first line, as an editor shows it', () => {
    const { rows } = split(['a\n\n"b\n\nc",d\ne']);
    expect(rows.map(({ line }) => line)).toEqual([1, 3, 6]);
  });

  it('behind a quote that is never closed are not told, and the line where it is opened is', () => {
    expect(split(['a\nb,"c\nd\n'])).toEqual({
      rows: [{ line: 1, cells: ['a'] }],
      fault: { line: 2, reason: 'quote-open' },
    });
  });

  it('have at most so many characters', () => {
    expect(split(['abc,d\n'], 4).fault).toBeUndefined();
    expect(split(['a\nabc,de\nf\n'], 4)).toEqual({
      rows: [{ line: 1, cells: ['a'] }],
      fault: { line: 2, reason: 'row-too-long' },
    });
  });

  it('of a megabyte of quotes take no time that grows with its square', () => {
    // Which would be minutes, and more than the limit of a test.
    const { rows, fault } = split(['""'.repeat(100_000), ',"a"'.repeat(250_000)], 1 << 24);
    expect(rows[0]?.cells).toHaveLength(250_001);
    expect(fault).toBeUndefined();
  });
});

it('line endings of three systems become one', () => {
  expect(unifyLineEndings('a\r\nb\rc\nd\r\r\n')).toBe('a\nb\nc\nd\n\n');
});
