import type { ReplayedCall, SiteProfile } from '@deskbeacon/proximity-core';
import type { CallTrack } from '../call-track.js';
import { type Fault, needsProfile, readTrace, sortDropped, type TraceCall, trackTrace } from '../read-trace.js';
import { type SampleName, sampleNames, sampleTitles } from '../samples.js';
import { eventInWords, reasonInWords, seconds } from '../words.js';
import { announce } from './announce.js';
import { createPictures } from './call-pictures.js';
import { byId, html, table } from './elements.js';
import { showDecision } from './show-decision.js';

/** A trace: dropped, chosen, a sample, or a call of the office; then walked through event by event. */

export interface TracePart {
  readonly open: (text: string, source: string, profile?: SiteProfile) => void;
}

export interface TraceEvents {
  /** @returns a recorded call and the profile it needs. */
  readonly onSample: (name: SampleName) => { readonly text: string; readonly profile: SiteProfile };
}

const PLAY_STEP_MS = 60;
const MOST_ROWS = 400;

export function startTrace({ onSample }: TraceEvents): TracePart {
  const pictures = createPictures(byId('trace-pictures', HTMLElement));
  const slider = byId('event', HTMLInputElement);
  const choice = byId('trace-call', HTMLSelectElement);
  const play = byId('play', HTMLButtonElement);
  // It scrolls by itself, and the keyboard has to reach it.
  byId('event-list', HTMLElement).tabIndex = 0;
  let text: string | undefined;
  let source = '';
  let profile: SiteProfile | undefined;
  let calls: readonly TraceCall[] = [];
  let call: TraceCall | undefined;
  let track: CallTrack | undefined;
  let decided: { readonly call: ReplayedCall; readonly explanation: string } | undefined;
  let playing: number | undefined;

  const read = (): void => {
    if (text === undefined) return;
    stop();
    const result = readTrace(text, profile);
    calls = result.calls;
    showFaults(result.faults);
    choice.replaceChildren(
      ...calls.map(({ name, firstLine }, i) => html('option', { value: i }, `${name} (line ${firstLine})`)),
    );
    byId('trace-choice', HTMLElement).hidden = calls.length < 2;
    byId('trace-view', HTMLElement).hidden = calls.length === 0;
    const count = calls.length === 1 ? '1 call' : `${calls.length} calls`;
    byId('trace-source', HTMLElement).textContent =
      `${source}: ${count}${profile === undefined ? '' : `, profile of ${profile.site}`}.`;
    if (calls.length > 0) follow(0);
  };

  const follow = (index: number): void => {
    call = calls[index];
    if (call === undefined) return;
    track = trackTrace(call, profile);
    decided = track.finish();
    slider.max = String(Math.max(0, call.events.length - 1));
    slider.value = slider.max;
    showDecision(byId('trace-decision', HTMLElement), decided.call, decided.explanation);
    byId('needs-profile', HTMLElement).hidden = profile !== undefined || !needsProfile(call);
    byId('event-list', HTMLElement).replaceChildren(eventTable(call, track));
    showEvent();
  };

  const showEvent = (): void => {
    const { events } = track ?? { events: [] };
    const at = Math.min(slider.valueAsNumber, events.length - 1);
    const event = events[at];
    if (track === undefined || call === undefined || event === undefined || decided === undefined) return;
    const isLast = at === events.length - 1;
    const upToMs = isLast ? Number.POSITIVE_INFINITY : event.event.t;
    const sentence = `${at + 1} of ${events.length}, ${seconds(event.event.t)}: ${eventInWords(event)}`;
    byId('event-text', HTMLElement).textContent = `Event ${sentence} (line ${call.events[at]?.line ?? 0}).`;
    slider.setAttribute('aria-valuetext', sentence);
    byId('previous', HTMLButtonElement).disabled = at <= 0;
    byId('next', HTMLButtonElement).disabled = isLast;
    byId('so-far', HTMLElement).textContent =
      decided.call.decidedAtMs <= upToMs
        ? `Decided: ${decided.call.decision}. ${reasonInWords(decided.call.reason)}`
        : 'Not decided yet.';
    pictures.show({ track, call: decided.call, untilMs: shownUntil(track, decided.call), upToMs });
  };

  const stop = (): void => {
    window.clearInterval(playing);
    playing = undefined;
    play.textContent = 'Play';
  };
  const stepBy = (step: number): void => {
    slider.value = String(slider.valueAsNumber + step);
    showEvent();
  };
  play.addEventListener('click', () => {
    if (playing !== undefined) return stop();
    if (slider.value === slider.max) slider.value = '0';
    play.textContent = 'Pause';
    playing = window.setInterval(() => {
      stepBy(1);
      if (slider.value === slider.max) stop();
    }, PLAY_STEP_MS);
  });
  slider.addEventListener('input', () => {
    stop();
    showEvent();
  });
  byId('previous', HTMLButtonElement).addEventListener('click', () => stepBy(-1));
  byId('next', HTMLButtonElement).addEventListener('click', () => stepBy(1));
  choice.addEventListener('change', () => {
    stop();
    follow(Number(choice.value));
    if (decided !== undefined) announce(decided.explanation);
  });

  const open: TracePart['open'] = (opened, from, ofProfile) => {
    text = opened;
    source = from;
    profile = ofProfile ?? profile;
    read();
  };
  const announceResult = (): void => {
    const faults = byId('faults', HTMLElement);
    announce(faults.hidden ? (decided?.explanation ?? '') : (faults.querySelector('li')?.textContent ?? ''));
  };
  for (const name of sampleNames) {
    const button = html('button', { type: 'button', id: `sample-${name}` }, sampleTitles[name]);
    button.addEventListener('click', () => {
      const sample = onSample(name);
      open(sample.text, `Sample “${sampleTitles[name]}”`, sample.profile);
      announceResult();
    });
    byId('samples', HTMLElement).append(button);
  }
  const takeFiles = async (files: Iterable<File>): Promise<void> => {
    const problems: Fault[] = [];
    let hasTrace = false;
    for (const file of files) {
      const dropped = sortDropped(await file.text());
      if (dropped.kind === 'profile') profile = dropped.profile;
      else if (dropped.kind === 'bad-profile') problems.push({ problem: `${file.name}: ${dropped.problem}` });
      else {
        // The profile of what was shown before is not the one of a file from elsewhere.
        if (!hasTrace && !source.startsWith('File')) profile = undefined;
        hasTrace = true;
        text = dropped.text;
        source = `File ${file.name}`;
      }
    }
    read();
    if (problems.length > 0) showFaults(problems);
    announceResult();
  };
  acceptDrops(byId('trace', HTMLElement), (files) => void takeFiles(files));
  const input = byId('file', HTMLInputElement);
  input.addEventListener('change', () => {
    void takeFiles([...(input.files ?? [])].sort(profilesLast)).then(() => {
      input.value = '';
    });
  });
  return { open };
}

/** A profile comes after its trace, so that the trace does not put it away. */
function profilesLast(a: File, b: File): number {
  return Number(a.name.endsWith('.json')) - Number(b.name.endsWith('.json'));
}

function acceptDrops(zone: HTMLElement, take: (files: readonly File[]) => void): void {
  const isOver = (value: boolean): void => void zone.classList.toggle('dropping', value);
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    isOver(true);
  });
  zone.addEventListener('dragleave', () => isOver(false));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    isOver(false);
    take([...(event.dataTransfer?.files ?? [])].sort(profilesLast));
  });
}

function showFaults(faults: readonly Fault[]): void {
  const box = byId('faults', HTMLElement);
  box.hidden = faults.length === 0;
  const items = faults.map(({ line, problem, text }) => {
    const where = line === undefined ? '' : `Line ${line}: `;
    return html('li', {}, `${where}${problem}`, ...(text === undefined ? [] : [html('code', {}, text)]));
  });
  byId('fault-list', HTMLElement).replaceChildren(...items);
}

/** The picture ends a little behind the decision: what comes after it is no evidence. */
function shownUntil(track: CallTrack, { decidedAtMs }: ReplayedCall): number {
  const { calledAtMs = 0, deadlineAtMs = 1500 } = track.state();
  return Math.max(deadlineAtMs, decidedAtMs, calledAtMs + 100) * 1.07 - calledAtMs;
}

function eventTable(call: TraceCall, track: CallTrack): HTMLTableElement {
  const rows = track.events
    .slice(0, MOST_ROWS)
    .map((event, i) => [String(call.events[i]?.line ?? ''), seconds(event.event.t), eventInWords(event)]);
  const more = track.events.length > MOST_ROWS ? `, the first ${MOST_ROWS} of ${track.events.length}` : '';
  return table(`Events${more}`, ['Line', 'Time', 'What happened'], rows);
}
