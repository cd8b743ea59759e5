import { generateCalibrated } from './calibrated-call.js';
import type { CallKey, OfficeCall } from './call-key.js';
import { drawFloorPlan } from './floor.js';
import { place } from './placement.js';
import { createRandomStream } from './random-stream.js';
import { drawNames, equip, nameCall, receive, surveyOf } from './receive-call.js';
import type { Setting } from './setting.js';

/**
 * Draws one call in an office of its own. The same key gives the same call, on every machine with the same mathematical
 * library.
 */
export function generateCall(setting: Setting, key: CallKey): OfficeCall {
  const { seed, set, studyClass, index } = key;
  const random = createRandomStream(seed, 'study', set, studyClass, index);
  if (setting.calibrated !== undefined) return generateCalibrated(setting, key, setting.calibrated, random);
  const plan = drawFloorPlan(Math.ceil(setting.desksInBuilding / 2), setting.office, random);
  const placement = place(plan, studyClass, setting.office, random);
  const nameOf = drawNames(random);
  const ownDesk = nameOf(placement.ownDesk);
  const beacons = equip(plan, placement.ownDesk, nameOf, setting, random);
  // Drawn in this order, the survey last: the same key goes on giving the same call.
  return receive({ setting, plan, beacons, placement, ownDesk, random, name: nameCall(key) }, (received) => ({
    site: setting.arePositionsKnown ? { ...received, desksM: surveyOf(beacons, random) } : received,
    ...(setting.phone === undefined ? {} : { phone: setting.phone }),
  }));
}
