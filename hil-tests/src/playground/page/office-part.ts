import type { SiteProfile } from '@deskbeacon/proximity-core';
import { type Ending, type OfficeCall, type Ringing, takeCall } from '../office-call.js';
import { drawKeys, type OfficeKeys } from '../office-keys.js';
import { describePlace, officePlan } from '../office-plan.js';
import { beginWalk } from '../office-walk.js';
import { seconds } from '../words.js';
import { announce, announceLater } from './announce.js';
import { createPictures } from './call-pictures.js';
import { byId, html } from './elements.js';
import { readSeed, readSettings } from './office-settings.js';
import { controlPhone } from './phone-control.js';
import { drawPlan, showRinging } from './plan-drawing.js';
import { offerFile } from './save.js';
import { showDecision, showUndecided } from './show-decision.js';

/** The office: a phone that is moved about, calls that come in, and what one hears. */

/** A walked office: what the traces of its calls need to be read again. */
export interface OpenOffice {
  readonly seed: number;
  readonly keys: OfficeKeys;
  readonly profile: SiteProfile;
}

export interface OfficeEvents {
  readonly onOpened: (office: OpenOffice) => void;
  readonly onLookInto: (trace: string, office: OpenOffice) => void;
}

const SHOWN_MS = 1600;
const MOST_LOGGED = 12;
const SAY_PLACE_AFTER_MS = 500;

export function startOffice({ onOpened, onLookInto }: OfficeEvents): void {
  const phone = byId('phone', HTMLButtonElement);
  const place = byId('place', HTMLSelectElement);
  const pictures = createPictures(byId('office-pictures', HTMLElement));
  const sayPlace = announceLater(SAY_PLACE_AFTER_MS);
  let office: OpenOffice | undefined;
  let call: OfficeCall | undefined;
  let number = 0;
  let isDecided = false;
  let heardBefore: Ringing['mobile'] = 'idle';
  let clockStartMs = 0;

  drawPlan();
  for (const { id, name } of officePlan.places) place.append(html('option', { value: id }, name));
  place.append(html('option', { value: 'free' }, 'Somewhere else'));

  const moved = (): void => {
    byId('where', HTMLElement).textContent = `The mobile is ${describePlace(control.at())}.`;
    call?.move(control.at(), readSettings().pose);
  };
  const control = controlPhone(phone, officePlan.places[0].at, (at) => {
    place.value = 'free';
    moved();
    sayPlace(`The mobile is ${describePlace(at)}.`);
  });
  place.addEventListener('change', () => {
    const chosen = officePlan.places.find(({ id }) => id === place.value);
    if (chosen === undefined) return;
    control.put(chosen.at);
    moved();
  });
  byId('pose', HTMLSelectElement).addEventListener('change', moved);

  const show = (): void => {
    if (call === undefined) return;
    const { track } = call;
    const ringing = call.ringing();
    showRinging(ringing, phone);
    sayRinging(ringing, call.nowMs());
    const { decision } = track.state();
    const decided = decision === undefined ? undefined : track.finish();
    if (!isDecided && decided !== undefined) {
      isDecided = true;
      logCall(track.header.call, decided.explanation);
    }
    const isLate = ringing.mobile === 'ringing' && heardBefore === 'quiet';
    if (decided !== undefined && (heardBefore === 'listening' || heardBefore === 'idle' || isLate)) {
      announce(decided.explanation);
    }
    const box = byId('decision', HTMLElement);
    if (decided === undefined) showUndecided(box, 'Listening, and not yet decided.');
    else showDecision(box, decided.call, decided.explanation);
    byId('pass-time', HTMLButtonElement).disabled = ringing.ringsAtMs === undefined;
    for (const id of ['answer-desk', 'hang-up']) byId(id, HTMLButtonElement).disabled = call.isOver();
    byId('answer-mobile', HTMLButtonElement).disabled = ringing.mobile !== 'ringing';
    byId('look-into', HTMLButtonElement).disabled = decided === undefined;
    byId('save-trace', HTMLButtonElement).disabled = decided === undefined;
    if (heardBefore !== ringing.mobile || ringing.mobile === 'listening') {
      pictures.show({ track, call: decided?.call, untilMs: SHOWN_MS, upToMs: Number.POSITIVE_INFINITY });
    }
    heardBefore = ringing.mobile;
  };

  const runClock = (ofCall: OfficeCall): void => {
    if (call !== ofCall || ofCall.isOver()) return;
    ofCall.advanceTo(Math.max(ofCall.nowMs(), performance.now() - clockStartMs));
    show();
    if (ofCall.ringing().mobile !== 'ringing') requestAnimationFrame(() => runClock(ofCall));
  };

  const begin = (): void => {
    if (office === undefined) return;
    const { isAtOnce, ...settings } = readSettings();
    if (call?.isOver() === false) call.end('hung-up');
    number += 1;
    const setting = { ...settings, seed: office.seed, number, at: control.at() };
    call = takeCall(setting, office.keys, office.profile);
    isDecided = false;
    heardBefore = 'idle';
    clockStartMs = performance.now();
    if (isAtOnce) {
      call.advanceTo(0);
      while (call.ringing().mobile === 'listening') call.advanceTo(call.nowMs() + 50);
      show();
    } else {
      announce('A call comes in. The desk phone rings; the mobile holds its ring and listens.');
      runClock(call);
    }
  };
  byId('call', HTMLButtonElement).addEventListener('click', begin);
  byId('pass-time', HTMLButtonElement).addEventListener('click', () => {
    const ringsAtMs = call?.ringing().ringsAtMs;
    if (call === undefined || ringsAtMs === undefined) return;
    clockStartMs -= Math.max(0, ringsAtMs - call.nowMs());
    call.advanceTo(ringsAtMs);
    byId('call', HTMLButtonElement).focus();
    show();
  });
  const endings: readonly (readonly [string, Ending, string])[] = [
    ['answer-desk', 'desk', 'Answered at the desk.'],
    ['answer-mobile', 'this-phone', 'Answered on the mobile.'],
    ['hang-up', 'hung-up', 'The caller has hung up.'],
  ];
  for (const [id, ending, sentence] of endings) {
    byId(id, HTMLButtonElement).addEventListener('click', () => {
      call?.end(ending);
      byId('call', HTMLButtonElement).focus();
      show();
      announce(sentence);
    });
  }
  byId('look-into', HTMLButtonElement).addEventListener('click', () => {
    if (call !== undefined && office !== undefined) onLookInto(call.toTrace(), office);
  });
  byId('save-trace', HTMLButtonElement).addEventListener('click', () => {
    if (call !== undefined) offerFile(`${call.track.header.call}.trace.jsonl`, call.toTrace());
  });
  byId('save-profile', HTMLButtonElement).addEventListener('click', () => {
    if (office !== undefined) offerFile('profile.json', JSON.stringify(office.profile, undefined, 2));
  });

  const open = (seed: number): void => {
    office = undefined;
    if (call?.isOver() === false) call.end('hung-up');
    call = undefined;
    number = 0;
    const keys = drawKeys(seed);
    const walk = beginWalk(seed, keys);
    const button = byId('call', HTMLButtonElement);
    button.disabled = true;
    const walkOn = (): void => {
      if (readSeed() !== seed) return;
      const done = walk.walkOn();
      byId('readiness', HTMLElement).textContent = `An admin walks the office: desk ${done} of ${walk.desks}.`;
      if (done < walk.desks) return void window.setTimeout(walkOn);
      office = { seed, keys, profile: walk.finish() };
      button.disabled = false;
      byId('readiness', HTMLElement).textContent = 'The office is walked and its profile issued: ready for calls.';
      onOpened(office);
    };
    window.setTimeout(walkOn);
  };
  byId('seed', HTMLInputElement).addEventListener('change', () => {
    const seed = readSeed();
    if (seed !== undefined) open(seed);
  });
  moved();
  open(readSeed() ?? 0);

  function logCall(name: string, explanation: string): void {
    const { pose } = readSettings();
    const log = byId('calls', HTMLOListElement);
    log.prepend(html('li', {}, html('b', {}, name), ` (${pose}, ${describePlace(control.at())}): ${explanation}`));
    while (log.children.length > MOST_LOGGED) log.lastElementChild?.remove();
    byId('no-calls', HTMLElement).hidden = true;
  }
}

const deskSays = { ringing: 'rings', quiet: 'quiet', answered: 'answered' } as const;
const mobileSays = {
  idle: 'quiet',
  listening: 'holds its ring and listens',
  quiet: 'stays quiet',
  ringing: 'rings',
  answered: 'answered',
} as const;

function sayRinging({ desk, mobile, ringsAtMs }: Ringing, nowMs: number): void {
  const deskBox = byId('desk-state', HTMLElement);
  const mobileBox = byId('mobile-state', HTMLElement);
  deskBox.textContent = deskSays[desk];
  const left =
    ringsAtMs === undefined ? '' : `, rings in ${seconds(Math.max(0, ringsAtMs - nowMs)).replace(/\d s$/, ' s')}`;
  mobileBox.textContent = mobileSays[mobile] + left;
  byId('desk-card', HTMLElement).dataset.state = desk;
  byId('mobile-card', HTMLElement).dataset.state = mobile;
}
