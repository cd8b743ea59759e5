import { describe, expect, it } from 'vitest';
import { encodeHex } from '../advertisement/bytes.js';
import { createCall } from '../call/state.js';
import { step } from '../call/step.js';
import { neighbourKey, nowMs, organisation, profile, recognitionKey } from '../call/testing/desk.js';
import { deriveRecognitionId } from '../identity/recognition.js';
import { counterAt } from '../identity/window.js';
import { compileLookup } from '../profile/lookup.js';
import {
  fromIBeaconRanging,
  fromIBeaconRangingError,
  ibeaconRangingOptions,
  ibeaconRangingReasons,
} from './ibeacon-ranging.js';

const lookup = compileLookup(profile, nowMs);
/** `01020304-0506-0708-090A-0B0C0D0E0F10`, as iOS writes it. */
const uuid = encodeHex(organisation)
  .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  .toUpperCase();
const own = deriveRecognitionId(recognitionKey, counterAt(nowMs, 0), 9);
const east = deriveRecognitionId(neighbourKey, counterAt(nowMs, 0), 9);

describe('parsed iBeacon ranging', () => {
  it('names the desk whose beacon it is, by an upper-case UUID', () => {
    expect(fromIBeaconRanging({ uuid, ...own, rssi: -58 }, 5, lookup)).toEqual([
      { t: 5, event: 'ranging', desk: 'own', rssiDbm: -58 },
    ]);
  });

  it('comes as the list of a cycle or within an event, each beacon by itself', () => {
    const list = [
      { uuid, ...own, rssi: -58 },
      { uuid: uuid.toLowerCase(), ...east, rssi: -70 },
    ];
    const expected = [
      { t: 1, event: 'ranging', desk: 'own', rssiDbm: -58 },
      { t: 1, event: 'ranging', desk: 'east', rssiDbm: -70 },
    ];
    expect(fromIBeaconRanging(list, 1, lookup)).toEqual(expected);
    expect(
      fromIBeaconRanging({ region: { identifier: 'office' }, beacons: list } as { beacons: typeof list }, 1, lookup),
    ).toEqual(expected);
    expect(fromIBeaconRanging([], 1, lookup)).toEqual([]);
  });

  it('has no level on Android and 0 on iOS where it does not know one: the core drops both as no level', () => {
    for (const level of [{}, { rssi: 0 }, { rssi: null }, { rssi: 127 }]) {
      const beacon = { uuid, ...own, ...level, distance: 0.4 };
      const events = fromIBeaconRanging(beacon, 10, lookup);
      let state = step(createCall({ profile, wallClockMs: nowMs }), { t: 0, event: 'call' }).state;
      for (const event of [{ t: 1, event: 'scan-started', mode: 'ranging' } as const, ...events]) {
        state = step(state, event).state;
      }
      expect(state.evidence.dropped).toEqual({ sentinel: 1 });
      expect(state.evidence.used).toBe(0);
    }
  });

  it('says the same whatever distance, accuracy and proximity say', () => {
    const plain = fromIBeaconRanging({ uuid, ...own, rssi: -80 }, 0, lookup);
    const guesses = [
      { accuracy: -1, proximity: 'UNKNOWN' },
      { accuracy: '0.04', proximity: 'IMMEDIATE' },
      { accuracy: 0.01, proximity: 1 },
      { distance: 0.1, proximity: 'CLProximityImmediate', txPower: -4 },
    ];
    for (const guess of guesses) {
      expect(fromIBeaconRanging({ uuid, ...own, rssi: -80, ...guess }, 0, lookup)).toEqual(plain);
    }
  });

  it('tells another beacon of the organisation as one of the site, unknown whose and unproven', () => {
    expect(fromIBeaconRanging({ uuid, major: 1, minor: 1, rssi: -58 }, 5, lookup)).toEqual([
      { t: 5, event: 'sighting', desk: null, rssiDbm: -58, frame: 'ibeacon', authenticated: false },
    ]);
  });

  it('says nothing of strangers, of a value that two desks share, and of numbers that are none', () => {
    const stranger = 'FDA50693-A4E2-4FB1-AFCF-C6EB07647825';
    expect(fromIBeaconRanging({ uuid: stranger, ...own, rssi: -50 }, 0, lookup)).toEqual([]);
    const id = Object.keys(lookup.recognitionIds)[0] as string;
    const shared = { ...lookup, recognitionIds: { [id]: null } };
    const ids = { major: Number.parseInt(id.slice(0, 4), 16), minor: Number.parseInt(id.slice(4), 16) };
    expect(fromIBeaconRanging({ uuid, ...ids, rssi: -50 }, 0, shared)).toEqual([]);
    for (const major of [-1, 65536, 0.5, Number.NaN, '', '1x', null]) {
      expect(fromIBeaconRanging({ uuid, major: major as number, minor: 1, rssi: -50 }, 0, lookup)).toEqual([]);
    }
    // iOS before 13 behind react-native-beacon-radar.
    expect(fromIBeaconRanging([{}] as never, 0, lookup)).toEqual([]);
  });

  it('reads numbers that a bridge made texts of', () => {
    const text = { uuid, major: String(own.major), minor: String(own.minor), rssi: -58 };
    expect(fromIBeaconRanging(text as never, 0, lookup)).toMatchObject([{ event: 'ranging', desk: 'own' }]);
  });

  it('says nothing without the identities of the call', () => {
    expect(fromIBeaconRanging({ uuid, ...own, rssi: -58 }, 0)).toEqual([]);
  });

  it('proves nothing, however often and however loudly it is heard', () => {
    let state = step(createCall({ profile, wallClockMs: nowMs }), { t: 0, event: 'call' }).state;
    state = step(state, { t: 1, event: 'scan-started', mode: 'ranging' }).state;
    for (let t = 10; t < 1500; t += 100) {
      for (const event of fromIBeaconRanging({ uuid, ...own, rssi: -30 }, t, lookup)) state = step(state, event).state;
    }
    state = step(state, { t: 1500, event: 'tick' }).state;
    expect(state.evidence.beacons.own).toMatchObject({ authenticated: 0, cycles: 15 });
    expect(state.decision?.decision).toBe('ring');
  });

  it.each([
    [1, 'unauthorized'],
    [16, 'bluetooth-off'],
    [17, 'internal'],
    [99, 'internal'],
  ])('fails with the code %d of Core Location, which is %s', (code, reason) => {
    expect(fromIBeaconRangingError({ code }, 1)).toEqual([{ t: 1, event: 'scan-failed', reason }]);
  });

  it('says why of every option', () => {
    expect(Object.keys(ibeaconRangingReasons)).toEqual(Object.keys(ibeaconRangingOptions));
  });
});
