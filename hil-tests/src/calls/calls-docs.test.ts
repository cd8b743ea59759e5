import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { callsTable } from './calls-table.js';
import { decodeCapture } from './ladder/capture.js';
import { drawLadder } from './ladder/ladder-svg.js';
import { plannedCalls } from './plan.js';
import { neededPackages } from './why-no-calls.js';

const docs = fileURLToPath(new URL('../../../docs', import.meta.url));
const page = readFileSync(join(docs, 'calls.md'), 'utf8');
const captures = readdirSync(join(docs, 'calls')).filter((name) => name.endsWith('.jsonl'));

describe('docs/calls.md', () => {
  it('has every call of the demo, what happens in it and what the app is to do', () => {
    expect(page).toContain(callsTable(plannedCalls));
  });

  it('names every package that is needed, as the README does', () => {
    const command = `apt-get install ${neededPackages.join(' ')}`;
    expect(page).toContain(command);
    expect(readFileSync(join(docs, '../README.md'), 'utf8')).toContain(command);
  });

  it.each(captures)('shows %s as it is drawn: npm run demo:call -- --draw', (name) => {
    const picture = name.replace(/jsonl$/, 'svg');
    const text = readFileSync(join(docs, 'calls', name), 'utf8');
    expect(page).toContain(`calls/${picture}`);
    expect(readFileSync(join(docs, 'calls', picture), 'utf8')).toBe(drawLadder(decodeCapture(text, name)));
  });

  it.each(captures)('has no answer to a challenge and no key in %s', (name) => {
    const text = readFileSync(join(docs, 'calls', name), 'utf8');
    expect(text).toContain('Proxy-Authorization: Digest (left out)');
    expect(text).not.toMatch(/response=|cnonce=|inline:(?!x+)/);
  });
});
