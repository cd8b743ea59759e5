import { type CallState, createCall } from '../call/state.js';
import { type Step, step } from '../call/step.js';
import { readCallOptions } from './call-options.js';
import type { Failed, Outcome } from './errors.js';
import { readEvent } from './events.js';
import { answer, type Fields, limits, outcomeOf, refuse } from './json-text.js';
import { rangedEvents } from './ranging.js';
import { readState } from './state-shape.js';

/** What a host does next. */
type Taken = Omit<Step, 'state'> & Pick<CallState, 'phase'>;

/** One call that is going on. Its functions answer with JSON texts and never throw. */
export interface OpenCall {
  /**
   * @param eventJson one event of the trace format.
   * @returns `{"ok":true,"actions":[…],"nextDeadlineMs"?,"phase"}`; after an error the call stands where it stood.
   */
  readonly step: (eventJson: string) => string;
  /** @returns `{"ok":true,"state"}`: what `resumeCall` takes after the process died. */
  readonly state: () => string;
  /**
   * Makes events of a cycle of ranging (iOS), which needs the identities of this call.
   * @param json `{"report","t"}`: one ranged beacon, a list, or an object with `beacons`; `t` on the call's clock.
   * @returns `{"ok":true,"events":[…]}`, each for `step`.
   */
  readonly ranged: (json: string) => string;
}

/**
 * Begins a call and keeps its state here, so that an event does not pass a building's tables as text.
 * @param json `{"profile"|"prepared"|"traceSite", "wallClockMs", "desks"?, "host"?, "phone"?, "newestWindowsS"?}`.
 * @returns the call; where the request is wrong, one whose functions answer with that error.
 */
export function openCall(json: string): OpenCall {
  return openFrom(outcomeOf(json, limits.profile, begin));
}

/** Goes on with a call whose state was kept. @param json `{"state"}`, as `state()` gave it. */
export function resumeCall(json: string): OpenCall {
  return openFrom(outcomeOf(json, limits.state, ({ state }) => readState(state)));
}

/** @param json as for `openCall`. @returns `{"ok":true,"state"}`. */
export function createCallState(json: string): string {
  return answer(json, limits.profile, begin);
}

/** The pure pair of `createCall`. @param json `{"state","event"}`. @returns `{"ok":true,"state","actions","nextDeadlineMs"?}`. */
export function stepState(json: string): string {
  return answer(json, limits.state, ({ state, event }) => {
    const read = readState(state);
    if (!read.ok) return read;
    const heard = readEvent(event, read.state);
    return heard.ok ? { ok: true, ...step(read.state, heard.event) } : heard;
  });
}

function begin(request: Fields): Outcome<{ readonly state: CallState }> {
  const read = readCallOptions(request);
  return read.ok ? { ok: true, state: createCall(read.options) } : read;
}

function openFrom(opened: Outcome<{ readonly state: CallState }>): OpenCall {
  return opened.ok ? goOn(opened.state) : refused(opened);
}

function goOn(first: CallState): OpenCall {
  let current = first;
  const take = (event: Fields): Outcome<Taken> => {
    const heard = readEvent(event, current);
    if (!heard.ok) return heard;
    const { state, ...asked } = step(current, heard.event);
    current = state;
    return { ok: true, ...asked, phase: state.phase };
  };
  return {
    step: (eventJson) => answer(eventJson, limits.event, take),
    state: () => answer('{}', limits.event, () => ({ ok: true, state: current })),
    ranged: (json) => answer(json, limits.report, (request) => rangedEvents(request, current.lookup)),
  };
}

function refused(failure: Failed): OpenCall {
  const say = refuse(failure);
  return { step: say, state: say, ranged: say };
}
