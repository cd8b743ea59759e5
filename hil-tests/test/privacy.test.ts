import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Building, openBuilding } from '../src/calls/building.js';
import type { BuildingEvent } from '../src/calls/events.js';
import type { TelephoneCall } from '../src/calls/judge.js';
import { plannedCalls } from '../src/calls/plan.js';
import { lastingWrites, type SystemCall, scanSwitches, strayPackets, traceProcess } from '../src/calls/system-calls.js';
import { isInstalled, whyNoCalls } from '../src/calls/why-no-calls.js';
import { mustSkip } from '../src/rigs/require-rig.js';

/** What an app may publish, one test a sentence: docs/privacy-claims.md names them. Seen from outside, by the kernel. */

const why = whyNoCalls() ?? (isInstalled('strace') ? undefined : 'strace: not installed');
const skipped = mustSkip('calls', why);
const STOP_LIMIT_MS = 50;
const BETWEEN_MS = 3000;

interface Watched {
  readonly result: TelephoneCall;
  readonly systemCalls: readonly SystemCall[];
  readonly events: readonly BuildingEvent[];
}

describe.skipIf(skipped)(`the privacy of a softphone app${skipped ? ` (${why})` : ''}`, () => {
  let directory: string;
  let building: Building;
  let events: BuildingEvent[] = [];
  let silent: Watched;
  let rings: Watched;
  let between: readonly SystemCall[];

  const watch = async <T>(name: string, work: () => Promise<T>): Promise<[T, readonly SystemCall[]]> => {
    const traced = await traceProcess(building.app.child.process.pid as number, join(directory, name));
    const result = await work();
    return [result, await traced.stop()];
  };
  const watchCall = async (name: string): Promise<Watched> => {
    const planned = plannedCalls.find((one) => one.call === name) as (typeof plannedCalls)[0];
    events = [];
    const [results, systemCalls] = await watch(name, () => building.call(planned));
    return { result: results[0] as TelephoneCall, systemCalls, events };
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacon-privacy-'));
    building = await openBuilding(1, (event) => events.push(event));
    silent = await watchCall('at-desk');
    rings = await watchCall('corridor');
    [, between] = await watch('between', () => pause(BETWEEN_MS));
  });
  afterAll(async () => {
    await building?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('was watched in two calls, one silent and one not', () => {
    // How late things may be is judged without a tracer, which stops the app at each of its system calls: calls.test.ts.
    expect(silent.result, silent.result.findings.join('; ')).toMatchObject({ decision: 'silence', answeredBy: 'desk' });
    expect(rings.result, rings.result.findings.join('; ')).toMatchObject({ decision: 'ring', answeredBy: 'mobile' });
    for (const { systemCalls } of [silent, rings]) expect(systemCalls.length).toBeGreaterThan(20);
  });

  it('scans only during an incoming call', () => {
    expect(scanSwitches(between)).toEqual([]);
    for (const { systemCalls, events: all } of [silent, rings]) {
      const [first, ...later] = scanSwitches(systemCalls).filter(({ on }) => on);
      expect(later).toEqual([]);
      expect(first?.unixMs).toBeGreaterThan(instantOf(all, 'invited'));
      expect(first?.unixMs).toBeLessThan(instantOf(all, 'over'));
    }
  });

  it('stops scanning with the decision', () => {
    for (const { systemCalls, events: all } of [silent, rings]) {
      const last = scanSwitches(systemCalls).at(-1);
      expect(last?.on).toBe(false);
      expect((last?.unixMs ?? Number.NaN) - instantOf(all, 'decided')).toBeLessThanOrEqual(STOP_LIMIT_MS);
    }
  });

  it('writes nothing that stays', () => {
    for (const { systemCalls } of [silent, rings]) expect(lastingWrites(systemCalls)).toEqual([]);
    expect(lastingWrites(between)).toEqual([]);
  });

  it('sends nothing but SIP, and nothing at all between calls', () => {
    for (const { systemCalls } of [silent, rings]) expect(strayPackets(systemCalls, building.proxyPort)).toEqual([]);
    expect(strayPackets(between, 0)).toEqual([]);
  });

  it('says the same in SIP whether it is at the desk or not, until somebody answers', () => {
    const said = ({ events: all }: Watched): readonly string[] => sentByApp(all).map(withoutRandom);
    const [quiet, loud] = [said(silent), said(rings)];
    // The one is answered at the desk and the other on the mobile: all before that is alike.
    const ringing = quiet.findIndex((text) => text.startsWith('SIP/2.0 180'));
    expect(ringing).toBeGreaterThan(0);
    expect(loud.slice(0, ringing + 1)).toEqual(quiet.slice(0, ringing + 1));
    expect(quiet[ringing + 1]).toMatch(/^SIP\/2\.0 200 OK\r\n.*CSeq: \* CANCEL/s);
  });

  it('names no beacon, no desk, no level and no decision in what it sends', () => {
    for (const { events: all, result } of [silent, rings]) {
      // The caller's name for the call is no word of the app's.
      for (const text of sentByApp(all).map(withoutRandom)) {
        expect(text).not.toMatch(/rssi|dbm|beacon|bluetooth|silence|desk/i);
        expect(text).not.toContain(String(result.reason));
      }
    }
  });

  it('is what docs/privacy-claims.md says, each sentence with a test of this file', async () => {
    const page = await readFile(fileURLToPath(new URL('../../docs/privacy-claims.md', import.meta.url)), 'utf8');
    const here = await readFile(fileURLToPath(import.meta.url), 'utf8');
    const tests = [...here.matchAll(/^ {2}it\('([^']+)'/gm)].map(([, name]) => name);
    const named = [...page.matchAll(/^\|.*\| `([^`]+)` \|$/gm)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(4);
    expect(tests).toEqual(expect.arrayContaining(named));
  });
});

function instantOf(events: readonly BuildingEvent[], news: string): number {
  const found = events.find((event) => event.type === 'app' && event.news.news === news);
  return found?.type === 'app' ? found.news.unixMs : Number.NaN;
}

function sentByApp(events: readonly BuildingEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'message' && event.from === 'app' ? [event.message.text] : []));
}

/** What is drawn anew for each message, call, connection or registration. */
function withoutRandom(text: string): string {
  return text
    .replace(/branch=[\w.-]+/g, 'branch=*')
    .replace(/tag=[\w.-]+/g, 'tag=*')
    .replace(/^Call-ID: .*$/gm, 'Call-ID: *')
    .replace(/^CSeq: \d+/gm, 'CSeq: *')
    .replace(/:\d{4,5}/g, ':*')
    .replace(/(nonce|response|cnonce|nc)="?[\w+/=-]+"?/g, '$1=*');
}
