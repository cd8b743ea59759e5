import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeTraceLine, type TraceLineResult } from './decode-trace.js';
import { encodeTraceEvent } from './record.js';

/** Traces that were recorded once, frozen as the profiles are (profile/golden.test.ts). */

const folder = join(import.meta.dirname, 'golden');
const page = readFileSync(join(import.meta.dirname, '../../../docs/trace-format.md'), 'utf8');
const frozen: Readonly<Record<string, string>> = {
  'v1-every-event.trace.jsonl': 'd8410432e636103293cd05dd41adfe397758dc2ca665acef575558306645c990',
  'v1-every-event.expected.json': '7b547c86da8a612a50a452ead0815fe44656bdda97e6e6f8a585fb9a5889dd6b',
};

function decode(name: string): readonly TraceLineResult[] {
  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  return lines.map((line) => decodeTraceLine(JSON.parse(line)));
}

function faults(name: string): readonly (string | undefined)[] {
  return decode(name).map((line) => (line.ok ? undefined : line.reason));
}

describe('a trace of version 1 that was recorded once', () => {
  it.each(Object.entries(frozen))('stays as it was frozen: %s', (name, hash) => {
    expect(
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ).toBe(hash);
  });

  it('is among the frozen ones, if it is in the folder', () => {
    const recorded = readdirSync(folder).filter((name) => name.startsWith('v'));
    expect(recorded.sort()).toEqual(Object.keys(frozen).sort());
  });

  it('is read for ever', () => {
    const expected = JSON.parse(readFileSync(join(folder, 'v1-every-event.expected.json'), 'utf8')) as unknown[];
    expect(decode('v1-every-event.trace.jsonl')).toMatchObject(expected.map((line) => ({ ok: true, line })));
  });

  it('has every event, field and value that the page of the format names', () => {
    const golden = readFileSync(join(folder, 'v1-every-event.trace.jsonl'), 'utf8');
    const table = page.slice(page.indexOf('**Header.**'), page.indexOf('`rssiDbm` is what the receiver said'));
    const named = [...table.matchAll(/`([a-zA-Z1-9-]+)`/g)].map(([, name]) => name as string);
    expect(named.length).toBeGreaterThan(60);
    expect([...new Set(named)].filter((name) => !golden.includes(`"${name}"`) && name !== 'null')).toEqual([]);
  });

  it('is written again by the recorder as it was read', () => {
    for (const line of decode('v1-every-event.trace.jsonl')) {
      if (!line.ok || line.line.kind !== 'event') continue;
      expect(decodeTraceLine(JSON.parse(encodeTraceEvent(line.line.event)))).toEqual(line);
    }
  });
});

describe('a trace of a later version', () => {
  it('is read where it only adds optional fields, as if they were not there', () => {
    expect(decode('later-optional-fields.trace.jsonl')).toEqual(decode('v1-every-event.trace.jsonl'));
  });

  it.each([
    [
      'later-critical.trace.jsonl',
      ['critical: this program does not know "slotMs", which this file cannot be read without', undefined],
    ],
    ['later-version-2.trace.jsonl', ['version: this program reads version 1, got 2', undefined]],
    ['later-event.trace.jsonl', [undefined, undefined, 'event: unknown event "channel-sounding"']],
  ])('is refused, and says why, where it cannot be read rightly: %s', (name, reasons) => {
    expect(faults(name)).toEqual(reasons);
  });
});
