import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cliErrorCodes, exitCodeFor } from '../errors/cli-error.js';
import { csvFields, findColumns } from './csv-columns.js';
import { defaultLdapMapping } from './ldap-entry.js';

const docs = readFileSync(new URL('../../../docs/directory.md', import.meta.url), 'utf8');

it('docs/directory.md has every code with its exit code', () => {
  const codes = cliErrorCodes.filter((code) => code.startsWith('directory-'));
  expect(codes.length).toBeGreaterThan(5);
  for (const code of codes) expect(docs).toContain(`| \`${code}\` | ${exitCodeFor(code)} |`);
});

it('docs/directory.md names every field of a CSV file, and each header that it names is understood', () => {
  const rows = [...docs.matchAll(/^\| ([\w, ]+?)(?: \(needed\))? \| ([A-Z][^|]*) \|$/gm)];
  const documented = rows.flatMap(([, fields = '', names = '']) => {
    const lists = names.split(/[.:] |; the extension/)[0]?.split('; ') ?? [];
    return fields.split(', ').map((field, at) => ({ field, names: lists[at]?.split(', ') ?? [] }));
  });
  expect(documented.map(({ field }) => field).sort()).toEqual([...csvFields].sort());
  for (const { field, names } of documented) {
    expect(names.length, field).toBeGreaterThan(0);
    for (const name of names) {
      const header = field === 'extension' ? [name] : ['Extension', name];
      const found = findColumns('file', header) as Readonly<Record<string, number>>;
      expect(found[field], `${field}: ${name}`).toBe(header.length - 1);
    }
  }
});

it('docs/directory.md names every attribute that a directory server is asked for', () => {
  for (const name of Object.values(defaultLdapMapping).flat()) expect(docs).toContain(`\`${name}\``);
});
