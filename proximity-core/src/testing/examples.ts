import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * The examples of docstrings and pages, as programs. A docstring has `@example EXPRESSION // VALUE` in one line, or a block of
 * ```ts; a page has blocks. In a block, `// → VALUE` after a statement says what its expression is, and after `console.log(…)`
 * what is printed.
 */
export interface Example {
  /** Where it stands, for people. */
  readonly name: string;
  readonly code: string;
  /** The module whose own names it may use besides the package's; absent on a page, which imports what it uses. */
  readonly module?: string;
}

const root = join(import.meta.dirname, '../../..');
const core = join(root, 'proximity-core/src');
const PACKAGE = '@deskbeacon/proximity-core';

/** All docstring examples of the package's sources. */
export function docstringExamples(): readonly Example[] {
  return filesUnder(core)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('/testing/'))
    .flatMap((file) => examplesOf(file, readFileSync(file, 'utf8')));
}

function examplesOf(file: string, text: string): readonly Example[] {
  const parts = [...text.matchAll(/\/\*\*([\s\S]*?)\*\//g)].flatMap(({ 1: comment = '', index }) =>
    comment
      .split(/^\s*\* @|^ @/m)
      .filter((tag) => tag.startsWith('example'))
      .map((tag) => ({ tag, line: text.slice(0, index).split('\n').length })),
  );
  return parts.map(({ tag, line }) => ({
    name: `${relative(core, file)}:${line}`,
    code: codeOf(tag.replace(/^example\s?/, '').replace(/^\s*\* ?/gm, '')),
    module: file,
  }));
}

function codeOf(text: string): string {
  const block = /```ts\n([\s\S]*?)```/.exec(text)?.[1];
  // What nobody could run is kept as it is, and fails as a program.
  return block ?? text.trim().replace(/ \/\/ (?:→ )?/, '; // → ');
}

/** The blocks of ```ts on the pages of docs/ that import this package and nothing else. */
export function pageExamples(): readonly Example[] {
  return filesUnder(join(root, 'docs'))
    .filter((file) => file.endsWith('.md') && !file.startsWith(join(root, 'docs/api')))
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: code = '', index }) => ({
        name: `${relative(root, file)}:${text.slice(0, index).split('\n').length + 1}`,
        code,
      }));
    })
    .filter(({ code }) => {
      const imported = [...code.matchAll(/from '([^']+)'/g)].map(({ 1: name = '' }) => name);
      return imported.length > 0 && imported.every((name) => name.startsWith(PACKAGE));
    });
}

/** A module for the compiler: what the example says, and that each value may be what it says. */
export function toTyped(example: Example): string {
  return `${importsOf(example)}declare function check(actual: unknown, expected: unknown): void;\n${withChecks(example.code)}\nexport {};\n`;
}

/** The same for `new Function`, still with types; imports come from `modules`. */
export function toRunnable({ code }: Example): string {
  return withChecks(code).replace(
    /^import (?:type )?\{([^}]*)\} from '([^']+)';$/gm,
    (line, names: string, from: string) =>
      line.startsWith('import type') ? '' : `const {${names.replace(/type \w+,?/g, '')}} = modules['${from}'];`,
  );
}

function withChecks(code: string): string {
  return code.replace(/^(.*?);? \/\/ → (.*)$/gm, (_line, statement: string, value: string) => {
    const printed = /^\s*console\.log\((.*)\)$/.exec(statement)?.[1];
    if (printed !== undefined) return `check(String(${printed}), ${JSON.stringify(value)});`;
    const named = /^\s*(?:const|let) (\w+)/.exec(statement)?.[1];
    return named === undefined ? `check((${statement}), (${value}));` : `${statement}; check(${named}, (${value}));`;
  });
}

function importsOf({ code, module }: Example): string {
  if (module === undefined) return '';
  const own = exportsOf(module);
  const all = namesOf(readFileSync(join(core, 'index.ts'), 'utf8'));
  const used = new Set(code.match(/\b[A-Za-z]\w*\b/g) ?? []);
  const from = (names: readonly string[], path: string) => {
    const wanted = names.filter((name) => used.has(name));
    return wanted.length === 0 ? '' : `import { ${wanted.join(', ')} } from '${path}';\n`;
  };
  return (
    from(own, module) +
    from(
      all.filter((name) => !own.includes(name)),
      PACKAGE,
    )
  );
}

function exportsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^export (?:const|function|interface|type) (\w+)/gm)].map(
    ({ 1: name = '' }) => name,
  );
}

function namesOf(index: string): readonly string[] {
  return [...index.matchAll(/export (?:type )?\{([^}]*)\}/g)]
    .flatMap(({ 1: names = '' }) => names.split(','))
    .map((name) => name.replace(/^\s*type /, '').trim())
    .filter((name) => name !== '');
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}
