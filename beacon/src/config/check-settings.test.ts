import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { checkSettings, nearest } from './check-settings.js';
import { tellFaults } from './config.js';
import type { Setting } from './setting-kinds.js';
import { rowsOf } from './settings-docs.js';
import { schemaOfSettings } from './settings-schema.js';
import { locateToml } from './toml-places.js';

/** A table with tables in it, which is more than the daemon's own has. */
const settings: readonly Setting[] = [
  { kind: 'integer', name: 'depth_m', least: 1, most: 9, usual: 3, meaning: 'how deep' },
  {
    kind: 'table',
    name: 'frames',
    meaning: 'what is sent',
    settings: [
      { kind: 'flag', name: 'telemetry', usual: false, meaning: 'whether the battery is told' },
      {
        kind: 'list',
        name: 'order',
        least: 1,
        most: 3,
        meaning: 'which after which',
        item: { kind: 'choice', name: '', choices: ['ibeacon', 'eid'], meaning: '' },
      },
      {
        kind: 'table',
        name: 'url',
        meaning: 'a link',
        settings: [{ kind: 'text', name: 'to', expected: 'a link', example: 'x', isRequired: true, meaning: 'where' }],
      },
    ],
  },
];
const check = (text: string) => checkSettings(parse(text), settings, [], locateToml(text));

describe('settings in tables', () => {
  it('are read with what is usual, and checked where they stand', () => {
    expect(check('frames = { order = ["eid"], url.to = "y" }').values).toEqual({
      depth_m: 3,
      frames: { telemetry: false, order: ['eid'], url: { to: 'y' } },
    });
    expect(check('').values).toEqual({ depth_m: 3, frames: { telemetry: false } });
    expect(check('').faults).toEqual([]);
    const text = '[frames]\ntelemetry = 1\norder = ["eid",\n  "eird"]\n[frames.url]\nlink = 3';
    expect(tellFaults(check(text).faults, 'f').split('\n')).toEqual([
      'f:2:1: frames.telemetry: expected true or false, got 1',
      'f:4:3: frames.order[1]: expected one of "ibeacon", "eid", got "eird"',
      'f:5:9: frames.url.to: expected a link, and it is missing',
      'f:6:1: frames.url.link: expected a known setting (known are to), got "link"',
    ]);
    expect(tellFaults(check('frames = 3').faults, 'f')).toBe('f:1:1: frames: expected a table [frames], got 3');
    expect(check('frames.order = []\nframes.url.to="y"').faults).toMatchObject([
      { key: 'frames.order', place: { line: 1, column: 8 }, expected: 'a list of 1 to 3 items', got: '[]' },
    ]);
  });

  it('are told with the name of their table in the docs, and nested in the schema', () => {
    expect(rowsOf(settings).map(({ name }) => name)).toEqual([
      'depth_m',
      'frames',
      'frames.telemetry',
      'frames.order',
      'frames.url',
      'frames.url.to',
    ]);
    expect(schemaOfSettings(settings, [])).toMatchObject({
      properties: {
        frames: {
          additionalProperties: false,
          properties: {
            order: { type: 'array', items: { enum: ['ibeacon', 'eid'] }, minItems: 1, maxItems: 3 },
            url: { required: ['to'] },
          },
        },
      },
    });
  });
});

describe('a name that is near', () => {
  const names = ['interval_ms', 'state_directory', 'light', 'radio', 'exponent_k'];
  it.each([
    ['interval', ['interval_ms']],
    ['interval-ms', ['interval_ms']],
    ['Exponent_K', ['exponent_k']],
    ['stat_directory', ['state_directory']],
    ['lihgt', []],
    ['ligt', ['light']],
    ['radios', ['radio']],
    ['volume', []],
    ['', []],
    ['__proto__', []],
  ])('%j is near to %j', (name, near) => {
    expect(nearest(name, names)).toEqual(near);
  });
});
