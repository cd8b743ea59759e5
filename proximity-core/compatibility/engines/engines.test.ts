import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeHex } from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../build.js';
import { mustSkip, whyNotInstalled } from '../must-skip.js';
import { type Engine, engines, hermesCompilers, hermesVersion, reference, text } from './engines.js';
import { eidOf, recognitionIdOf, WALL_CLOCK_MS } from './office.js';
import { packageScript } from './react-native.js';
import { makeWork, OFFICE_CALLS, STUDY_CALLS } from './work.js';

/** The built file in other engines: the same text is given to each, and what it prints must be Node's, octet for octet. */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const bundles = ['', '.tools'].map((part) => join(root, `proximity-core/dist/proximity-core${part}.global.js`));
const scratch = mkdtempSync(join(tmpdir(), 'deskbeacon-engines-'));
const workFile = join(scratch, 'work.js');
const scripts = [...bundles, workFile, join(here, 'driver.js')];
let expected = '';

beforeAll(async () => {
  await ensureBuilt();
  writeFileSync(workFile, `var work = ${JSON.stringify(makeWork())};\n`);
  expected = reference.run(scripts, scratch);
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function say(engine: string, version: string, printed: string): void {
  const digest = createHash('sha256').update(printed).digest('hex').slice(0, 16);
  process.stdout.write(`${engine}: ${version}, ${printed.split('\n').length - 1} lines, sha256 ${digest}\n`);
}

describe('what Node prints, with which the others are compared,', () => {
  it('is of every vector, trace and call that was given', () => {
    say(reference.name, reference.version(), expected);
    const lines = expected.split('\n');
    expect(lines.filter((line) => line.startsWith('{"ok":true,"frames"')).length).toBeGreaterThan(200);
    expect(lines.filter((line) => line.includes('"bad-advertisement"')).length).toBeGreaterThan(20);
    expect(lines.filter((line) => line.startsWith('{"ok":true,"calls"')).length).toBeGreaterThanOrEqual(
      STUDY_CALLS + OFFICE_CALLS,
    );
    expect(lines.filter((line) => line.includes('"bad-profile"')).length).toBeGreaterThan(0);
    for (const phase of ['deciding', 'silent', 'ringing']) expect(expected).toContain(`"phase":"${phase}"`);
    for (const reason of ['at-own-desk', 'unsure', 'away', 'stale-identity', 'own-desk-not-heard']) {
      expect(expected).toContain(`"reason":"${reason}"`);
    }
    expect(expected).not.toContain('"internal"');
  });

  it('has the identities that OpenSSL derives, and the published one of Eddystone-EID', () => {
    expect(expected).toContain('"4144413e45fefa58":"d-0"');
    for (const desk of [0, 1, 49]) {
      const { major, minor } = recognitionIdOf(desk, WALL_CLOCK_MS);
      const id = ((major << 16) | minor) >>> 0;
      expect(expected).toContain(`"${id.toString(16).padStart(8, '0')}":"d-${desk}"`);
    }
    expect(expected).toContain(`"${encodeHex(eidOf(0, WALL_CLOCK_MS))}":"d-0"`);
  });
});

describe.each(engines)('$name', (engine: Engine) => {
  it.skipIf(mustSkip(engine.name, engine.why))('prints what Node prints', () => {
    const printed = engine.run(scripts, scratch);
    say(engine.name, engine.version(), printed);
    expectSame(printed, expected);
  });
});

describe('the package through the Babel preset of React Native 0.76', () => {
  it.skipIf(mustSkip('Hermes', whyNotInstalled('engines')))('decides in Hermes 0.12 as the facade does in Node', () => {
    const transformed = join(scratch, 'package.js');
    writeFileSync(transformed, packageScript(true));
    const traces = join(scratch, 'traces.js');
    writeFileSync(traces, `var work = ${JSON.stringify({ ...makeWork(), requests: [], calls: [] })};\n`);
    const [version, ...wanted] = reference.run([...bundles, traces, join(here, 'driver.js')], scratch).split('\n');
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const engine = engines.find(({ name }) => name === 'Hermes 0.12') as Engine;
    const printed = engine.run([transformed, traces, join(here, 'typed-driver.js')], scratch);
    say('Hermes 0.12, React Native preset', engine.version(), printed);
    expectSame(printed, wanted.join('\n'));
  });
});

describe.each(hermesCompilers)('$name, the compiler of Hermes 1.0,', ({ name, file }) => {
  it.skipIf(mustSkip(name, whyNotInstalled('engines')))('accepts the built files', () => {
    const compiled = join(scratch, 'bundle.hbc');
    for (const bundle of bundles) text(file, ['-O', '-emit-binary', '-out', compiled, bundle]);
    process.stdout.write(`${name}: ${hermesVersion(file)}\n`);
    expect(hermesVersion(file)).toMatch(/^Hermes .*bytecode (9[89]|\d{3})$/);
  });
});

/** A diff of megabytes tells nobody anything: the first line that differs does. */
function expectSame(printed: string, wanted: string): void {
  if (printed === wanted) return;
  const [ours, theirs] = [wanted.split('\n'), printed.split('\n')];
  const at = ours.findIndex((line, i) => line !== theirs[i]);
  expect({ line: at, text: theirs[at] }).toEqual({ line: at, text: ours[at] });
  expect(theirs.length).toBe(ours.length);
}
