import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliError } from '../../errors/cli-error.js';
import { readWalk, walkLimits } from './read-walk.js';
import { traceOf } from './testing/simulated-walk.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacon-walk-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}

async function failureOf(given: string): Promise<CliError> {
  const error = await readWalk(given).catch((thrown: unknown) => thrown);
  if (error instanceof CliError) return error;
  throw new Error(`expected a CliError, got ${String(error)}`);
}

const pose = { label: { place: 'out-of-earshot' as const }, atM: [0, 5] as const, seed: 1 };
const bare = traceOf(pose).replace(/"label":\{.*?\}/, '"label":{}');

describe('a walk that is read from a directory', () => {
  it('takes labels from headers, and the file’s name as the pose’s', async () => {
    await write({ 'kitchen.trace.jsonl': traceOf(pose), 'notes.txt': 'no trace' });
    const { recordings, faults } = await readWalk(directory);
    expect(faults).toEqual([]);
    expect(recordings).toHaveLength(1);
    expect(recordings[0]?.label).toEqual({
      pose: 'kitchen',
      place: 'out-of-earshot',
      desk: 'd-1',
      phone: 'pixel-8',
      walker: 'ada',
      floor: '2',
    });
    expect(recordings[0]?.events.length).toBeGreaterThan(20);
  });

  it('takes labels from walk.json, where a header says nothing, and the header’s before all', async () => {
    const sidecar = {
      deskbeacon: 'walk',
      version: 1,
      defaults: { phone: 'a', walker: 'b', floor: 'c', desk: 'd-1', place: 'earshot' },
      traces: { 'b.trace.jsonl': { pose: 'by the door', place: 'at-desk', carriage: 'pocket', receiver: 'laptop' } },
    };
    const own = traceOf({ ...pose, label: { pose: 'own', place: 'out-of-earshot' } });
    await write({
      'walk.json': JSON.stringify(sidecar),
      'a.trace.jsonl': bare,
      'b.trace.jsonl': bare,
      'c.trace.jsonl': own,
    });
    const { recordings, faults } = await readWalk(directory);
    expect(faults).toEqual([]);
    expect(recordings.map(({ label }) => label)).toEqual([
      { pose: 'a', place: 'earshot', desk: 'd-1', phone: 'a', walker: 'b', floor: 'c' },
      {
        pose: 'by the door',
        place: 'at-desk',
        desk: 'd-1',
        carriage: 'pocket',
        phone: 'a',
        walker: 'b',
        floor: 'c',
        receiver: 'laptop',
      },
      { pose: 'own', place: 'out-of-earshot', desk: 'd-1', phone: 'pixel-8', walker: 'ada', floor: '2' },
    ]);
  });

  it('reads several recordings of a file as windows of one pose', async () => {
    await write({ 'door.trace.jsonl': `${traceOf(pose)}\n${traceOf({ ...pose, seed: 2 })}\n` });
    const { recordings } = await readWalk(directory);
    expect(recordings.map(({ label }) => label.pose)).toEqual(['door', 'door']);
  });

  it.each([
    ['not JSON', `${traceOf(pose)}\n{"t":`, 'bad-trace', /:\d+: not JSON/],
    ['an unknown event', `${traceOf(pose)}\n{"t":9999,"event":"nap"}`, 'bad-trace', /:\d+: event: unknown event "nap"/],
    ['time that runs back', `${traceOf(pose)}\n{"t":1,"event":"end"}`, 'bad-trace', /:\d+: t: 1 is before 1500/],
    ['no header', '{"t":1,"event":"end"}', 'bad-trace', /:1: expected a header before/],
    ['nothing at all', '', 'bad-trace', /:0: expected a header, got none/],
    ['no label', bare, 'bad-walk', /:1: label.place: expected out-of-earshot, earshot, at-desk, got nothing/],
    [
      'a label of a call, which does not say whether within earshot',
      bare.replace('"label":{}', '"label":{"truth":"away","class":"neighbour"}'),
      'bad-walk',
      /label.place/,
    ],
    ['no scan', traceOf(pose).split('\n').slice(0, 1).join(''), 'bad-walk', /no scan was started/],
    [
      'advertisements without a clock',
      `${traceOf(pose)}\n{"t":2000,"event":"advertisement","rssiDbm":-60,"data":"0201"}`,
      'bad-trace',
      /wallClock/,
    ],
  ])('reports a file with %s by name and line, and keeps the others', async (_what, text, code, message) => {
    await write({ 'a.trace.jsonl': traceOf(pose), 'bad.trace.jsonl': text, 'z.trace.jsonl': traceOf(pose) });
    const { recordings, faults } = await readWalk(directory);
    expect(recordings.map(({ label }) => label.pose)).toEqual(['a', 'z']);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toBeInstanceOf(CliError);
    expect(faults[0]?.code).toBe(code);
    expect(faults[0]?.message).toContain('bad.trace.jsonl');
    expect(faults[0]?.message).toMatch(message);
  });

  it('does not read what is too large, line by line or as a whole', async () => {
    await write({ 'line.trace.jsonl': `{"x":"${'a'.repeat(walkLimits.lineCharacters)}`, 'huge.trace.jsonl': '' });
    await truncate(join(directory, 'huge.trace.jsonl'), walkLimits.fileBytes + 1);
    const { recordings, faults } = await readWalk(directory);
    expect(recordings).toEqual([]);
    expect(faults.map(({ message }) => message.replace(/^.*\//, ''))).toEqual([
      expect.stringContaining('huge.trace.jsonl:1: 16777217 octets'),
      expect.stringContaining('line.trace.jsonl: a line is longer'),
    ]);
  });

  it('reports a trace that is a directory', async () => {
    await mkdir(join(directory, 'odd.trace.jsonl'));
    const { faults } = await readWalk(directory);
    expect(faults[0]?.code).toBe('no-input');
  });

  it.each([
    ['{', 'not JSON'],
    ['{"deskbeacon":"walk","version":2}', 'expected {"deskbeacon":"walk"'],
    ['{"deskbeacon":"walk","version":1,"traces":[]}', 'traces: expected an object'],
  ])('refuses walk.json with %s', async (text, message) => {
    await write({ 'a.trace.jsonl': traceOf(pose), 'walk.json': text });
    const failure = await failureOf(directory);
    expect(failure.code).toBe('bad-walk');
    expect(failure.message).toContain(message);
  });

  it('says that a directory is missing or has no trace', async () => {
    expect((await failureOf(join(directory, 'nowhere'))).code).toBe('no-input');
    expect((await failureOf(directory)).message).toContain('no file ends with .trace.jsonl');
  });
});
