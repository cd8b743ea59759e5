import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { neighbourKey, nowMs, profile } from '../call/testing/desk.js';
import { deriveRecognitionId } from '../identity/recognition.js';
import { counterAt } from '../identity/window.js';
import { libraries } from '../scanners/table.js';
import { errorCodes } from './errors.js';
import { proximityCore } from './facade.js';
import { ask, asked, eventsAtDesk, octets, stateOf, tell } from './testing/ask.js';
import { proximityCoreTools } from './tools.js';

const error = (code: keyof typeof errorCodes, message?: string): object => ({
  ok: false,
  error: { code, message: message === undefined ? expect.any(String) : expect.stringContaining(message) },
});

describe('the facade', () => {
  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(proximityCore.version).toBe(version);
  });

  it('becomes `proximityCore` of whatever world its entry is run in, and `proximityCoreTools` of its other entry', async () => {
    await import('./global.js');
    await import('./tools-global.js');
    expect(globalThis).toMatchObject({ proximityCore, proximityCoreTools });
  });

  it('takes a call from push to silence to a late ring', () => {
    const call = proximityCore.openCall(JSON.stringify({ profile, wallClockMs: nowMs }));
    const answers = eventsAtDesk().map((event) => tell(call, event));
    expect(answers[0]).toEqual({
      ok: true,
      actions: [{ action: 'hold-ring' }, { action: 'start-scan', mode: 'low-latency' }],
      nextDeadlineMs: 250,
      phase: 'deciding',
    });
    const silenced = answers.find(({ phase }) => phase === 'silent');
    expect(silenced?.actions).toEqual([
      { action: 'stop-scan' },
      { action: 'silence', reason: 'at-own-desk', ringAfterMs: 8000 },
    ]);
    expect(tell(call, { t: 20_000, event: 'tick' })).toEqual({
      ok: true,
      actions: [{ action: 'ring', reason: 'unanswered' }],
      phase: 'ringing',
    });
  });

  it('rings for a call without a profile, for it has no desk', () => {
    const call = proximityCore.openCall('{}');
    expect(tell(call, { t: 0, event: 'call' })).toMatchObject({ actions: [{ action: 'ring', reason: 'no-own-desk' }] });
  });

  it('answers with its error whatever is asked of a call that could not be opened', () => {
    for (const [request, fault] of [
      [{ profile, wallClockMs: 'noon' }, error('bad-request', 'wallClockMs')],
      [{ profile }, error('bad-request', 'wallClockMs')],
      [{ profile: { ...profile, site: 7 }, wallClockMs: nowMs }, error('bad-profile', 'profile.site')],
      [{ prepared: { profile }, wallClockMs: nowMs }, error('bad-prepared')],
      [{ traceSite: { intervalMs: 1 } }, error('bad-request', 'traceSite.intervalMs')],
      [{ traceSite: {}, profile, wallClockMs: nowMs }, error('bad-request', 'profile and traceSite')],
      [{ desks: 'd-1' }, error('bad-request', 'desks')],
      [{ host: { canWatch: 1 } }, error('bad-request', 'host')],
      [{ phone: { offsetDb: 99, sdDb: 2 } }, error('bad-request', 'phone')],
      [{ newestWindowsS: { own: -1 } }, error('bad-request', 'newestWindowsS')],
    ] as const) {
      const call = proximityCore.openCall(JSON.stringify(request));
      expect(tell(call, { t: 0, event: 'call' })).toEqual(fault);
      expect(JSON.parse(call.state())).toEqual(fault);
      expect(ask('createCall', request)).toEqual(fault);
    }
  });

  it('leaves a call as it was when an event is wrong', () => {
    const call = proximityCore.openCall(JSON.stringify({ profile, wallClockMs: nowMs }));
    tell(call, { t: 0, event: 'call' });
    const before = call.state();
    for (const event of [{ t: 5, event: 'sneeze' }, { t: -1, event: 'tick' }, { t: 1e300, event: 'tick' }, [], 7]) {
      expect(tell(call, event).ok).toBe(false);
    }
    expect(tell(call, { deskbeacon: 'trace', version: 1, call: 'c' })).toEqual(error('bad-event', 'header'));
    expect(call.step(`{"t":1,"event":"tick","x":"${'y'.repeat(5000)}"}`)).toContain('"too-long"');
    expect(call.state()).toBe(before);
  });

  it('decodes advertising data to fields and octets in hexadecimal', () => {
    expect(ask('decodeAdvertisement', { data: '0201060303aafe0d16aafe30ee0001020304050607' })).toEqual({
      ok: true,
      frames: [{ kind: 'eddystone-eid', txPowerAt0mDbm: -18, eid: '0001020304050607' }],
      structures: [
        { type: 1, data: '06' },
        { type: 3, data: 'aafe' },
        { type: 22, data: 'aafe30ee0001020304050607' },
      ],
      malformed: [],
    });
    expect(ask('decodeAdvertisement', { data: octets(9, 1) })).toEqual(
      error('bad-advertisement', 'structure-past-end'),
    );
    expect(ask('decodeAdvertisement', { data: 'xx' })).toEqual(error('bad-advertisement', 'hexadecimal'));
    expect(ask('decodeAdvertisement', {})).toEqual(error('bad-advertisement'));
  });

  it('makes events of what every library reports, and none of what is no report', () => {
    const advertised = { address: 'A', rssiDbm: -60, data: '020106' };
    expect(ask('toEvent', { library: 'ble-plx', report: { id: 'A', rssi: -60, rawScanRecord: 'AgEG' }, t: 5 })).toEqual(
      {
        ok: true,
        events: [{ t: 5, event: 'advertisement', ...advertised }],
      },
    );
    for (const data of ['AgEG', [2, 1, 6], { type: 'Buffer', data: [2, 1, 6] }]) {
      const answer = ask('toEvent', { library: 'noble', report: { ...advertised, data }, t: 5 });
      expect(answer).toEqual({ ok: true, events: [{ t: 5, event: 'advertisement', ...advertised }] });
    }
    for (const library of libraries) {
      for (const report of [undefined, null, [], 'x', {}]) {
        expect(ask('toEvent', { library, report, t: 5 })).toMatchObject({ ok: true });
      }
    }
    expect(ask('toEvent', { library: 'constructor', report: {}, t: 5 })).toEqual(error('unknown-library', 'noble'));
    expect(ask('toEvent', { library: 'noble', report: {}, t: '5' })).toEqual(error('bad-request', 't:'));
  });

  it('tells in a call whose beacon a cycle of ranging measured', () => {
    const call = proximityCore.openCall(JSON.stringify({ profile, wallClockMs: nowMs }));
    const { major, minor } = deriveRecognitionId(neighbourKey, counterAt(nowMs, 0), 9);
    const report = { uuid: profile.organisationUuid, major, minor, rssi: -61 };
    const answer = JSON.parse(call.ranged(JSON.stringify({ report, t: 900 })));
    expect(answer).toMatchObject({ ok: true, events: [{ t: 900, event: 'ranging', desk: 'east', rssiDbm: -61 }] });
    expect(tell(call, answer.events[0])).toMatchObject({ ok: true });
    expect(JSON.parse(call.ranged(JSON.stringify({ report, t: -1 })))).toEqual(error('bad-request', 't:'));
    expect(ask('toEvent', { library: 'ibeacon-ranging', report, t: 900 })).toEqual({ ok: true, events: [] });
  });

  it('says of everything that is no request why it is none', () => {
    for (const name of [
      'prepare',
      'createCall',
      'step',
      'replay',
      'explain',
      'decodeAdvertisement',
      'toEvent',
    ] as const) {
      const call = asked[name] as (given: unknown) => string;
      for (const given of [undefined, null, 7, {}, '', '{', 'nonsense']) {
        expect(JSON.parse(call(given))).toEqual(error('bad-json'));
      }
      for (const given of ['[]', '7', 'null', '"text"']) expect(JSON.parse(call(given))).toEqual(error('bad-request'));
      expect(JSON.parse(call('['.repeat(5000)))).toMatchObject({ ok: false });
      expect(JSON.parse(call(`{"a":${'['.repeat(3000)}${']'.repeat(3000)}}`))).toMatchObject({ ok: false });
    }
  });

  it('has a sentence for every code', () => {
    for (const sentence of Object.values(errorCodes)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('knows after a call what a host may remember for the next', () => {
    const call = proximityCore.openCall(JSON.stringify({ profile, wallClockMs: nowMs }));
    for (const event of eventsAtDesk()) tell(call, event);
    const { evidence } = stateOf(call) as { evidence: { provenWindowsS: Record<string, number> } };
    const again = ask('createCall', { profile, wallClockMs: nowMs, newestWindowsS: evidence.provenWindowsS });
    expect(again).toMatchObject({ ok: true, state: { evidence: { windowsS: evidence.provenWindowsS } } });
    expect(Object.keys(evidence.provenWindowsS)).toEqual(['own']);
  });
});
