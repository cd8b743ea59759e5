import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateDesk } from '../../services/calibrate/calibrate-desk.js';
import { officeProfile, walkOffice } from '../../services/calibrate/testing/simulated-walk.js';
import { linesFor } from './calibrate-lines.js';
import {
  type CalibrateEvent,
  type CalibrateState,
  initialCalibrate,
  ownLevelDb,
  reduceCalibrate,
  restLevelDb,
  STRIP_LENGTH,
} from './calibrate-state.js';
import { viewCalibration, wrapWords } from './calibrate-view.js';
import { walkGuide } from './walk-guide.js';

const begun: CalibrateEvent = { type: 'begun', desk: 'd-1', steps: walkGuide, receiver: 'phone' };
const start = reduceCalibrate(initialCalibrate, begun);

function heard(desk: string, levelDb: number, atMs: number): CalibrateEvent {
  return { type: 'heard', desk, levelDb, atMs };
}

describe('the state of a calibration', () => {
  it('goes on when a step has enough, and not back when somebody adds to an earlier one', () => {
    let state = start;
    for (const step of [0, 0, 0, 1]) state = reduceCalibrate(state, { type: 'pose-taken', step });
    expect(state).toMatchObject({ current: 1, isRecording: false });
    state = reduceCalibrate(state, { type: 'pose-taken', step: 0 });
    expect(state.steps[0]?.taken).toBe(4);
    expect(state.current).toBe(1);
    expect(reduceCalibrate(state, { type: 'went-to', step: 99 }).current).toBe(4);
    expect(reduceCalibrate(state, { type: 'went-to', step: -1 }).current).toBe(0);
  });

  it('holds the own beacon against the one that is strongest in the mean, quarter second by quarter second', () => {
    const events = [
      heard('d-1', 0, 0),
      heard('d-1', 4, 100),
      heard('d-2', -20, 10),
      heard('d-2', -4, 20),
      heard('d-3', -10, 30),
      heard('d-1', 9, 1000),
    ];
    const { strip } = events.reduce(reduceCalibrate, start);
    expect(strip.map(ownLevelDb)).toEqual([2, undefined, undefined, undefined, 9]);
    expect(strip.map(restLevelDb)).toEqual([-10, undefined, undefined, undefined, undefined]);
  });

  it('begins each pose on an empty strip', () => {
    const state = reduceCalibrate(reduceCalibrate(start, heard('d-1', 0, 0)), { type: 'recording', isOn: true });
    expect(state.strip).toEqual([]);
  });

  it('stays bounded, whatever is heard and said', () => {
    const event = fc.oneof(
      fc.record({
        type: fc.constant('heard' as const),
        desk: fc.constantFrom(
          'd-1',
          'd-2',
          '__proto__',
          'constructor',
          ...Array.from({ length: 40 }, (_, i) => `x${i}`),
        ),
        levelDb: fc.double({ min: -100, max: 60, noNaN: true }),
        atMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      }),
      fc.record({ type: fc.constant('fault' as const), text: fc.string() }),
      fc.record({ type: fc.constant('pose-taken' as const), step: fc.integer({ min: -2, max: 9 }) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), fc.integer({ min: 1, max: 500 }), (events, columns) => {
        const state = events.reduce<CalibrateState>((before, one) => reduceCalibrate(before, one), start);
        expect(state.strip.length).toBeLessThanOrEqual(STRIP_LENGTH);
        for (const cell of state.strip) expect(Object.keys(cell.others).length).toBeLessThanOrEqual(16);
        expect(state.faults.length).toBeLessThanOrEqual(3);
        const { strip } = viewCalibration(state, columns);
        expect((strip?.own.length ?? 0) + 12).toBeLessThanOrEqual(Math.min(Math.max(columns, 40), 120));
      }),
      { numRuns: 50 },
    );
  });
});

describe('what there is to say', () => {
  it.each([
    [20, 'far louder than the rest'],
    [6, 'louder than the rest'],
    [0, 'about as loud as the rest'],
    [-10, 'quieter than the rest'],
  ])('of a desk that is %i dB above the rest', (differenceDb, words) => {
    const state = [heard('d-1', differenceDb - 10, 0), heard('d-2', -10, 0)].reduce(reduceCalibrate, start);
    expect(viewCalibration(state, 80).strip?.words).toBe(`This desk is ${words}.`);
  });

  it('of a desk that is alone, or not heard', () => {
    expect(viewCalibration(reduceCalibrate(start, heard('d-1', 0, 0)), 80).strip?.words).toBe(
      'Only this desk is heard.',
    );
    expect(viewCalibration(reduceCalibrate(start, heard('d-2', 0, 0)), 80).strip?.words).toBe(
      'This desk is not heard; others are.',
    );
  });

  it('of how much is enough', () => {
    const after = (poses: number): string | undefined =>
      viewCalibration(
        Array.from({ length: poses }, (): CalibrateEvent => ({ type: 'pose-taken', step: 4 })).reduce(
          reduceCalibrate,
          start,
        ),
        80,
      ).enough;
    expect(after(10)).toBe(
      '10 of 59 poses out of earshot. If none is silenced, at most 26 % can go wrong; with 59, at most 5 %.',
    );
    expect(after(59)).toBe(
      '59 poses out of earshot: enough to certify. If none is silenced, at most 5 % can go wrong.',
    );
  });

  it('of a laptop: that it cannot speak for pockets', () => {
    const laptop = reduceCalibrate(initialCalibrate, { ...begun, receiver: 'laptop' });
    expect(viewCalibration(laptop, 80).advice.join(' ')).toContain('cannot speak for pockets');
  });

  it('in whole words', () => {
    expect(wrapWords('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapWords('averylongword x', 5)).toEqual(['averylongword', 'x']);
    expect(wrapWords('', 5)).toEqual(['']);
  });
});

describe('a calibration in lines', () => {
  it('tells the walk as it happens, packets left out, and the verdict at the end', () => {
    const result = calibrateDesk({ desk: 'd-1', recordings: walkOffice(3), profile: officeProfile() });
    const events: readonly CalibrateEvent[] = [
      begun,
      { type: 'recording', isOn: true },
      heard('d-1', 4, 0),
      heard('d-2', -9, 0),
      { type: 'recording', isOn: false },
      { type: 'pose-taken', step: 0 },
      { type: 'pose-taken', step: 4 },
      { type: 'fault', text: 'phone, recording 3:7: not JSON' },
      { type: 'locked' },
      { type: 'result', result },
    ];
    let state = initialCalibrate;
    const lines = events.flatMap((event) => {
      const next = reduceCalibrate(state, event);
      const said = linesFor(state, event, next);
      state = next;
      return said;
    });
    expect(lines.slice(0, 9)).toEqual([
      'Calibrating desk d-1.',
      `1. ${walkGuide[0]?.text}`,
      'Then start the recording and hold still for two seconds.',
      'Recording. Hold still …',
      'This desk is far louder than the rest.',
      'Sit at the desk: 1 of 3.',
      'Out of earshot: 1 of 12.',
      '1 of 59 poses out of earshot. If none is silenced, at most 95 % can go wrong; with 59, at most 5 %.',
      'Not taken: phone, recording 3:7: not JSON',
    ]);
    expect(lines.join('\n')).toContain('Not certified, looks separable');
    expect(lines.join('\n')).toMatch(/^Out of earshot.*│/m);
    expect(lines.join('\n')).not.toMatch(/\d dB/);
    expect(Math.max(...lines.filter((line) => line.includes('│')).map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
