import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Building, openBuilding } from '../src/calls/building.js';
import type { BuildingEvent } from '../src/calls/events.js';
import { decodeCapture } from '../src/calls/ladder/capture.js';
import { drawLadder } from '../src/calls/ladder/ladder-svg.js';
import { declinedForAll, plannedCalls } from '../src/calls/plan.js';
import { whyNoCalls } from '../src/calls/why-no-calls.js';
import { programs } from '../src/rigs/programs.js';
import { mustSkip } from '../src/rigs/require-rig.js';
import { hasTerminal, openTerminal } from '../src/rigs/terminal.js';

const SEED = 3;
const why = whyNoCalls();
const skipped = mustSkip('calls', why);

describe.skipIf(skipped)(`a call on loopback${skipped ? ` (${why})` : ''}`, () => {
  let building: Building;
  let events: BuildingEvent[] = [];

  beforeAll(async () => {
    building = await openBuilding(SEED, (event) => events.push(event));
  });
  afterAll(() => building?.close());

  /** From the caller's INVITE on. */
  const messages = () => {
    const begin = events.findIndex(({ type }) => type === 'call');
    return events.slice(begin).flatMap((event) => (event.type === 'message' ? [event] : []));
  };
  /** First lines of what one party sent another, in order. */
  const said = (from: string, to: string): readonly string[] =>
    messages()
      .filter((event) => event.from === from && event.to === to)
      .map(({ message }) => message.text.split('\r\n')[0] ?? '');

  it.each(plannedCalls)('$call: $text', async (planned) => {
    events = [];
    for (const call of await building.call(planned)) expect(call).toMatchObject({ ok: true, findings: [] });
    // The app slept until the push, and spoke TLS; its leg never ended anything. The proxy tells of what it sends when it has
    // done all of it, so by its word alone an app may speak before it was woken.
    const woken = events.flatMap((event) =>
      event.type === 'app' && event.news.news === 'woken' ? [event.news] : [],
    )[0];
    const first = messages().find(({ from }) => from === 'app')?.message;
    expect(messages().some(({ to }) => to === 'push')).toBe(true);
    expect(woken?.unixMs).toBeLessThanOrEqual(first?.unixMs ?? Number.NaN);
    expect(first?.text).toMatch(/^REGISTER .*\r\nVia: SIP\/2\.0\/TLS /);
    expect(said('app', 'proxy').filter((line) => /^SIP\/2\.0 (4(?!87)|[356])/.test(line))).toEqual([]);
  });

  it('is challenged: nobody calls, and no app registers, without a password', async () => {
    events = [];
    await building.call(plannedCalls[0] as (typeof plannedCalls)[0]);
    expect(said('proxy', 'caller')[0]).toBe('SIP/2.0 407 Proxy Authentication Required');
    const [challenged, answered] = messages().filter(
      ({ from, message }) => from === 'caller' && message.text.startsWith('INVITE'),
    );
    expect(challenged?.message.text).not.toContain('Proxy-Authorization');
    expect(answered?.message.text).toContain('Proxy-Authorization: Digest ');
    // What is known of the caller's password goes no further.
    const forked = messages().filter(({ from, message }) => from === 'proxy' && message.text.startsWith('INVITE'));
    expect(forked.length).toBe(2);
    for (const { message } of forked) expect(message.text).not.toContain('Proxy-Authorization');
  });

  it('is over for everybody where a quiet app declines with 603, which is why none of ours does', async () => {
    events = [];
    const [call] = await building.call(declinedForAll);
    expect(call?.findings).toEqual(['the mobile leg sent 603']);
    expect(said('app', 'proxy')).toContain('SIP/2.0 603 Decline');
    // The desk phone rang, nobody had answered, and the proxy takes the call away from it (RFC 3261 §16.7).
    expect(call?.deskAlertedAtMs).not.toBeNull();
    expect(said('proxy', 'desk').some((line) => line.startsWith('CANCEL '))).toBe(true);
    expect(said('proxy', 'caller').at(-1)).toBe('SIP/2.0 603 Decline');
  });
});

const fields = [
  ...['call', 'class', 'expected', 'deskAlertedAtMs', 'mobileAlertedAtMs', 'decision', 'reason', 'decidedAtMs'],
  ...['scanStartedAtMs', 'scanStoppedAtMs', 'answeredBy', 'ok'],
];

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(
  args: readonly string[],
  options: { readonly path?: string; readonly stopAt?: string } = {},
): Promise<Run> {
  const env = { ...process.env, ...(options.path === undefined ? {} : { PATH: options.path }) };
  const child = spawn(process.execPath, [programs.calls, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    if (options.stopAt !== undefined && err.includes(options.stopAt)) child.kill('SIGINT');
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

const leftovers = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('deskbeacon-calls-'));

describe('npm run demo:call', () => {
  it.skipIf(skipped)('prints one object a call, with the fields and the order that are promised', async () => {
    const { code, out, err } = await run(['--json', '--seed', '5', '--call', 'two-mobiles']);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('2 of 2 calls as expected') });
    const calls = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(calls.map(({ call }) => call)).toEqual(['two-mobiles', 'two-mobiles-second']);
    for (const call of calls) expect(Object.keys(call)).toEqual(fields);
  });

  it.skipIf(skipped)('leaves nothing behind when it is interrupted in the middle of a call', async () => {
    const before = await leftovers();
    const { code } = await run(['--messages', '--call', 'nobody-answers'], { stopAt: 'app    → proxy   SIP/2.0 180' });
    expect(code).toBe(130);
    expect(await leftovers()).toEqual(before);
    expect(spawnSync('pgrep', ['-af', 'deskbeacon-calls-'], { encoding: 'utf8' }).stdout).toBe('');
  });

  it.skipIf(skipped)('keeps a call, without answers to challenges, and draws it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'deskbeacon-kept-'));
    try {
      const file = join(folder, 'hangs-up.jsonl');
      expect(await run(['--call', 'hangs-up', '--capture', folder])).toMatchObject({ code: 0 });
      expect((await readdir(folder)).sort()).toEqual(['calls.pcap', 'hangs-up.jsonl']);
      for (const name of await readdir(folder)) {
        const kept = await readFile(join(folder, name), 'latin1');
        expect(kept).toContain('Authorization: Digest (left out)');
        expect(kept).not.toContain('response="');
      }
      const drawn = drawLadder(decodeCapture(await readFile(file, 'utf8'), file));
      expect(await run(['--draw', file])).toEqual({ code: 0, out: drawn, err: '' });
      for (const label of ['REGISTER', 'CANCEL', '487']) expect(drawn).toContain(`>${label}</text>`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.skipIf(skipped || !hasTerminal)('draws a ladder on a terminal as it happens, and ends at Ctrl-C', async () => {
    const env = { PATH: process.env.PATH ?? '' };
    const open = (call: string) => openTerminal(['--call', call], env, 80, programs.calls);
    const whole = open('hangs-up');
    for (const part of ['call 1 of 1 · hangs-up', 'a call comes in', 'the caller hangs up', '1 of 1 calls as expected'])
      await whole.until(part);
    expect(await whole.exitCode).toBe(0);
    for (const line of stripVTControlCharacters(whole.drawn()).split(/\r?\n/))
      expect([...line].length).toBeLessThanOrEqual(80);
    const stopped = open('nobody-answers');
    await stopped.until('♪ desk rings');
    stopped.type('\u0003');
    await stopped.until('ending …');
    expect(await stopped.exitCode).toBe(130);
  });

  it('says what is missing, and how to get it', async () => {
    const { code, err } = await run([], { path: '/nowhere' });
    expect(code).toBe(69);
    expect(err).toMatch(/not installed\nTry: apt-get install .*baresip-core sip-tester openssl\n$/);
  });

  it.each([
    [['--draw', '/nowhere/x.jsonl'], 66, /no such file.*\/nowhere\/x\.jsonl/],
    [['--draw', import.meta.filename], 65, /calls\.test\.ts:1: this is no JSON/],
    [['--capture', '/dev/null/x', '--call', 'gone'], 73, /^the calls cannot be kept: /],
  ] as const)('says what is wrong with a file or folder: %s', async (args, expected, what) => {
    if (expected === 73 && skipped) return;
    const { code, err, out } = await run(args);
    expect({ code, out }).toEqual({ code: expected, out: '' });
    expect(err).toMatch(what);
  });

  it('knows the names of its calls', async () => {
    const { code, err } = await run(['--call', 'nonsense']);
    expect(code).toBe(2);
    expect(err).toContain('there is no call "nonsense"; there are at-desk, pocket,');
  });
});
