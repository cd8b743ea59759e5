import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { facts } from './testing/hosts/facts.js';
import { renderHostsPage } from './testing/hosts/page.js';
import { hostTables } from './testing/hosts/tables.js';

const file = fileURLToPath(new URL('../../../docs/hosts.md', import.meta.url));
const page = readFileSync(file, 'utf8');

describe('docs/hosts.md', () => {
  it('is what the tables of the hosts say (npx vitest run --project core hosts-page -u writes it anew)', async () => {
    await expect(renderHostsPage(page, hostTables)).toMatchFileSnapshot(file);
  });

  it('changes with a table, and nowhere but between its marks', () => {
    const [first, ...rest] = hostTables;
    if (first === undefined) throw new RangeError('expected a host, got none');
    const changed = renderHostsPage(page, [{ ...first, name: 'Telephone of glass' }, ...rest]);
    expect(changed).toContain('### Telephone of glass');
    expect(changed.split('<!-- hosts:begin')[0]).toBe(page.split('<!-- hosts:begin')[0]);
    expect(changed.split('<!-- hosts:end')[1]).toBe(page.split('<!-- hosts:end')[1]);
    expect(() => renderHostsPage('# A page', hostTables)).toThrow(RangeError);
  });

  it('marks what nobody has verified wherever it is cited, and lists every fact with its source', () => {
    for (const { says, source, certainty } of Object.values(facts)) {
      expect(page).toContain(`| ${says} | ${certainty} | ${source} |`);
      if (source === '–') expect(certainty).toBe('not verified');
    }
    const open = Object.values(facts).findIndex(({ certainty }) => certainty === 'not verified');
    expect(page).toContain(`${open + 1}?`);
  });

  it('has no cell that breaks its table', () => {
    const part = page.split('<!-- hosts:begin')[1] ?? '';
    const widths = part
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length - 2);
    expect(new Set(widths)).toEqual(new Set([4, 5]));
  });
});
