import type { OfficeCall, Ringing } from '../office-call.js';
import { announce } from './announce.js';
import { createPictures } from './call-pictures.js';
import { byId, html } from './elements.js';
import { showRinging } from './plan-drawing.js';
import { showDecision, showUndecided } from './show-decision.js';

/** What is to be seen and heard of the call: who rings, the decision, the pictures, the buttons that mean something now. */
export interface OfficeView {
  /** @param circumstances where and how the phone was, for the list of calls. */
  readonly show: (call: OfficeCall, circumstances: string) => void;
}

/** The pictures' right edge: a little behind the deadline. */
const SHOWN_MS = 1600;
const MOST_LISTED = 12;

export function createOfficeView(): OfficeView {
  const phone = byId('phone', HTMLElement);
  const pictures = createPictures(byId('office-pictures', HTMLElement));
  let shown: OfficeCall | undefined;
  let mobileBefore: Ringing['mobile'] | undefined;

  return {
    show(call, circumstances) {
      if (shown !== call) mobileBefore = undefined;
      shown = call;
      const { track } = call;
      const ringing = call.ringing();
      showRinging(ringing, phone);
      showStates(ringing, call.nowMs());
      enableButtons(call, ringing);
      const isNew = mobileBefore !== ringing.mobile;
      const isDecided = track.state().decision !== undefined;
      if (isNew || !isDecided) showEvidence(call);
      if (isNew) sayNews(call, ringing, mobileBefore);
      if (isDecided && (mobileBefore === undefined || mobileBefore === 'listening')) listCall(call, circumstances);
      mobileBefore = ringing.mobile;
    },
  };

  function showEvidence({ track }: OfficeCall): void {
    const decided = track.state().decision === undefined ? undefined : track.finish();
    const box = byId('decision', HTMLElement);
    if (decided === undefined) showUndecided(box, 'Listening, and not yet decided.');
    else showDecision(box, decided.call, decided.explanation);
    pictures.show({ track, call: decided?.call, untilMs: SHOWN_MS, upToMs: Number.POSITIVE_INFINITY });
  }
}

function sayNews({ track }: OfficeCall, { mobile }: Ringing, before: Ringing['mobile'] | undefined): void {
  if (mobile === 'listening') {
    announce('A call comes in. The desk phone rings; the mobile holds its ring and listens.');
  } else if (mobile === 'ringing' || (mobile === 'quiet' && before !== 'ringing')) {
    announce(track.finish().explanation);
  }
}

function listCall({ track }: OfficeCall, circumstances: string): void {
  const { call, explanation } = track.finish();
  const list = byId('calls', HTMLOListElement);
  list.prepend(html('li', {}, html('b', {}, call.call), ` (${circumstances}): ${explanation}`));
  while (list.children.length > MOST_LISTED) list.lastElementChild?.remove();
  byId('no-calls', HTMLElement).hidden = true;
}

function enableButtons(call: OfficeCall, { mobile, ringsAtMs }: Ringing): void {
  const isDecided = call.track.state().decision !== undefined;
  const can: Readonly<Record<string, boolean>> = {
    'answer-desk': !call.isOver(),
    'answer-mobile': mobile === 'ringing',
    'hang-up': !call.isOver(),
    'pass-time': ringsAtMs !== undefined,
    'look-into': isDecided,
    'save-trace': isDecided,
  };
  for (const [id, isEnabled] of Object.entries(can)) byId(id, HTMLButtonElement).disabled = !isEnabled;
}

const deskSays: Readonly<Record<Ringing['desk'], string>> = { ringing: 'rings', quiet: 'quiet', answered: 'answered' };
const mobileSays: Readonly<Record<Ringing['mobile'], string>> = {
  idle: 'quiet',
  listening: 'holds its ring and listens',
  quiet: 'stays quiet',
  ringing: 'rings',
  answered: 'answered',
};

function showStates({ desk, mobile, ringsAtMs }: Ringing, nowMs: number): void {
  const left = ringsAtMs === undefined ? '' : `, rings in ${(Math.max(0, ringsAtMs - nowMs) / 1000).toFixed(1)}\u00a0s`;
  byId('desk-state', HTMLElement).textContent = deskSays[desk];
  byId('mobile-state', HTMLElement).textContent = mobileSays[mobile] + left;
  byId('desk-card', HTMLElement).dataset.state = desk;
  byId('mobile-card', HTMLElement).dataset.state = mobile;
}
