/**
 * Where in a TOML text each key stands. The parser says what a text means, and where it is no TOML; it does not say where a
 * value came from. This walks over a text that the parser has accepted, so that it needs to know the shape only (toml.io,
 * v1.0.0: keys, strings, comments, tables, arrays of tables, inline tables, arrays), and never has to judge.
 */

/** Both from 1; columns count UTF-16 units, as editors and the parser do. */
export interface TomlPlace {
  readonly line: number;
  readonly column: number;
}

/** Names of keys, and numbers of the items of arrays. */
export type TomlPath = readonly (string | number)[];

export interface TomlPlaces {
  /** @returns where the key stands, or the item of an array; `undefined` for what the text does not hold. */
  at(path: TomlPath): TomlPlace | undefined;
  /** Every path of the text, as `JSON.stringify` writes it. */
  readonly paths: ReadonlySet<string>;
}

/** @param text TOML that a parser has accepted. */
export function locateToml(text: string): TomlPlaces {
  const places = new Map<string, TomlPlace>();
  const scanner = createScanner(text);
  /** How many tables each array of tables has so far. */
  const counts = new Map<string, number>();

  function note(path: TomlPath, offset: number): void {
    const name = JSON.stringify(path);
    if (!places.has(name)) places.set(name, placeOf(text, offset));
  }

  /** Every part of a dotted key is a key of its own; of an array of tables the last table is meant. */
  function noteKey(base: TomlPath, parts: readonly KeyPart[], isNewItem: boolean): TomlPath {
    let path = base;
    parts.forEach(({ name, offset }, i) => {
      path = [...path, name];
      note(path, offset);
      const id = JSON.stringify(path);
      const isItem = isNewItem && i === parts.length - 1;
      if (isItem) counts.set(id, (counts.get(id) ?? 0) + 1);
      const count = counts.get(id);
      if (count === undefined) return;
      path = [...path, count - 1];
      note(path, offset);
    });
    return path;
  }

  function readPair(base: TomlPath): void {
    const path = noteKey(base, scanner.key(), false);
    scanner.skip(SPACE_AND_EQUALS);
    readValue(path);
  }

  function readValue(path: TomlPath): void {
    scanner.skipVoid();
    if (scanner.takes('[')) readItems(path);
    else if (scanner.takes('{')) {
      while (!scanner.closes('}')) readPair(path);
    } else scanner.skipScalar();
  }

  function readItems(path: TomlPath): void {
    for (let i = 0; !scanner.closes(']'); i += 1) {
      note([...path, i], scanner.offset());
      readValue([...path, i]);
    }
  }

  let table: TomlPath = [];
  scanner.skipVoid();
  while (!scanner.isAtEnd()) {
    if (scanner.takes('[')) {
      const isArray = scanner.takes('[');
      table = noteKey([], scanner.key(), isArray);
      scanner.skip(BRACKETS);
    } else readPair(table);
    scanner.skipVoid();
  }
  return { at: (path) => places.get(JSON.stringify(path)), paths: new Set(places.keys()) };
}

interface KeyPart {
  readonly name: string;
  readonly offset: number;
}

const SPACE = /[ \t]*/y;
const SPACE_AND_EQUALS = /[ \t=]*/y;
const BRACKETS = /[ \t\]]*/y;
const VOID = /(?:[ \t\r\n\ufeff]|#[^\n]*)*/y;
const BARE_KEY = /[A-Za-z0-9_-]+/y;
/** Longer delimiters first: three quotes open a string of several lines, which may end in up to two quotes of its own. */
const STRING = /"""(?:\\[\s\S]|[^\\])*?"""(?:"{0,2})|'''[\s\S]*?'''(?:'{0,2})|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;
const BARE_VALUE = /[^,\]}#\r\n]*/y;
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(.))/g;
const escaped: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\u001b' };

function createScanner(text: string) {
  let at = 0;
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  const skipVoid = (): void => void match(VOID);
  const takes = (letter: string): boolean => {
    if (text[at] !== letter) return false;
    at += 1;
    return true;
  };
  return {
    isAtEnd: () => at >= text.length,
    offset: () => at,
    skip: (pattern: RegExp): void => void match(pattern),
    skipVoid,
    takes,
    /** Between the items of an array or an inline table: past void and comma, and whether it ends here. */
    closes(bracket: string): boolean {
      skipVoid();
      if (takes(',')) skipVoid();
      return at >= text.length || takes(bracket);
    },
    key(): readonly KeyPart[] {
      const parts: KeyPart[] = [];
      do {
        match(SPACE);
        const offset = at;
        const quoted = match(STRING);
        parts.push({ name: quoted === '' ? match(BARE_KEY) : unquote(quoted), offset });
        match(SPACE);
      } while (takes('.'));
      return parts;
    },
    skipScalar(): void {
      if (match(STRING) === '' && match(BARE_VALUE) === '') at += 1; // Never stands still, whatever the text.
    },
  };
}

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith("'")) return inner;
  return inner.replace(ESCAPE, (_, four?: string, eight?: string, two?: string, letter?: string) => {
    const digits = four ?? eight ?? two;
    if (digits !== undefined) return String.fromCodePoint(Number.parseInt(digits, 16));
    return escaped[letter as string] ?? (letter as string);
  });
}

function placeOf(text: string, offset: number): TomlPlace {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
