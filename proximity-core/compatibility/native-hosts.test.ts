import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Context, createContext, runInContext } from 'node:vm';
import { encodeHex } from '@deskbeacon/proximity-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from './build.js';
import { packetsOf, profileOf, unixMs } from './office.js';

/**
 * The hosts in Swift and Kotlin are built by nobody here. What can be held against the shipped file is: the JavaScript that the one in
 * Kotlin evaluates is run, and the names by which both call the core, tell it of events and obey it are those that it knows.
 */

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const kotlin = read('docs/examples/kotlin-host/DeskCall.kt');
const swift = read('docs/examples/swift-host/DeskCall.swift');
const host = { canHoldRing: true, canRingLate: true, canEndElsewhere: true };

/** As Kotlin's strings say it; `${quoted(x)}` and `$script` are put in afterwards. */
const evaluated = [...kotlin.matchAll(/\bevaluate\("((?:[^"\\]|\\.)*)"\)/g)].map(([, text]) =>
  (text as string).replace(/\\n/g, '\n'),
);
const codeWith = (mark: string): string => {
  const found = evaluated.filter((code) => code.includes(mark));
  expect(found, mark).toHaveLength(1);
  return found[0] as string;
};
/** What JSONObject.quote makes of a JSON text, in the parts that matter: a JSON string. */
const filled = (code: string, value: unknown): string =>
  code.replace(/\$\{quoted\(\w+\)\}/, () => JSON.stringify(JSON.stringify(value)));

interface Answer {
  readonly ok: boolean;
  readonly actions: readonly { readonly action: string; readonly reason?: string }[];
  readonly nextDeadlineMs?: number;
}

let script: string;
beforeAll(async () => {
  await ensureBuilt();
  script = read('proximity-core/dist/proximity-core.global.js');
}, 240_000);

describe('the host in Kotlin', () => {
  /** An isolate: evaluates a text, and gives texts alone, as the sandbox does. */
  function openIsolate() {
    const context: Context = createContext({});
    const evaluate = (code: string): string => {
      const value: unknown = runInContext(code, context);
      return typeof value === 'string' ? value : '';
    };
    expect(evaluate(codeWith('typeof proximityCore').replace('$script', () => script))).toBe('object');
    return evaluate;
  }
  function open(profile: object | undefined) {
    const evaluate = openIsolate();
    if (profile !== undefined) {
      expect(evaluate(filled(codeWith('.prepare('), { profile, wallClockMs: unixMs }))).toBe('');
      expect(evaluate(codeWith('.ok)'))).toBe('true');
    }
    const request = { wallClockMs: unixMs, host };
    const [withProfile, without] = evaluated.filter((code) => code.startsWith('var request'));
    evaluate(filled((profile === undefined ? without : withProfile) as string, request));
    evaluate(codeWith('.openCall('));
    return evaluate;
  }
  const step = (evaluate: (code: string) => string, event: object): Answer =>
    JSON.parse(evaluate(filled(codeWith('deskCall.step'), event))) as Answer;
  const heardAtDesk = packetsOf('desk', 1500).map(({ t, data, rssiDbm }) => {
    return { t, event: 'advertisement', address: '', rssiDbm, data: encodeHex(data) };
  });
  const call = { t: 0, event: 'call', deskPhone: 'alerting', deadlineMs: 1500 };

  it('evaluates nothing that this test does not run', () => {
    expect(evaluated).toHaveLength(9);
  });

  it('is quiet at the desk, and rings after the silence in another isolate, from the state that it kept', () => {
    const evaluate = open(profileOf());
    const actions = [call, { t: 15, event: 'scan-started', mode: 'low-latency' }, ...heardAtDesk].flatMap(
      (event) => step(evaluate, event).actions,
    );
    expect(actions.map(({ action }) => action)).toEqual(['hold-ring', 'start-scan', 'stop-scan', 'silence']);
    const { state } = JSON.parse(evaluate(codeWith('deskCall.state()'))) as { readonly state: object };
    const later = openIsolate();
    later(filled(codeWith('.resumeCall('), { state }));
    expect(step(later, { t: 4000, event: 'tick' }).actions).toEqual([]);
    expect(step(later, { t: 9900, event: 'tick' }).actions).toEqual([{ action: 'ring', reason: 'unanswered' }]);
  });

  it('rings without a profile', () => {
    expect(step(open(undefined), call).actions).toEqual([{ action: 'ring', reason: 'no-own-desk' }]);
  });

  it('keeps a state of a size that its README promises', () => {
    const evaluate = open(profileOf(50));
    for (const event of [call, ...heardAtDesk]) step(evaluate, event);
    const { length } = evaluate(codeWith('deskCall.state()'));
    const [, kilobytes = ''] = read('docs/examples/kotlin-host/README.md').match(/50 desks has about (\d+)\b/) ?? [];
    expect(Math.round(length / 1000)).toBeLessThanOrEqual(Number(kilobytes));
    expect(Math.round(length / 1000)).toBeGreaterThan(Number(kilobytes) / 2);
  });
});

describe.each([
  ['Kotlin', kotlin],
  ['Swift', swift],
])('the host in %s', (_language, source) => {
  const core = read('proximity-core/src/call/events.ts');
  const texts = new Set([...source.matchAll(/"([a-z-]+)"/g)].map(([, text]) => text as string));

  it('obeys every action there is', () => {
    const actions = new Set([...core.matchAll(/\baction: '([a-z-]+)'/g)].map(([, action]) => action as string));
    expect(actions.size).toBe(6);
    for (const action of actions) expect(texts, action).toContain(action);
  });

  it('tells of events that the core knows, by their names', () => {
    const events = new Set(
      [...core.matchAll(/\bevent: ('[a-z-]+'(?: \| '[a-z-]+')*)/g)].flatMap(
        ([, names = '']) => names.match(/[a-z-]+/g) ?? [],
      ),
    );
    const told = [...source.matchAll(/\b(?:tell\(|"event", )"([a-z-]+)"/g)].map(([, name]) => name as string);
    expect(new Set(told).size).toBeGreaterThanOrEqual(7);
    for (const name of told) expect(events, name).toContain(name);
  });
});

it('the host in Swift calls functions that are there', () => {
  const context = createContext({});
  runInContext(script, context);
  const names = runInContext('Object.keys(proximityCore).concat(Object.keys(proximityCore.openCall("{}")))', context);
  const called = [...swift.matchAll(/\b(?:ask\(\w+, |call\()"(\w+)"/g)].map(([, name]) => name as string);
  expect(new Set(called)).toEqual(new Set(['prepare', 'openCall', 'resumeCall', 'step', 'state']));
  for (const name of called) expect(names).toContain(name);
});
