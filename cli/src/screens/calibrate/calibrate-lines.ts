import type { CalibrateEvent, CalibrateState } from './calibrate-state.js';
import { viewCalibration } from './calibrate-view.js';

/** The screen in lines, for pipes, logs and screen readers: the same view, told as it happens. No line is ever drawn over. */

const WIDTH = 80;

/**
 * What one event adds.
 * @param before the state that the event found.
 * @param after the state that it left.
 * @returns lines to write; none for what a reader need not hear, such as single packets.
 */
export function linesFor(before: CalibrateState, event: CalibrateEvent, after: CalibrateState): readonly string[] {
  const view = viewCalibration(after, WIDTH);
  switch (event.type) {
    case 'begun':
      return [`${view.heading}.`, ...view.now, ...view.advice];
    case 'connected':
      return [`Phone ${event.phone} is connected.`, ...view.now];
    case 'went-to':
      return before.current === after.current ? [] : view.now;
    case 'recording':
      return event.isOn ? ['Recording. Hold still …'] : stripLines(after);
    case 'pose-taken': {
      const step = after.steps[event.step];
      const taken =
        step === undefined
          ? []
          : [`${step.title}: ${step.taken} of ${step.poses}${step.taken >= step.poses ? ', enough' : ''}.`];
      const next = before.current === after.current ? [] : view.now;
      return [
        ...taken,
        ...(step?.place === 'out-of-earshot' && view.enough !== undefined ? [view.enough] : []),
        ...next,
      ];
    }
    case 'fault':
      return view.faults.slice(-1);
    case 'locked':
      return view.now;
    case 'result':
      return resultLines(after);
    case 'heard':
    case 'show-db':
      return [];
  }
}

function stripLines(state: CalibrateState): readonly string[] {
  const { strip } = viewCalibration(state, WIDTH);
  return strip === undefined ? ['Nothing is heard.'] : [strip.words];
}

/** Verdict, picture and advice. */
export function resultLines(state: CalibrateState): readonly string[] {
  const { heading, verdict, picture, advice } = viewCalibration(state, WIDTH);
  return [
    `${heading}:`,
    ...(verdict?.sentences ?? []).map((sentence) => `  ${sentence}`),
    ...(picture.length === 0 ? [] : ['', ...picture.map(({ label, text }) => `${label}${text}`.trimEnd()), '']),
    ...advice.map((text) => `- ${text}`),
  ];
}
