import { createReplay, decodeTraceLine, finishReplay, type ReplayedCall, replayLine } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { type CallSetting, type OfficeCall, takeCall } from './office-call.js';
import { drawKeys } from './office-keys.js';
import { describePlace, isOutside, keepInOffice, officePlan } from './office-plan.js';
import { beginWalk } from './office-walk.js';
import { SAMPLE_SEED, sampleNames, sampleTrace } from './samples.js';

const seed = SAMPLE_SEED;
const keys = drawKeys(seed);
const profile = beginWalk(seed, keys).finish();

function placed(id: string): CallSetting['at'] {
  const place = officePlan.places.find((one) => one.id === id);
  if (place === undefined) throw new Error(`no place ${id}`);
  return place.at;
}

function call(place: string, changes: Partial<CallSetting> = {}): OfficeCall {
  const usual = { hasForger: false, hasOwnPower: true, isBluetoothOn: true, canWatch: false } as const;
  return takeCall({ seed, number: 1, at: placed(place), pose: 'hand', ...usual, ...changes }, keys, profile);
}

function replayed(text: string): ReplayedCall | undefined {
  let replay = createReplay({ profile });
  for (const line of text.trimEnd().split('\n')) {
    const decoded = decodeTraceLine(JSON.parse(line));
    if (!decoded.ok) throw new Error(decoded.reason);
    const next = replayLine(replay, decoded.line);
    if (!next.ok) throw new Error(next.reason);
    replay = next.replay;
  }
  const ended = finishReplay(replay);
  return ended.ok ? ended.finished : undefined;
}

describe('a call in the office', () => {
  it('is silent at the desk, and rings after eight seconds', () => {
    const taken = call('at-desk');
    taken.advanceTo(1500);
    expect(taken.track.finish().call).toMatchObject({ decision: 'silence', reason: 'at-own-desk' });
    const { ringsAtMs = 0, ...ringing } = taken.ringing();
    expect(ringing).toEqual({ desk: 'ringing', mobile: 'quiet' });
    taken.advanceTo(ringsAtMs - 1);
    expect(taken.ringing().mobile).toBe('quiet');
    taken.advanceTo(ringsAtMs);
    expect(taken.ringing()).toEqual({ desk: 'ringing', mobile: 'ringing' });
  });

  it.each([
    ['in the next room', 'next-room', {}, 'away'],
    ['out of the building', 'outside', {}, 'nothing-heard'],
    ['with Bluetooth off', 'at-desk', { isBluetoothOn: false }, 'bluetooth-off'],
    ['beside a forger', 'outside', { hasForger: true }, 'stale-identity'],
    ['without the beacon’s power', 'at-desk', { hasOwnPower: false }, 'own-desk-not-heard'],
  ] as const)('rings %s', (_where, place, changes, reason) => {
    const taken = call(place, changes);
    taken.advanceTo(1500);
    expect(taken.track.finish().call).toMatchObject({ decision: 'ring', reason });
    expect(taken.ringing()).toEqual({ desk: 'ringing', mobile: 'ringing' });
  });

  it('rings early when the phone is carried off while it is silent, where the app may listen on', () => {
    const taken = call('at-desk', { canWatch: true });
    taken.advanceTo(1500);
    expect(taken.ringing().mobile).toBe('quiet');
    taken.move(placed('outside'), 'hand');
    taken.advanceTo(7000);
    expect(taken.track.state().rangLate?.reason).toBe('left-desk');
  });

  it('is the same however finely time is cut', () => {
    const [coarse, fine] = [call('next-desk'), call('next-desk')];
    coarse.advanceTo(10_000);
    for (let ms = 0; ms <= 10_000; ms += 7) fine.advanceTo(ms);
    fine.advanceTo(10_000);
    expect(fine.toTrace()).toBe(coarse.toTrace());
  });

  it('replays from its record to the same decision', () => {
    for (const place of officePlan.places) {
      const taken = call(place.id, { number: 5 });
      taken.advanceTo(2000);
      taken.end('desk');
      expect(replayed(taken.toTrace())).toEqual(taken.track.finish().call);
    }
  });

  it('tells the phone nothing but what its radio hears: no key of another desk is in its profile', () => {
    const withKeys = profile.beacons.filter(({ temporaryKeys }) => temporaryKeys !== undefined);
    expect(withKeys.map(({ desk }) => desk)).toEqual([officePlan.own.id]);
  });

  it('ends when somebody answers, and stays so', () => {
    const taken = call('at-desk');
    taken.advanceTo(1500);
    taken.end('desk');
    taken.advanceTo(60_000);
    expect(taken.ringing()).toEqual({ desk: 'answered', mobile: 'idle' });
    expect(taken.nowMs()).toBe(1500);
  });
});

describe('the samples', () => {
  it.each([
    ['at-desk', 'silence', 'at-own-desk'],
    ['next-room', 'ring', 'away'],
    ['forged', 'ring', 'stale-identity'],
  ] as const)('%s is a %s', (name, decision, reason) => {
    expect(sampleNames).toContain(name);
    expect(replayed(sampleTrace(name, keys, profile))).toMatchObject({ decision, reason });
  });
});

describe('the plan', () => {
  it('keeps a phone inside, or lets it be gone', () => {
    expect(keepInOffice({ xM: -3, yM: 99 })).toEqual({ xM: 0.1, yM: 7.7 });
    expect(isOutside(keepInOffice({ xM: 8.5, yM: 1 }))).toBe(true);
  });

  it('says where a phone is', () => {
    expect(describePlace(placed('at-desk'))).toBe('at your desk, 0.5 m from your desk phone');
    expect(describePlace(placed('next-room'))).toBe(
      'in the next room, 1.8 m from your desk phone, a wall of 6 dB between',
    );
    expect(describePlace(placed('outside'))).toBe('out of the building, 42 m from your desk phone');
  });
});
