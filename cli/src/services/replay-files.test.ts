import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReplayedCall } from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '../errors/cli-error.js';
import { type ReplayFilesOptions, replayFiles } from './replay-files.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacon-cli-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function fileWith(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

async function all(options: ReplayFilesOptions): Promise<readonly ReplayedCall[]> {
  const calls: ReplayedCall[] = [];
  for await (const call of replayFiles(options)) calls.push(call);
  return calls;
}

async function failureOf(options: ReplayFilesOptions): Promise<CliError> {
  try {
    await all(options);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

function trace(call: string): string {
  const lines: object[] = [
    { deskbeacon: 'trace', version: 1, call, desks: ['d-1'], site: { desksM: { 'd-1': [0, 0], 'd-2': [1.6, 0] } } },
    { t: 0, event: 'call' },
    { t: 3, event: 'scan-started', mode: 'low-latency' },
  ];
  for (let t = 20; t < 1000; t += 50) {
    lines.push({
      t,
      event: 'sighting',
      desk: t % 100 === 20 ? 'd-1' : 'd-2',
      rssiDbm: t % 100 === 20 ? -51 - (t % 3) : -70,
    });
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

describe('replaying files', () => {
  it('decides every call of every file, in order', async () => {
    const first = await fileWith('first.trace.jsonl', trace('a') + trace('b'));
    const second = await fileWith('second.trace.jsonl', trace('c'));
    const calls = await all({ files: [first, second] });
    expect(calls.map(({ call, decision }) => [call, decision])).toEqual([
      ['a', 'silence'],
      ['b', 'silence'],
      ['c', 'silence'],
    ]);
  });

  it('reads a file without a last line feed, with empty lines and with carriage returns', async () => {
    const file = await fileWith('crlf.trace.jsonl', `\r\n${trace('a').trimEnd().replaceAll('\n', '\r\n')}`);
    expect(await all({ files: [file] })).toHaveLength(1);
  });

  it('shows the instants that were asked for', async () => {
    const file = await fileWith('at.trace.jsonl', trace('a'));
    const [call] = await all({ files: [file], atMs: [250, 1000] });
    expect(Object.keys(call?.at ?? {})).toEqual(['250', '1000']);
  });

  it('names file and line of what is wrong', async () => {
    const file = await fileWith('bad.trace.jsonl', `${trace('a')}{"t":1,"event":"sneeze"}\n`);
    const { code, message } = await failureOf({ files: [file] });
    expect(code).toBe('bad-trace');
    expect(message).toMatch(/bad\.trace\.jsonl:24: event: unknown event "sneeze"/);
  });

  it.each([
    ['bad-trace', 'not json\n'],
    ['bad-trace', '{"t":0,"event":"call"}\n'],
    ['bad-trace', '{"deskbeacon":"trace","version":9,"call":"a"}\n'],
  ])('refuses as %s: %j', async (code, text) => {
    expect((await failureOf({ files: [await fileWith('odd.trace.jsonl', text)] })).code).toBe(code);
  });

  it('says which file cannot be read', async () => {
    expect(await failureOf({ files: [join(directory, 'nowhere')] })).toMatchObject({ code: 'no-input' });
    expect(await failureOf({ files: [], profileFile: join(directory, 'nowhere') })).toMatchObject({ code: 'no-input' });
  });

  it('never quotes a profile, for it holds keys', async () => {
    const secret = '00112233445566778899aabbccddeeff';
    const torn = await fileWith('torn.json', `{"recognitionKey":"${secret}`);
    const wrong = await fileWith(
      'wrong.json',
      JSON.stringify({ deskbeacon: 'site-profile', version: 1, site: 's', organisationUuid: `${secret}00` }),
    );
    for (const profileFile of [torn, wrong]) {
      const error = await failureOf({ files: [], profileFile });
      expect(error.code).toBe('bad-profile');
      expect(`${error.stack}${String(error.cause)}`).not.toContain(secret.slice(0, 12));
    }
  });
});
