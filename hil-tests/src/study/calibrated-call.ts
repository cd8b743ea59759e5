import {
  type CallState,
  createCall,
  fitSite,
  learnPhoneOffset,
  type PhoneOffset,
  siteOfTrace,
  step,
  type TraceHeader,
  unknownPhone,
  walkPose,
} from '@deskbeacon/proximity-core';
import type { CallKey, OfficeCall } from './call-key.js';
import { type Desk, drawFloorPlan, type FloorPlan } from './floor.js';
import type { Beacon } from './links.js';
import { createOffice, type Office } from './office.js';
import { type Carriage, officeParameters } from './parameters.js';
import { place, placeAtDesk } from './placement.js';
import { createRandomStream, type RandomStream } from './random-stream.js';
import { drawNames, equip, nameCall, receive, surveyOf } from './receive-call.js';
import type { Setting } from './setting.js';

/**
 * Calls in offices that were walked before. Walk and call share plan, walls, powers and shadows; people, phone, body and
 * fading of a call are its own. Nothing but packets goes from the office to the model.
 */

type Calibrated = NonNullable<Setting['calibrated']>;
type TraceSite = NonNullable<TraceHeader['site']>;

interface WalkedOffice {
  readonly office: Office;
  readonly plan: FloorPlan;
  readonly nameOf: (ordinal: number) => string;
  readonly beacons: readonly Beacon[];
  readonly desksM: NonNullable<TraceSite['desksM']>;
  readonly key: string;
  /** Per seed, set and setting; filled as calls ask for it. */
  readonly phones: Map<number, PhoneOffset>;
  model?: TraceSite['model'];
}

/** Offices that the calls of one seed and set take turns in. */
const OFFICES = 5;
/** What a walker does at each desk: 1.5 s each. */
const POSES: readonly Carriage[] = ['lying', 'lying', 'lying', 'hand', 'hand', 'pocket', 'pocket'];
/** An office takes a second to walk and is asked for again and again. */
const kept = new Map<string, WalkedOffice>();
const MOST_KEPT = 24;

export function generateCalibrated(
  setting: Setting,
  key: CallKey,
  calibrated: Calibrated,
  random: RandomStream,
): OfficeCall {
  const walked = officeOf(setting, key, calibrated);
  const { plan, beacons, nameOf, office } = walked;
  const placement = place(plan, key.studyClass, setting.office, random);
  const ownDesk = nameOf(placement.ownDesk);
  const phone =
    calibrated.confirmedCalls > 0 ? phoneOf(setting, key.seed, walked, placement.ownDesk, calibrated) : undefined;
  const shared = { office, receiverDb: receiverOf(setting, key.seed, walked, placement.ownDesk) };
  return receive({ setting, plan, beacons, placement, ownDesk, random, name: nameCall(key), shared }, (site) => ({
    site: siteOf(site, walked),
    ...(phone === undefined ? {} : { phone }),
  }));
}

function siteOf(site: TraceSite, { desksM, model }: WalkedOffice): TraceSite {
  return { ...site, desksM, ...(model === undefined ? {} : { model }) };
}

/** The offices of thresholds and of trials are different ones. */
function officeOf(setting: Setting, { seed, set, index }: CallKey, calibrated: Calibrated): WalkedOffice {
  const key = `${set}/${index % OFFICES}`;
  const name = `${setting.name}/${seed}/${key}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const random = createRandomStream(seed, 'walked-office', key);
  const plan = drawFloorPlan(Math.ceil(setting.desksInBuilding / 2), setting.office, random);
  const nameOf = drawNames(random);
  const beacons = equip(plan, 0, nameOf, setting, random);
  const desksM = surveyOf(beacons, random);
  const walked: WalkedOffice = {
    office: createOffice(setting.office, seed, key),
    plan,
    nameOf,
    beacons,
    desksM,
    key,
    phones: new Map(),
  };
  if (calibrated.isWalked) walked.model = walk(setting, seed, walked);
  const oldest = kept.keys().next().value;
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(name, walked);
  return walked;
}

/** One walker with one phone goes from desk to desk. */
function walk(setting: Setting, seed: number, walked: WalkedOffice): TraceSite['model'] {
  const { plan, beacons, nameOf, desksM, office, key } = walked;
  const receiverDb = setting.receiverOffsetSdDb * createRandomStream(seed, 'walker', key).normal();
  const site = siteOfTrace([], { powerAt1mDbm: officeParameters.powerAt1mDbm, desksM });
  const poses = plan.desks.flatMap((desk, ordinal) =>
    POSES.map((carriage, i) => {
      const random = createRandomStream(seed, 'walk', key, ordinal, i);
      const placement = { ownDesk: ordinal, ...placeAtDesk(desk as Desk, carriage, random) };
      const shared = { office, receiverDb };
      const ownDesk = nameOf(ordinal);
      const { events } = receive(
        { setting, plan, beacons, placement, ownDesk, random, name: 'walk', shared },
        (known) => ({ site: known }),
      );
      return walkPose({ desk: ownDesk, carriage, events }, site);
    }),
  );
  return fitSite(poses, desksM);
}

/** Each desk's owner has one phone. */
function receiverOf(setting: Setting, seed: number, { key }: WalkedOffice, ownDesk: number): number {
  return setting.receiverOffsetSdDb * createRandomStream(seed, 'phone', key, ownDesk).normal();
}

/** What that phone has learned from earlier calls that were answered at the desk phone, carried anyhow. */
function phoneOf(
  setting: Setting,
  seed: number,
  walked: WalkedOffice,
  ownDesk: number,
  { confirmedCalls }: Calibrated,
): PhoneOffset {
  const known = walked.phones.get(ownDesk);
  if (known !== undefined) return known;
  let phone = unknownPhone;
  for (let i = 0; i < confirmedCalls; i += 1) {
    const call = earlierCall(setting, seed, walked, ownDesk, i, phone);
    phone = learnPhoneOffset(phone, call, 'desk', i === 0 ? 0 : 86_400_000);
  }
  walked.phones.set(ownDesk, phone);
  return phone;
}

function earlierCall(
  setting: Setting,
  seed: number,
  walked: WalkedOffice,
  ownDesk: number,
  i: number,
  phone: PhoneOffset,
): CallState {
  const { plan, beacons, nameOf, office, key } = walked;
  const random = createRandomStream(seed, 'earlier', key, ownDesk, i);
  const { lying, hand } = officeParameters.carriageMix;
  const u = random.uniform();
  const carriage = u < lying ? 'lying' : u < lying + hand ? 'hand' : 'pocket';
  const placement = { ownDesk, ...placeAtDesk(plan.desks[ownDesk] as Desk, carriage, random) };
  const shared = { office, receiverDb: receiverOf(setting, seed, walked, ownDesk) };
  const { header, events } = receive(
    { setting, plan, beacons, placement, ownDesk: nameOf(ownDesk), random, name: 'earlier', shared },
    (site) => ({ site: siteOf(site, walked) }),
  );
  const start = createCall({ desks: header.desks ?? [], traceSite: header.site ?? {}, phone });
  return events.reduce((state, event) => step(state, event).state, start);
}
