import { describe, expect, it } from 'vitest';
import { siteOfProfile } from './decision/site.js';
import { ownValue, putOwn } from './own-value.js';
import { decodeProfile } from './profile/decode-profile.js';
import { decodeTraceLine } from './trace/decode-trace.js';
import { createReplay, finishReplay, type ReplayedCall, replayLine } from './trace/replay.js';

const inherited = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'];

/** A call at a desk beside another one, with everything a trace may know of both. */
function callAt(own: string, other: string): ReplayedCall {
  const header = {
    ...{ deskbeacon: 'trace', version: 1, call: 'c-1', desks: [own], wallClock: 1_795_000_000_000 },
    newestWindowsS: Object.fromEntries([[own, 1_794_999_000]]),
    site: {
      desksM: Object.fromEntries([
        [own, [0, 0]],
        [other, [1.6, 0]],
      ]),
    },
  };
  const sightings = Array.from({ length: 28 }, (_, i) => ({
    ...{ t: 20 + 50 * i, event: 'sighting', frame: 'eid' },
    ...(i % 2 === 0 ? { desk: own, rssiDbm: -52 - (i % 3) } : { desk: other, rssiDbm: -69 }),
  }));
  let replay = createReplay();
  for (const line of [
    header,
    { t: 0, event: 'call', deadlineMs: 1500 },
    { t: 3, event: 'scan-started' },
    ...sightings,
  ]) {
    const decoded = decodeTraceLine(JSON.parse(JSON.stringify(line)));
    if (!decoded.ok) throw new Error(decoded.reason);
    const step = replayLine(replay, decoded.line);
    if (!step.ok) throw new Error(step.reason);
    replay = step.replay;
  }
  const end = finishReplay(replay);
  if (!end.ok || end.finished === undefined) throw new Error('the call did not end');
  return end.finished;
}

describe('a desk that is named like what every object has', () => {
  const { heard: _ordinary, ...decided } = callAt('d-1', 'd-2');

  it.each(inherited)('%s is decided as any other, as the own desk', (name) => {
    expect(callAt(name, 'd-2')).toMatchObject(decided);
    expect(callAt(name, 'd-2').heard.own?.desk).toBe(name);
  });

  it.each(inherited)('%s is decided as any other, as the neighbour', (name) => {
    expect(callAt('d-1', name)).toMatchObject(decided);
    expect(callAt('d-1', name).heard.strongestOther?.desk).toBe(name);
  });

  it.each(inherited)('%s has its settings in a site of a profile', (name) => {
    const beacon = {
      desk: name,
      exponentK: 9,
      measuredPowerDbm: -61,
      recognitionKey: '00'.repeat(16),
      positionM: [1, 2],
    };
    const decoded = decodeProfile({
      ...{ deskbeacon: 'site-profile', version: 1, site: 's', organisationUuid: '00'.repeat(16) },
      ...{ ownDesks: [name], beacons: [beacon] },
    });
    if (!decoded.ok) throw new Error(decoded.reason);
    const site = siteOfProfile(decoded.profile);
    expect(Object.entries(site.powersDbm)).toEqual([[name, -61]]);
    expect(Object.entries(site.positionsM)).toEqual([[name, [1, 2]]]);
  });
});

describe('a table by names', () => {
  it.each(inherited)('has nothing under %s until it is put there', (name) => {
    const table: Record<string, number> = {};
    expect(ownValue(table, name)).toBeUndefined();
    putOwn(table, name, 7);
    expect(ownValue(table, name)).toBe(7);
    expect(Object.keys(table)).toEqual([name]);
  });
});

it('a profile whose version is an object is refused, whatever the object can be made into', () => {
  const version = { toString: [] };
  expect(decodeProfile({ deskbeacon: 'site-profile', version })).toEqual({
    ok: false,
    reason: 'version: expected 1, got object',
  });
});
