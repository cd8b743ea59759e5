import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { locateToml } from './toml-places.js';

/** Every path of a parsed value, as the parser sees it: the slow way to know what a text holds. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): readonly string[] {
  const own = path.length === 0 ? [] : [JSON.stringify(path)];
  if (Array.isArray(value)) return [...own, ...value.flatMap((item, i) => pathsOf(item, [...path, i]))];
  if (typeof value !== 'object' || value === null || value instanceof Date) return own;
  return [...own, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...path, name]))];
}

const nasty = [
  '# exponent_k = 1',
  'text = "a # b \\" exponent_k = 2"',
  "literal = 'C:\\new # \"'",
  'several = """',
  'exponent_k = 3',
  '[radio]',
  'quotes ""inside"" """"',
  "raw = '''",
  'exponent_k = 4',
  "''two quotes'''''",
  'exponent_k = 5 # exponent_k = 6',
  '  "quoted key" = true',
  '"esc\\u00e9aped\\t" = 1',
  "'literal \\u0041' = 1",
  'deep . "er" . key = [ 1, # comment ]',
  '  [2, 3], { inner = "}" , "two words" = [ { x = 1 } ] },',
  ']',
  'when = 1979-05-27 07:32:00 # a date',
  '[table.sub]',
  'exponent_k = 7',
  '[ "table" . other ]',
  'a = {}',
  'b = []',
  '[[list]]',
  'name = "first"',
  '[list.inner]',
  'x = 1',
  '[[list]]',
  'name = "second"',
  '[[list.inner2]]',
  'y = 2',
  'z = +inf',
].join('\n');

describe('the places of keys', () => {
  it('are the lines and columns of the keys, not of what strings and comments hold', () => {
    const places = locateToml(nasty);
    expect(places.at(['exponent_k'])).toEqual({ line: 11, column: 1 });
    expect(places.at(['quoted key'])).toEqual({ line: 12, column: 3 });
    expect(places.at(['escéaped\t'])).toEqual({ line: 13, column: 1 });
    expect(places.at(['literal \\u0041'])).toEqual({ line: 14, column: 1 });
    expect(places.at(['deep', 'er', 'key'])).toEqual({ line: 15, column: 15 });
    expect(places.at(['deep', 'er', 'key', 2, 'two words', 0, 'x'])).toEqual({ line: 16, column: 45 });
    expect(places.at(['table', 'sub', 'exponent_k'])).toEqual({ line: 20, column: 1 });
    expect(places.at(['table', 'other'])).toEqual({ line: 21, column: 13 });
    expect(places.at(['list', 0, 'name'])).toEqual({ line: 25, column: 1 });
    expect(places.at(['list', 1, 'name'])).toEqual({ line: 29, column: 1 });
    expect(places.at(['list', 1, 'inner2', 0, 'y'])).toEqual({ line: 31, column: 1 });
    expect(places.at(['radio'])).toBeUndefined();
  });

  it('are those of every path that the parser finds, and of no other', () => {
    for (const text of [
      nasty,
      nasty.replaceAll('\n', '\r\n'),
      `\ufeff${nasty}`,
      '',
      '# nothing',
      'a=1',
      'a.b.c=[[[]]]',
    ])
      expect([...locateToml(text).paths].sort()).toEqual([...pathsOf(parse(text))].sort());
  });

  it('are found in whatever a writer of TOML makes of any value', () => {
    const name = fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }).filter((key) => key !== '__proto__');
    const { value } = fc.letrec<{ value: unknown; table: Record<string, unknown> }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ maxLength: 12, unit: 'binary' }),
        fc.constantFrom('"""', "'''", '#', '[a]\nb = 1', '\\', 'a = """'),
        fc.integer(),
        fc.boolean(),
        fc.array(fc.integer(), { maxLength: 3 }),
        fc.array(tie('table'), { maxLength: 3 }),
        tie('table'),
      ),
      table: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }), (table) => {
        const text = stringify(table);
        const places = locateToml(text);
        expect([...places.paths].sort()).toEqual([...pathsOf(parse(text))].sort());
      }),
    );
  });

  it('never stands still, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void locateToml(text)));
    const seeds = ['=', '[', '{', '"', "'''", '[[', 'a = {', 'a = [', 'a.', 'é = 1', 'a = [}', 'a = {]'];
    for (const text of seeds) expect(locateToml(text).paths.size).toBeGreaterThanOrEqual(0);
  });
});
