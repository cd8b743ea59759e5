import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { examineConfig } from './config.js';
import { renderSettingsTable } from './settings-docs.js';
import { SCHEMA_FILE, schemaOfSettings } from './settings-schema.js';
import { rules, settings } from './settings-table.js';

const schema = schemaOfSettings(settings, rules);
const fits = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);
const right = { organisation_uuid: '8b0ca750-e7a7-4e14-bd99-095477cb3e77', state_directory: '/var/lib/deskbeacond' };

/** Values at, inside and outside the range of each setting, and of other kinds. */
const candidates = fc.record(
  Object.fromEntries(
    settings.map((setting) => {
      const others = [fc.constantFrom<unknown>('', 'x', true, 1.5, [], {}, 'hci:0', right.organisation_uuid)];
      if (setting.kind === 'integer')
        others.push(fc.constantFrom(setting.least, setting.most, setting.least - 1, setting.most + 1, 401, 1601, 6401));
      if (setting.kind === 'choice') others.push(fc.constantFrom(...setting.choices));
      return [setting.name, fc.oneof(...others)] as const;
    }),
  ),
  { requiredKeys: [] },
);

describe('the JSON Schema of the settings', () => {
  it('is that of docs, Draft 2020-12', async () => {
    const file = new URL(`../../../docs/${SCHEMA_FILE}`, import.meta.url);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(schema);
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  });

  it('says of every file what the daemon says', () => {
    let accepted = 0;
    fc.assert(
      fc.property(candidates, fc.boolean(), fc.boolean(), (drawn, isWhole, isKnown) => {
        const table = { ...(isWhole ? right : {}), ...drawn, ...(isKnown ? {} : { other: 1 }) };
        const { faults } = examineConfig(stringify(table));
        expect(fits(table), JSON.stringify(table)).toBe(faults.length === 0);
        if (faults.length === 0) accepted += 1;
      }),
      { numRuns: 2000 },
    );
    for (const setting of settings) {
      if (setting.kind !== 'integer') continue;
      for (const value of [setting.least, setting.most, setting.least - 1, setting.most + 1, 401, 801, 1601, 6401])
        for (const exponentK of [0, 1, 2, 3, 4, 9]) {
          const table = { ...right, exponent_k: exponentK, [setting.name]: value };
          const isRight = examineConfig(stringify(table)).faults.length === 0;
          expect(fits(table), JSON.stringify(table)).toBe(isRight);
          if (isRight) accepted += 1;
        }
    }
    expect(accepted).toBeGreaterThan(50);
  });

  it('offers an example for every text, which the daemon takes', () => {
    for (const setting of settings) {
      if (setting.kind !== 'text') continue;
      expect(examineConfig(stringify({ ...right, [setting.name]: setting.example })).faults).toEqual([]);
    }
  });
});

describe('docs/daemon.md', () => {
  it('has the table of settings that the code has', async () => {
    const page = await readFile(new URL('../../../docs/daemon.md', import.meta.url), 'utf8');
    const section = page.split('\n## Settings')[1]?.split('\n## ')[0] ?? '';
    expect(section).toContain(renderSettingsTable(settings));
  });
});
