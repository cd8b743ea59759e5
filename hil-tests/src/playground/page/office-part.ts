import type { Point } from '../../air/plan.js';
import type { Ending } from '../office-call.js';
import { drawKeys } from '../office-keys.js';
import { describePlace, officePlan } from '../office-plan.js';
import { beginWalk } from '../office-walk.js';
import { announce, announceLater } from './announce.js';
import { createRunner, type OpenOffice } from './call-runner.js';
import { byId, html } from './elements.js';
import { MOST_SEED, readSeed, readSettings } from './office-settings.js';
import { createOfficeView } from './office-view.js';
import { controlPhone } from './phone-control.js';
import { drawPlan } from './plan-drawing.js';
import { offerFile } from './save.js';

/** The office: a phone that is moved about, and calls that come in. */

export interface OfficeEvents {
  readonly onOpened: (office: OpenOffice) => void;
  readonly onLookInto: (trace: string, office: OpenOffice) => void;
}

const SAY_PLACE_AFTER_MS = 500;
const endings: readonly (readonly [string, Ending, string])[] = [
  ['answer-desk', 'desk', 'Answered at the desk.'],
  ['answer-mobile', 'this-phone', 'Answered on the mobile.'],
  ['hang-up', 'hung-up', 'The caller has hung up.'],
];

export function startOffice({ onOpened, onLookInto }: OfficeEvents): void {
  let office: OpenOffice | undefined;
  const view = createOfficeView();
  const runner = createRunner((call) => view.show(call, `${readSettings().pose}, ${describePlace(at())}`));
  drawPlan();
  const at = choosePlace((place) => runner.move(place, readSettings().pose));
  byId('pose', HTMLSelectElement).addEventListener('change', () => runner.move(at(), readSettings().pose));

  onClick('call', () => {
    const { isAtOnce, ...setting } = readSettings();
    if (office !== undefined) runner.begin(office, { ...setting, at: at() }, isAtOnce);
  });
  onClick('pass-time', () => {
    runner.skipSilence();
    focusCall();
  });
  for (const [id, ending, sentence] of endings) {
    onClick(id, () => {
      runner.end(ending);
      focusCall();
      announce(sentence);
    });
  }
  onClick('look-into', () => {
    const call = runner.call();
    if (call !== undefined && office !== undefined) onLookInto(call.toTrace(), office);
  });
  onClick('save-trace', () => {
    const call = runner.call();
    if (call !== undefined) offerFile(`${call.track.header.call}.trace.jsonl`, call.toTrace());
  });
  onClick('save-profile', () => {
    if (office !== undefined) offerFile('profile.json', JSON.stringify(office.profile, undefined, 2));
  });

  let stopWalk = (): void => {};
  const open = (seed: number): void => {
    office = undefined;
    stopWalk();
    runner.forget();
    stopWalk = walkOffice(seed, (walked) => {
      office = walked;
      onOpened(walked);
    });
  };
  byId('seed', HTMLInputElement).addEventListener('change', () => {
    const seed = readSeed();
    if (seed !== undefined) open(seed);
    else byId('readiness', HTMLElement).textContent = `Expected a whole number from 0 to ${MOST_SEED}.`;
  });
  open(readSeed() ?? 0);
}

/** The phone on the plan and the list of places: two ways to say where it is. @returns where it is. */
function choosePlace(onMove: (at: Point) => void): () => Point {
  const chooser = byId('place', HTMLSelectElement);
  const sayPlace = announceLater(SAY_PLACE_AFTER_MS);
  const moved = (place: Point): void => {
    byId('where', HTMLElement).textContent = `The mobile is ${describePlace(place)}.`;
    onMove(place);
  };
  for (const { id, name } of officePlan.places) chooser.append(html('option', { value: id }, name));
  chooser.append(html('option', { value: 'free' }, 'Somewhere else'));
  const control = controlPhone(byId('phone', HTMLButtonElement), officePlan.places[0].at, (place) => {
    chooser.value = 'free';
    moved(place);
    sayPlace(`The mobile is ${describePlace(place)}.`);
  });
  chooser.addEventListener('change', () => {
    const chosen = officePlan.places.find(({ id }) => id === chooser.value);
    if (chosen === undefined) return;
    control.put(chosen.at);
    moved(control.at());
  });
  byId('where', HTMLElement).textContent = `The mobile is ${describePlace(control.at())}.`;
  return control.at;
}

/** Walks an office desk by desk, so that the page stays alive. @returns what ends the walk. */
function walkOffice(seed: number, onWalked: (office: OpenOffice) => void): () => void {
  const keys = drawKeys(seed);
  const walk = beginWalk(seed, keys);
  const button = byId('call', HTMLButtonElement);
  const readiness = byId('readiness', HTMLElement);
  button.disabled = true;
  const walkOn = (): void => {
    const done = walk.walkOn();
    readiness.textContent = `An admin walks the office: desk ${done} of ${walk.desks}.`;
    if (done < walk.desks) {
      timer = window.setTimeout(walkOn);
      return;
    }
    onWalked({ seed, keys, profile: walk.finish() });
    button.disabled = false;
    readiness.textContent = 'The office is walked and its profile issued: ready for calls.';
  };
  let timer = window.setTimeout(walkOn);
  return () => window.clearTimeout(timer);
}

function onClick(id: string, act: () => void): void {
  byId(id, HTMLButtonElement).addEventListener('click', act);
}

/** The button that was pressed is about to be disabled, and the focus must not be lost with it. */
function focusCall(): void {
  byId('call', HTMLButtonElement).focus();
}
