import { certificateParameters, clopperPearsonUpper, sayBound } from '@deskbeacon/proximity-core';
import { type CalibrateState, ownLevelDb, restLevelDb, type StripCell } from './calibrate-state.js';
import { drawPicture, type PictureRow } from './picture.js';

/** What there is to say, in words and blocks, before anybody decides how it looks. The screen and the lines are made of this. */
export interface CalibrateView {
  readonly heading: string;
  /** What to do now. */
  readonly now: readonly string[];
  readonly steps: readonly StepView[];
  readonly strip?: StripView;
  /** How much is enough. */
  readonly enough?: string;
  readonly verdict?: { readonly tone: Tone; readonly sentences: readonly string[] };
  readonly picture: readonly PictureRow[];
  readonly advice: readonly string[];
  readonly faults: readonly string[];
  readonly keys: string;
}

export type Tone = 'good' | 'open' | 'bad';

export interface StepView {
  readonly isCurrent: boolean;
  readonly isEnough: boolean;
  readonly title: string;
  /** ■ taken, □ still to come. */
  readonly meter: string;
  readonly count: string;
}

export interface StripView {
  readonly own: string;
  readonly rest: string;
  readonly words: string;
}

export const viewWidths = { least: 40, most: 120 } as const;

/** @param columns of the terminal; drawn for 40 to 120. */
export function viewCalibration(state: CalibrateState, columns: number): CalibrateView {
  const width = Math.min(Math.max(columns, viewWidths.least), viewWidths.most);
  const { desk, result, faults, receiver } = state;
  const common = {
    heading: desk === undefined ? 'Calibrating' : `Calibrating desk ${desk}`,
    faults: faults.map((fault) => `Not taken: ${fault}`),
  };
  if (result !== undefined)
    return {
      ...common,
      now: [],
      steps: [],
      verdict: { tone: toneOf(state), sentences: result.certificate.sentences },
      picture: drawPicture(result.poses, width, state.showDb),
      advice: result.advice.map(({ text }) => text),
      keys: 'd: decibels · w: walk on · q: done',
    };
  return {
    ...common,
    now: sayNow(state),
    steps: state.steps.map((step, i) => viewStep(step, i === state.current, width)),
    ...(state.strip.length === 0 ? {} : { strip: viewStrip(state, width) }),
    enough: sayEnough(state),
    picture: [],
    advice:
      receiver === 'laptop' ? ['A laptop cannot speak for pockets. Walk with a phone before you rely on this.'] : [],
    keys: 'Enter: start or stop · n, p: next, previous · d: decibels · f: finish',
  };
}

function toneOf({ result }: CalibrateState): Tone {
  const verdict = result?.certificate.verdict;
  return verdict === 'certified' ? 'good' : verdict === 'not-separable' ? 'bad' : 'open';
}

function sayNow({
  steps,
  current,
  isRecording,
  isLocked,
  connectTo,
  phone,
  receiver,
}: CalibrateState): readonly string[] {
  if (isLocked) return ['Too many wrong codes: no phone is listened to any more. Start again for a new code.'];
  if (connectTo !== undefined && phone === undefined && receiver === 'phone')
    return [`Open the recorder on the phone and enter ${connectTo.address} and the code ${connectTo.code}.`];
  const step = steps[current];
  if (step === undefined) return ['Getting ready …'];
  const state = isRecording ? 'Recording. Hold still …' : 'Then start the recording and hold still for two seconds.';
  return [`${current + 1}. ${step.text}`, state];
}

function viewStep(step: CalibrateState['steps'][number], isCurrent: boolean, width: number): StepView {
  const { title, taken, poses } = step;
  // Beyond what is enough the meter is full; the count goes on.
  const cells = width < 60 ? Math.min(poses, 6) : poses;
  const filled = Math.min(cells, Math.floor((cells * taken) / poses));
  return {
    isCurrent,
    isEnough: taken >= poses,
    title,
    meter: '■'.repeat(filled) + '□'.repeat(cells - filled),
    count: taken >= poses ? `${taken}, enough` : `${taken} of ${poses}`,
  };
}

function sayEnough({ steps }: CalibrateState): string {
  const away = steps.reduce((sum, { place, taken }) => (place === 'out-of-earshot' ? sum + taken : sum), 0);
  const { leastPoses, certifiedShare } = certificateParameters;
  const least = `${leastPoses} poses out of earshot`;
  if (away === 0) return `How much is enough: ${least}, over all desks and phones together. None yet.`;
  const shown = `If none is silenced, at most ${sayBound(clopperPearsonUpper(0, away))} can go wrong`;
  return away < leastPoses
    ? `${away} of ${least}. ${shown}; with ${leastPoses}, at most ${sayBound(certifiedShare)}.`
    : `${away} poses out of earshot: enough to certify. ${shown}.`;
}

function viewStrip({ strip, showDb }: CalibrateState, width: number): StripView {
  const cells = strip.slice(-(width - 14));
  return {
    own: cells.map((cell) => block(ownLevelDb(cell))).join(''),
    rest: cells.map((cell) => block(restLevelDb(cell))).join(''),
    words: compare(strip.slice(-8), showDb),
  };
}

/** From hardly heard, 35 dB below the level at one metre, to a phone lying on the beacon. */
function block(levelDb: number | undefined): string {
  if (levelDb === undefined) return ' ';
  return '▁▂▃▄▅▆▇█'[Math.min(7, Math.max(0, Math.floor((levelDb + 35) / 6)))] as string;
}

/** The last two seconds in words. */
function compare(cells: readonly StripCell[], showDb: boolean): string {
  const own = meanOf(cells.map(ownLevelDb));
  const rest = meanOf(cells.map(restLevelDb));
  if (own === undefined) return rest === undefined ? 'Nothing is heard.' : 'This desk is not heard; others are.';
  const shown = showDb
    ? ` (${signed(own)} dB at this desk${rest === undefined ? '' : `, ${signed(rest)} dB the rest`})`
    : '';
  if (rest === undefined) return `Only this desk is heard${shown}.`;
  const differenceDb = own - rest;
  const words =
    differenceDb > 12
      ? 'far louder than the rest'
      : differenceDb > 4
        ? 'louder than the rest'
        : differenceDb > -4
          ? 'about as loud as the rest'
          : 'quieter than the rest';
  return `This desk is ${words}${shown}.`;
}

function meanOf(levels: readonly (number | undefined)[]): number | undefined {
  const heard = levels.filter((level): level is number => level !== undefined);
  return heard.length === 0 ? undefined : heard.reduce((sum, level) => sum + level, 0) / heard.length;
}

function signed(levelDb: number): string {
  const rounded = Math.round(levelDb);
  return rounded < 0 ? `−${-rounded}` : `+${rounded}`;
}

/** @returns lines of whole words, none wider than `width` but for a single longer word. */
export function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
