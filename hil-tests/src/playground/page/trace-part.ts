import type { ReplayedCall, SiteProfile } from '@deskbeacon/proximity-core';
import type { CallTrack } from '../call-track.js';
import { type Fault, needsProfile, readTrace, sortDropped, type TraceCall, trackTrace } from '../read-trace.js';
import { type SampleName, sampleNames, sampleTitles } from '../samples.js';
import { eventInWords, reasonInWords, seconds } from '../words.js';
import { announce } from './announce.js';
import { createPictures } from './call-pictures.js';
import { acceptFiles, type ReadFile } from './dropped-files.js';
import { byId, html, table } from './elements.js';
import { showDecision } from './show-decision.js';
import { createStepper } from './trace-stepper.js';

/** A trace: dropped, chosen, a sample, or a call of the office; then walked through event by event. */

export interface TracePart {
  readonly open: (opened: OpenTrace) => void;
}

/** A text, where it comes from in words, and what resolves its advertisements. */
export interface OpenTrace {
  readonly text: string;
  readonly source: string;
  readonly profile: SiteProfile | undefined;
}

/** A call that is looked into. */
interface Followed {
  readonly call: TraceCall;
  readonly track: CallTrack;
  readonly decided: ReplayedCall;
  readonly explanation: string;
}

const MOST_ROWS = 400;

/** @param onSample gives a recorded call and the profile it needs. */
export function startTrace(onSample: (name: SampleName) => OpenTrace): TracePart {
  const pictures = createPictures(byId('trace-pictures', HTMLElement));
  const choice = byId('trace-call', HTMLSelectElement);
  let opened: OpenTrace | undefined;
  let calls: readonly TraceCall[] = [];
  let followed: Followed | undefined;

  const stepper = createStepper(() => {
    if (followed === undefined) return;
    const { track, decided } = followed;
    const { upToMs, sentence } = showEvent(followed, stepper.at());
    stepper.describe(sentence);
    pictures.show({ track, call: decided, untilMs: shownUntil(track, decided), upToMs });
  });
  const follow = (call: TraceCall | undefined): void => {
    if (call === undefined) return;
    const track = trackTrace(call, opened?.profile);
    const { call: decided, explanation } = track.finish();
    followed = { call, track, decided, explanation };
    showDecision(byId('trace-decision', HTMLElement), decided, explanation);
    byId('needs-profile', HTMLElement).hidden = opened?.profile !== undefined || !needsProfile(call);
    byId('event-list', HTMLElement).replaceChildren(eventTable(call, track));
    stepper.reset(track.events.length);
  };
  const open = (next: OpenTrace): readonly Fault[] => {
    stepper.pause();
    opened = next;
    const { text, source, profile } = next;
    const result = readTrace(text, profile);
    calls = result.calls;
    const options = calls.map(({ name, firstLine }, i) => html('option', { value: i }, `${name} (line ${firstLine})`));
    choice.replaceChildren(...options);
    byId('trace-choice', HTMLElement).hidden = calls.length < 2;
    byId('trace-view', HTMLElement).hidden = calls.length === 0;
    byId('trace-source', HTMLElement).textContent = sourceInWords(source, calls.length, profile);
    showFaults(result.faults);
    follow(calls[0]);
    return result.faults;
  };
  const openAndSay = (next: OpenTrace): void => {
    const [fault] = open(next);
    announce(fault === undefined ? (followed?.explanation ?? '') : faultInWords(fault));
  };

  choice.addEventListener('change', () => {
    follow(calls[Number(choice.value)]);
    announce(followed?.explanation ?? '');
  });
  for (const name of sampleNames) {
    const button = html('button', { type: 'button', id: `sample-${name}` }, sampleTitles[name]);
    button.addEventListener('click', () => openAndSay(onSample(name)));
    byId('samples', HTMLElement).append(button);
  }
  acceptFiles(byId('trace', HTMLElement), (files) => {
    const { next, problems } = takeFiles(files, opened);
    if (next !== undefined) openAndSay(next);
    if (problems.length === 0) return;
    showFaults(problems);
    announce(faultInWords(problems[0] as Fault));
  });
  // It scrolls by itself, and the keyboard has to reach it.
  byId('event-list', HTMLElement).tabIndex = 0;
  return { open };
}

/** What is open once files are taken, and what is wrong with those that cannot be. */
function takeFiles(
  files: readonly ReadFile[],
  before: OpenTrace | undefined,
): { readonly next: OpenTrace | undefined; readonly problems: readonly Fault[] } {
  const problems: Fault[] = [];
  let next: OpenTrace | undefined;
  for (const { name, text } of files) {
    const dropped = sortDropped(text);
    if (dropped.kind === 'bad-profile') problems.push({ problem: `${name}: ${dropped.problem}` });
    else if (dropped.kind === 'profile') {
      const trace = next ?? before;
      if (trace !== undefined) next = { ...trace, profile: dropped.profile };
    } else {
      // The profile of a sample or of the office is not the one of a file from elsewhere; that of an earlier file may be.
      const profile = before?.source.startsWith('File ') ? before.profile : undefined;
      next = { text, source: `File ${name}`, profile };
    }
  }
  return { next, problems };
}

function showEvent(
  { call, track, decided }: Followed,
  at: number,
): { readonly upToMs: number; readonly sentence: string } {
  const { events } = track;
  const event = events[at];
  if (event === undefined) return { upToMs: Number.POSITIVE_INFINITY, sentence: 'no event' };
  const upToMs = at === events.length - 1 ? Number.POSITIVE_INFINITY : event.event.t;
  const sentence = `${at + 1} of ${events.length}, ${seconds(event.event.t)}: ${eventInWords(event)}`;
  byId('event-text', HTMLElement).textContent = `Event ${sentence} (line ${call.events[at]?.line ?? 0}).`;
  byId('so-far', HTMLElement).textContent =
    decided.decidedAtMs <= upToMs
      ? `Decided: ${decided.decision}. ${reasonInWords(decided.reason)}`
      : 'Not decided yet.';
  return { upToMs, sentence };
}

function sourceInWords(source: string, calls: number, profile: SiteProfile | undefined): string {
  const count = calls === 1 ? '1 call' : `${calls} calls`;
  return `${source}: ${count}${profile === undefined ? '' : `, with the profile of ${profile.site}`}.`;
}

function faultInWords({ line, problem }: Fault): string {
  return line === undefined ? problem : `Line ${line}: ${problem}`;
}

function showFaults(faults: readonly Fault[]): void {
  byId('faults', HTMLElement).hidden = faults.length === 0;
  const items = faults.map((fault) =>
    html('li', {}, faultInWords(fault), ...(fault.text === undefined ? [] : [html('code', {}, fault.text)])),
  );
  byId('fault-list', HTMLElement).replaceChildren(...items);
}

/** The picture ends a little behind the decision: what comes after it is no evidence. */
function shownUntil(track: CallTrack, { decidedAtMs }: ReplayedCall): number {
  const { calledAtMs = 0, deadlineAtMs = 0 } = track.state();
  return 1.07 * Math.max(deadlineAtMs - calledAtMs, decidedAtMs - calledAtMs, 100);
}

function eventTable(call: TraceCall, track: CallTrack): HTMLTableElement {
  const rows = track.events
    .slice(0, MOST_ROWS)
    .map((event, i) => [String(call.events[i]?.line ?? ''), seconds(event.event.t), eventInWords(event)]);
  const more = track.events.length > MOST_ROWS ? `, the first ${MOST_ROWS} of ${track.events.length}` : '';
  return table(`Events${more}`, ['Line', 'Time', 'What happened'], rows);
}
