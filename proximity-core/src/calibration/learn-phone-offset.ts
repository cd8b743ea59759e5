import type { AnsweredBy } from '../call/events.js';
import type { CallState } from '../call/state.js';
import type { Heard } from '../decision/likelihood.js';
import { mapAround, ownHeard } from '../decision/map.js';
import { parameters } from '../decision/parameters.js';
import { checkPhoneOffset, type PhoneOffset, phoneOffsetParameters, unknownPhone } from '../decision/phone-offset.js';
import { eligibleDesks, vetoOf } from '../decision/rule.js';
import { exposureAt } from '../evidence/evidence.js';
import { clamp, exponential } from '../math/elementary.js';

/** Assumptions: one call moves the offset by so much at most, and what was learned fades over half a year. */
const MOST_STEP_DB = 2;
const FADE_MS = 180 * 86_400_000;
/** An observation further off than this many of its standard deviations counts as this far. */
const MOST_DEVIATIONS = 2;

/**
 * What a call teaches about the phone's receiver. Only one answered at the desk phone does: then the phone was at the desk, and
 * how loud the beacons were there is known. A scalar Kalman update (Kalman 1960), its innovation and its step bounded; what was
 * learned fades towards the prior with time. The core keeps nothing: a host that opts in stores the result.
 * @param previous what was known before; the prior when nothing was.
 * @param call the call after its decision.
 * @param answeredBy the confirmed outcome; `undefined` when there is none.
 * @param elapsedMs since `previous` was learned, 0 or more.
 * @param prior what the phone's model says; `unknownPhone` when absent.
 * @returns the new value; `previous` itself unless the outcome is confirmed and the own desk was heard and proven; with
 * several own desks it is not known at which the phone was, so they teach nothing.
 * @throws RangeError when a phone or the time is out of bounds.
 * @example learnPhoneOffset(unknownPhone, createCall({ desks: ['d-12'] }), 'elsewhere', 0) // unknownPhone
 */
export function learnPhoneOffset(
  previous: PhoneOffset,
  call: CallState,
  answeredBy: AnsweredBy | undefined,
  elapsedMs: number,
  prior: PhoneOffset = unknownPhone,
): PhoneOffset {
  checkPhoneOffset(previous);
  checkPhoneOffset(prior);
  if (!(elapsedMs >= 0)) throw new RangeError(`elapsedMs: expected 0 or more, got ${elapsedMs}`);
  if (answeredBy !== 'desk') return previous;
  const shift = shiftAtDesk(call);
  if (shift === undefined) return previous;
  const { carriageMeanDb, carriageSdDb, mostDb, leastSdDb, mostSdDb } = phoneOffsetParameters;
  const kept = exponential(-elapsedMs / FADE_MS);
  const beforeDb = prior.offsetDb + (previous.offsetDb - prior.offsetDb) * kept;
  const variance = prior.sdDb * prior.sdDb + (previous.sdDb * previous.sdDb - prior.sdDb * prior.sdDb) * kept;
  const total = variance + shift.varianceDb2 + carriageSdDb * carriageSdDb;
  const most = MOST_DEVIATIONS * Math.sqrt(total);
  const innovationDb = clip(shift.shiftDb - carriageMeanDb - beforeDb, most);
  const gain = variance / total;
  return {
    offsetDb: clip(beforeDb + clip(gain * innovationDb, MOST_STEP_DB), mostDb),
    sdDb: clamp(Math.sqrt(variance * (1 - gain)), leastSdDb, mostSdDb),
  };
}

/** By how much all beacons were off what the own desk lets a phone hear: a weighted mean over the links. */
function shiftAtDesk({
  evidence,
  site,
  host,
  decision,
  nowMs,
}: CallState): { readonly shiftDb: number; readonly varianceDb2: number } | undefined {
  if (vetoOf(evidence, site, host) !== undefined) return undefined;
  const desk = eligibleDesks(evidence, site, host)[0];
  if (desk === undefined || site.ownDesks.length > 1) return undefined;
  // What comes after the decision is no longer counted, however long it is until somebody answers.
  const exposureMs = exposureAt(evidence, decision?.decidedAtMs ?? nowMs);
  const map = mapAround(desk, evidence, site, exposureMs);
  if (map === undefined) return ownShift(ownHeard(desk, evidence, site, exposureMs));
  const { heard, hypotheses } = map;
  const atDesk = hypotheses.filter(({ place }) => place === 'at-desk');
  let weights = 0;
  let sum = 0;
  heard.forEach(({ levelDb, packets }, i) => {
    if (levelDb === undefined) return;
    let gainDb = 0;
    let variance = 0;
    for (const hypothesis of atDesk) {
      gainDb += (hypothesis.gainsDb[i] as number) / atDesk.length;
      variance += (hypothesis.variancesDb2[i] as number) / atDesk.length;
    }
    const looks = clamp(packets, 1, parameters.independentPackets);
    const weight = 1 / (variance + (parameters.packetSdDb * parameters.packetSdDb) / looks);
    weights += weight;
    sum += weight * (levelDb - gainDb);
  });
  return weights === 0 ? undefined : { shiftDb: sum / weights, varianceDb2: 1 / weights };
}

/** Without a map, the own desk alone tells. */
function ownShift({ levelDb }: Heard): { readonly shiftDb: number; readonly varianceDb2: number } | undefined {
  const { atDeskDb, ownSdDb } = parameters.reference;
  return levelDb === undefined ? undefined : { shiftDb: levelDb - atDeskDb, varianceDb2: ownSdDb * ownSdDb };
}

function clip(value: number, most: number): number {
  return clamp(value, -most, most);
}
