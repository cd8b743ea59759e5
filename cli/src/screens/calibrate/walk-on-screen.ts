/** A walk on the screen: keys become recordings, recordings become a result, until somebody is done. */
import { CliError } from '../../errors/cli-error.js';
import type { CalibrateDeskResult } from '../../services/calibrate/calibrate-desk.js';
import type { HeardLevel } from '../../services/calibrate/levels-of.js';
import type { Recording } from '../../services/calibrate/recording.js';
import type { WalkRecorder } from '../../services/calibrate/walk-recorder.js';
import { type CalibrateEvent, type CalibrateState, initialCalibrate, reduceCalibrate } from './calibrate-state.js';
import { type CalibrateWish, showCalibrate } from './show-calibrate.js';
import { walkGuide } from './walk-guide.js';

export interface ScreenWalk {
  readonly desk: string;
  readonly floor: string;
  readonly walker: string;
  readonly canvas: NodeJS.WriteStream;
  readonly showDb: boolean;
  readonly signal: AbortSignal;
  /** A phone records, and says so; absent where this computer does. */
  readonly phone?: {
    readonly connectTo: { readonly address: string; readonly code: string };
    readonly onRecordings: (take: (recordings: readonly Recording[]) => void) => void;
    readonly levelsOf: (recording: Recording) => readonly HeardLevel[];
  };
  readonly openRecorder?: (onHeard: (heard: HeardLevel) => void) => WalkRecorder;
  readonly calibrate: (recordings: readonly Recording[]) => CalibrateDeskResult;
}

/** @returns the result that was on the screen at the end. @throws CliError `interrupted` where there was none. */
export async function walkOnScreen(walk: ScreenWalk): Promise<CalibrateDeskResult> {
  let state: CalibrateState = initialCalibrate;
  const recordings: Recording[] = [];
  let finish: () => void = () => {};
  const ended = new Promise<CalibrateDeskResult>((resolve, reject) => {
    finish = () => {
      if (state.result !== undefined) resolve(state.result);
      else reject(new CliError('interrupted', 'the walk was given up; nothing is kept'));
    };
    walk.signal.addEventListener('abort', () => reject(walk.signal.reason), { once: true });
  });
  const shown = showCalibrate(walk.canvas, (wish) => obey(wish));
  const emit = (event: CalibrateEvent): void => {
    state = reduceCalibrate(state, event);
    shown.emit(event);
  };
  const recorder = walk.openRecorder?.((heard) => emit({ type: 'heard', ...heard }));

  function begin(): void {
    emit({
      type: 'begun',
      desk: walk.desk,
      steps: walkGuide,
      receiver: recorder === undefined ? 'phone' : 'laptop',
      ...(walk.phone === undefined ? {} : { connectTo: walk.phone.connectTo }),
    });
    emit({ type: 'show-db', isOn: state.showDb || walk.showDb });
  }

  function toggleRecording(): void {
    if (recorder === undefined) return;
    if (!recorder.isRecording()) {
      recorder.begin();
      emit({ type: 'recording', isOn: true });
      return;
    }
    const step = walkGuide[state.current];
    if (step === undefined) return;
    const { place, carriage } = step;
    const { desk, floor, walker } = walk;
    const recording = recorder.end({
      pose: `${step.title} ${recordings.length + 1}`,
      place,
      carriage,
      desk,
      floor,
      walker,
    });
    if (recording !== undefined) recordings.push(recording);
    emit({ type: 'pose-taken', step: state.current });
  }

  function showResult(): void {
    if (recorder?.isRecording()) toggleRecording();
    try {
      emit({ type: 'result', result: walk.calibrate(recordings) });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      emit({ type: 'fault', text: error.message });
    }
  }

  function obey(wish: CalibrateWish): void {
    if (wish === 'toggle-recording') toggleRecording();
    if (wish === 'next' || wish === 'previous')
      emit({ type: 'went-to', step: state.current + (wish === 'next' ? 1 : -1) });
    if (wish === 'toggle-db') emit({ type: 'show-db', isOn: !state.showDb });
    if (wish === 'walk-on') begin();
    if (wish === 'finish') showResult();
    if (wish === 'quit') finish();
  }

  walk.phone?.onRecordings((taken) => {
    recordings.push(...taken);
    for (const recording of taken) {
      const { label } = recording;
      if (state.phone === undefined) emit({ type: 'connected', phone: label.phone });
      // A phone sends a whole pose: its plot is drawn at once.
      emit({ type: 'recording', isOn: true });
      for (const heard of walk.phone?.levelsOf(recording) ?? []) emit({ type: 'heard', ...heard });
      const step = walkGuide.findIndex(({ place }) => place === label.place);
      emit({ type: 'pose-taken', step: walkGuide[state.current]?.place === label.place ? state.current : step });
    }
  });
  begin();
  try {
    return await ended;
  } finally {
    recorder?.stop();
    await shown.close();
  }
}
