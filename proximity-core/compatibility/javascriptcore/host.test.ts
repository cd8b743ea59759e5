import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeHex } from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../build.js';
import { mustSkip } from '../must-skip.js';
import { packetsOf, profileOf, unixMs } from '../office.js';

/** The host of docs/examples/javascriptcore-host, compiled, with the file that is shipped: a program, its lines and its exit code. */

const source = fileURLToPath(new URL('../../../docs/examples/javascriptcore-host/host.c', import.meta.url));
const core = fileURLToPath(new URL('../../dist/proximity-core.global.js', import.meta.url));
const LIBRARY = 'javascriptcoregtk-4.1';
const hasHeaders = spawnSync('pkg-config', ['--exists', LIBRARY]).status === 0;
const why = hasHeaders ? undefined : `apt-get install lib${LIBRARY}-dev pkg-config`;

interface Did {
  readonly atMs?: number;
  readonly action: string;
  readonly reason?: string;
  readonly ringAfterMs?: number;
}
interface Played {
  readonly did: readonly Did[];
  readonly code: number | null;
  readonly err: string;
}

const host = { canHoldRing: true, canRingLate: true, canEndElsewhere: true };
const profile = `profile ${JSON.stringify({ profile: profileOf(), wallClockMs: unixMs })}`;
const push = [
  `call ${JSON.stringify({ wallClockMs: unixMs, host })}`,
  '0 {"event":"call","deskPhone":"alerting"}',
  '15 {"event":"scan-started","mode":"low-latency"}',
];
const heard = (place: 'desk' | 'away', fromMs = 0): readonly string[] =>
  packetsOf(place, 1500)
    .filter(({ t }) => t > 15 && t >= fromMs)
    .map(({ t, data, rssiDbm }) => {
      return `${t} ${JSON.stringify({ event: 'advertisement', address: '', rssiDbm, data: encodeHex(data) })}`;
    });

describe.skipIf(mustSkip('JavaScriptCore', why))('the host over bare JavaScriptCore', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);
  beforeAll(async () => {
    await ensureBuilt();
    folder = mkdtempSync(join(tmpdir(), 'deskbeacon-jsc-host-'));
    const flags = execFileSync('pkg-config', ['--cflags', '--libs', LIBRARY], { encoding: 'utf8' }).trim().split(/\s+/);
    execFileSync('gcc', ['-O1', '-Wall', '-Wextra', '-Werror', '-o', file('host'), source, ...flags, '-lm']);
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function play(lines: readonly string[], options: { readonly core?: string; readonly state?: string } = {}): Played {
    const words = [...(options.state === undefined ? [] : ['--state', options.state]), options.core ?? core];
    const ran = spawnSync(file('host'), words, { input: `${lines.join('\n')}\n`, encoding: 'utf8', timeout: 20_000 });
    const did = ran.stdout
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Did);
    return { did, code: ran.status, err: ran.stderr };
  }
  const actions = ({ did }: Played): readonly string[] => did.map(({ action }) => action);
  function coreThat(script: string): string {
    writeFileSync(file('other.js'), script);
    return file('other.js');
  }

  it('is quiet at the desk, stops the scan with the decision, and rings after eight seconds', () => {
    const played = play([profile, ...push, ...heard('desk')]);
    expect(actions(played)).toEqual(['hold-ring', 'start-scan', 'stop-scan', 'silence', 'ring']);
    const [, , stop, silence, ring] = played.did;
    expect(silence).toMatchObject({ atMs: stop?.atMs, reason: 'at-own-desk', ringAfterMs: 8000 });
    expect(silence?.atMs).toBeLessThanOrEqual(1500);
    expect(ring).toEqual({ atMs: (silence?.atMs as number) + 8000, action: 'ring', reason: 'unanswered' });
    expect(played).toMatchObject({ code: 0, err: '' });
  });

  it('rings where other desks are heard and the own one is not, and where nothing is', () => {
    for (const lines of [heard('away'), []]) {
      const played = play([profile, ...push, ...lines]);
      expect(actions(played)).toEqual(['hold-ring', 'start-scan', 'stop-scan', 'ring']);
      expect(played.did.at(-1)?.atMs).toBeLessThanOrEqual(1500);
      expect(played.code).toBe(0);
    }
  });

  it('rings when the scan is refused, and for nobody after somebody answered', () => {
    const refused = play([profile, ...push.slice(0, 2), '12 {"event":"scan-failed","reason":"unauthorized"}']);
    expect(refused.did.at(-1)).toEqual({ atMs: 12, action: 'ring', reason: 'bluetooth-unauthorized' });
    const answered = play([profile, ...push, ...heard('desk'), '3000 {"event":"answered","by":"desk"}']);
    expect(actions(answered)).toEqual(['hold-ring', 'start-scan', 'stop-scan', 'silence', 'end-elsewhere']);
  });

  it('rings without a profile and with one that is broken, which it says when it is fetched', () => {
    expect(play(push).did).toEqual([{ atMs: 0, action: 'ring', reason: 'no-own-desk' }]);
    const broken = play(['profile {"profile":{"deskbeacon":"site-profile"},"wallClockMs":0}', ...push]);
    expect(broken.did).toEqual([{ atMs: 0, action: 'ring', reason: 'no-own-desk' }]);
    expect(broken.err).toContain('the profile is not right');
  });

  it('rings, the scan stopped, when a line or an event is none', () => {
    for (const line of ['200 {"event":"sighting"}', '200 []', 'nonsense', '200 {"event":"nothing"}', 'nan {}']) {
      const played = play([profile, ...push, line]);
      expect(actions(played), line).toEqual(['hold-ring', 'start-scan', 'stop-scan', 'ring']);
      expect(played.did.at(-1)).toMatchObject({ reason: 'host-failed' });
      expect(played.code).toBe(1);
    }
  });

  it('rings when the core cannot be read, does not run, throws, or gives nonsense', () => {
    const gives = (step: string): string =>
      coreThat(`globalThis.proximityCore = { openCall: function () { return { step: function () { ${step} } } } };`);
    for (const other of [file('none.js'), coreThat('this is no script'), coreThat('var proximityCore = 7')]) {
      expect(play([profile, ...push], { core: other }).did, other).toEqual([
        { atMs: 0, action: 'ring', reason: 'host-failed' },
      ]);
    }
    for (const step of [
      'throw new Error()',
      'return 7',
      'return "{"',
      'return \'{"ok":false}\'',
      'return \'{"ok":true}\'',
    ])
      expect(play(push, { core: gives(step) }).did, step).toEqual([{ atMs: 0, action: 'ring', reason: 'host-failed' }]);
  });

  it('rings without JavaScript when it does not come back', () => {
    const endless = 'globalThis.proximityCore = { openCall: function () { for (;;); } };';
    for (const script of [endless, 'for (;;);']) {
      const beganMs = performance.now();
      const played = play([...push], { core: coreThat(script) });
      expect(played).toMatchObject({ did: [{ action: 'ring', reason: 'host-hung' }], code: 3 });
      expect(performance.now() - beganMs).toBeLessThan(5000);
    }
  });

  it('goes on with a silent call after its process died, and rings eight seconds after the silence began', () => {
    const state = file('silent.json');
    const first = play([profile, ...push, ...heard('desk')], { state });
    expect(actions(first)).toEqual(['hold-ring', 'start-scan', 'stop-scan', 'silence']);
    const silentAtMs = first.did.at(-1)?.atMs as number;
    const later = play(['4000 {"event":"tick"}', '20000 {"event":"call-ended"}'], { state });
    expect(later.did).toEqual([{ atMs: silentAtMs + 8000, action: 'ring', reason: 'unanswered' }]);
    expect(existsSync(state)).toBe(false);
  });

  it('rings when the process died before the decision, and again when it died while it rang', () => {
    const state = file('deciding.json');
    expect(actions(play([profile, ...push, ...heard('desk').slice(0, 3)], { state }))).toEqual([
      'hold-ring',
      'start-scan',
    ]);
    expect(statSync(state).size).toBeGreaterThan(500);
    const deciding = play(['700 {"event":"tick"}'], { state });
    expect(deciding.did.map(({ action, reason }) => [action, reason])).toEqual([['ring', 'scan-failed']]);
    const ringing = play(['900 {"event":"tick"}'], { state });
    expect(ringing.did).toEqual([{ atMs: 900, action: 'ring', reason: 'host-failed' }]);
  });

  it('rings when what has to be kept cannot be, and when what was kept is broken', () => {
    const unkept = play([profile, ...push], { state: join(folder, 'no-such-folder', 'state.json') });
    expect(unkept.did).toEqual([{ atMs: 0, action: 'ring', reason: 'host-failed' }]);
    const state = file('broken.json');
    for (const text of ['{}', '{"version":1}', 'no JSON', '']) {
      writeFileSync(state, text);
      const played = play(['4000 {"event":"tick"}'], { state });
      expect(played.did, text).toEqual([{ atMs: 4000, action: 'ring', reason: 'host-failed' }]);
    }
  });
});
