import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import { type CalibrateDeskResult, calibrateDesk } from '../../services/calibrate/calibrate-desk.js';
import { officeProfile, record, walkOffice } from '../../services/calibrate/testing/simulated-walk.js';
import { CalibrateScreen } from './calibrate-screen.js';
import { type CalibrateEvent, type CalibrateState, initialCalibrate, reduceCalibrate } from './calibrate-state.js';
import { Calibrate, type CalibrateWish } from './show-calibrate.js';
import { walkGuide } from './walk-guide.js';

const begun: CalibrateEvent = {
  type: 'begun',
  desk: 'd-1',
  steps: walkGuide,
  receiver: 'phone',
  connectTo: { address: '192.168.1.20:8765', code: '012345' },
};
const taken: CalibrateEvent = { type: 'pose-taken', step: 0 };
const walking: readonly CalibrateEvent[] = [
  begun,
  { type: 'connected', phone: 'pixel-8' },
  taken,
  taken,
  taken,
  { type: 'recording', isOn: true },
  ...Array.from({ length: 200 }, (_, i): CalibrateEvent => {
    const desk = `d-${1 + (i % 4)}`;
    return { type: 'heard', desk, levelDb: desk === 'd-1' ? 4 : -9 - (i % 4), atMs: i * 50 };
  }),
];

const profile = officeProfile();
const recordings = walkOffice(3);
const good = calibrateDesk({ desk: 'd-1', recordings, profile });
const liar = record({ label: { pose: 'kitchen', place: 'out-of-earshot' }, atM: [0.1, -0.4], seed: 503 });
const bad = calibrateDesk({ desk: 'd-1', recordings: [...recordings, ...liar], profile });
const certified = calibrateDesk({ desk: 'd-1', recordings: walkOffice(3, 60), profile });

function stateAfter(events: readonly CalibrateEvent[]): CalibrateState {
  return events.reduce(reduceCalibrate, initialCalibrate);
}

function withResult(result: CalibrateDeskResult, ...more: readonly CalibrateEvent[]): CalibrateState {
  return stateAfter([...walking, ...more, { type: 'result', result }]);
}

function frameOf(state: CalibrateState, columns: number): string {
  const { lastFrame, unmount } = render(<CalibrateScreen state={state} columns={columns} />);
  const frame = lastFrame() ?? '';
  unmount();
  return frame;
}

/** As one line: where it is broken depends on the width. */
function wordsOf(state: CalibrateState, columns: number): string {
  return frameOf(state, columns).replace(/\s+/g, ' ');
}

const states: readonly (readonly [string, CalibrateState])[] = [
  ['before it begins', initialCalibrate],
  ['while no phone is connected', stateAfter([begun])],
  ['while a pose is recorded', stateAfter(walking)],
  ['with decibels', stateAfter([...walking, { type: 'show-db', isOn: true }])],
  ['locked', stateAfter([begun, { type: 'locked' }])],
  [
    'with faults',
    stateAfter([
      ...walking,
      { type: 'fault', text: 'phone, recording 3:7: label.place: expected out-of-earshot, got nothing' },
    ]),
  ],
  ['done, separable', withResult(good)],
  ['done, not separable', withResult(bad)],
  ['done, certified', withResult(certified)],
  ['done, with decibels', withResult(bad, { type: 'show-db', isOn: true })],
];

describe.each([40, 80, 120])('the screen of a calibration at %i columns', (columns) => {
  it.each(states)('fits: %s', (_name, state) => {
    const lines = frameOf(state, columns).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.filter((line) => line.startsWith(' ') && /^ [a-z]/.test(line))).toEqual([]);
    if (columns >= 80) expect(lines.length).toBeLessThan(24);
  });

  it('says where the phone connects to, and what to do then', () => {
    expect(wordsOf(stateAfter([begun]), columns)).toContain(
      'Open the recorder on the phone and enter 192.168.1.20:8765 and the code 012345.',
    );
    expect(wordsOf(stateAfter([begun, { type: 'connected', phone: 'p' }]), columns)).toContain('1. Sit down as usual.');
  });

  it('shows the walk, what is enough, and the desk against the rest', () => {
    const words = wordsOf(stateAfter(walking), columns);
    expect(words).toContain('✓ Sit at the desk ■■■ 3, enough');
    expect(words).toContain('› Phone in pocket □□□ 0 of 3');
    expect(words).toContain('2. Stay seated and put the phone into a pocket');
    expect(words).toContain('Recording. Hold still …');
    expect(words).toMatch(/This desk ▇{5,}/);
    expect(words).toMatch(/The rest ▅{5,}/);
    expect(words).toContain('This desk is far louder than the rest.');
    expect(words).toContain('How much is enough: 59 poses out of earshot');
  });

  it('shows no decibel unless asked', () => {
    for (const [name, state] of states)
      expect(/\d dB|dBm/.test(frameOf(state, columns)), name).toBe(name.includes('decibels'));
    expect(wordsOf(stateAfter([...walking, { type: 'show-db', isOn: true }]), columns)).toContain(
      '(+4 dB at this desk, −10 dB the rest)',
    );
  });

  it('gives the verdict in words, the picture, and what to change', () => {
    const separable = wordsOf(withResult(good), columns);
    expect(separable).toContain('Not certified, looks separable: of 12 poses none was silenced');
    expect(separable).toContain('rings │ quiet');
    const confused = wordsOf(withResult(bad), columns);
    expect(confused).toContain('in 1 pose out of earshot the phone would have been silenced ("kitchen")');
    expect(confused).toContain('→ "kitchen" sounds like this desk');
    expect(wordsOf(withResult(certified), columns)).toContain('Certified: at most 4.9 % of poses');
  });

  it('draws every pose on its side of the line', () => {
    const frame = frameOf(withResult(bad), columns);
    const sum = (text: string | undefined): number =>
      [...(text ?? '')].reduce((total, dot) => total + (dot === '●' ? 1 : Number(dot.trim() === '' ? 0 : dot)), 0);
    for (const [label, place] of [
      ['At the desk', 'at-desk'],
      ['Within earshot', 'earshot'],
      ['Out of earshot', 'out-of-earshot'],
    ] as const) {
      const row = frame.split('\n').find((line) => line.startsWith(label) && line.includes('│')) ?? '';
      const [rings, quiet] = row.slice(15).split('│');
      const poses = bad.poses.filter((pose) => pose.label.place === place);
      expect(sum(quiet)).toBe(poses.filter(({ wasSilenced }) => wasSilenced).length);
      expect(sum(rings)).toBe(poses.filter(({ wasSilenced }) => !wasSilenced).length);
    }
  });
});

describe('the keys of a calibration', () => {
  it('are wishes: recording and steps while walking, and walking on when there is a verdict', async () => {
    const wishes: CalibrateWish[] = [];
    let emit = (_event: CalibrateEvent): void => {};
    const feed = {
      subscribe(listener: (event: CalibrateEvent) => void) {
        emit = listener;
        return () => {};
      },
    };
    const { stdin, lastFrame, unmount } = render(<Calibrate feed={feed} onWish={(wish) => wishes.push(wish)} />);
    const until = async (text: string): Promise<void> => {
      for (let i = 0; i < 100 && !(lastFrame() ?? '').includes(text); i += 1)
        await new Promise((resolve) => setTimeout(resolve, 20));
      expect(lastFrame()).toContain(text);
    };
    emit(begun);
    await until('Sit at the desk');
    for (const key of ['\r', 'n', 'p', 'd', 'w', 'f']) stdin.write(key);
    emit({ type: 'result', result: good });
    await until('looks separable');
    for (const key of ['\r', 'w', 'q', '\u0003']) stdin.write(key);
    unmount();
    expect(wishes).toEqual(['toggle-recording', 'next', 'previous', 'toggle-db', 'finish', 'walk-on', 'quit', 'quit']);
  });
});
