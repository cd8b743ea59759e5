import { ownValue } from '../own-value.js';
import type { DeskPrint } from '../profile/site-model.js';
import type { Hypothesis } from './hypotheses.js';
import { distanceM } from './plan.js';
import type { Site } from './site.js';

/** A walked desk so near counts as within earshot, so near as the same room; metres. */
const EARSHOT_M = 3;
const ROOM_M = 13;
/** Share of a place's prior that walked desks take over: a phone there stands mostly at a desk. Assumption. */
const WALKED_SHARE = 0.5;

/**
 * Puts what a walk taught in the place of free space and plan: at the own desk where it was walked, and as further places at
 * other walked desks. Links that the walk did not hear keep their prediction, and so do all other places.
 * @param own the own desk.
 * @param others beacons in the order of the gains after the own.
 */
export function withFingerprints(
  hypotheses: readonly Hypothesis[],
  own: string,
  others: readonly string[],
  site: Site,
): readonly Hypothesis[] {
  if (site.model === undefined) return hypotheses;
  const beacons = [own, ...others];
  const print = printOf(site, own);
  const known = print === undefined ? hypotheses : printed(hypotheses, beacons, print);
  const walked = others.filter((desk) => printOf(site, desk) !== undefined);
  const within = {
    earshot: walked.filter((desk) => metresBetween(site, own, desk) <= EARSHOT_M),
    room: walked.filter(
      (desk) => metresBetween(site, own, desk) > EARSHOT_M && metresBetween(site, own, desk) <= ROOM_M,
    ),
  };
  return (['earshot', 'room'] as const).reduce(
    (all, place) => addWalked(all, place, within[place], own, beacons, site),
    known,
  );
}

/** The places at the own desk, with what was measured there. */
function printed(
  hypotheses: readonly Hypothesis[],
  beacons: readonly string[],
  print: DeskPrint,
): readonly Hypothesis[] {
  const isWhole = beacons.every((beacon) => ownValue(print.links, beacon) !== undefined);
  const atDesk = hypotheses.filter(({ place }) => place === 'at-desk').map((one) => predict(one, beacons, print));
  const rest = hypotheses.filter(({ place }) => place !== 'at-desk');
  // Where every link was measured, all places at the desk predict the same: one stands for all.
  const first = atDesk[0];
  if (!isWhole || first === undefined) return [...atDesk, ...rest];
  return [{ ...first, weight: atDesk.reduce((sum, { weight }) => sum + weight, 0) }, ...rest];
}

function predict(base: Hypothesis, beacons: readonly string[], print: DeskPrint): Hypothesis {
  const links = beacons.map((beacon) => ownValue(print.links, beacon));
  return {
    ...base,
    gainsDb: base.gainsDb.map((gainDb, i) => links[i]?.gainDb ?? gainDb),
    variancesDb2: base.variancesDb2.map((varianceDb2, i) => {
      const sdDb = links[i]?.sdDb;
      return sdDb === undefined ? varianceDb2 : sdDb * sdDb;
    }),
  };
}

/** Adds the walked desks of one kind of place and takes their weight from the others of that kind. */
function addWalked(
  hypotheses: readonly Hypothesis[],
  place: 'earshot' | 'room',
  walked: readonly string[],
  own: string,
  beacons: readonly string[],
  site: Site,
): readonly Hypothesis[] {
  const ofPlace = hypotheses.filter((one) => one.place === place);
  if (walked.length === 0 || ofPlace.length === 0) return hypotheses;
  const total = ofPlace.reduce((sum, { weight }) => sum + weight, 0);
  const added = walked.flatMap((desk) => {
    const print = printOf(site, desk);
    const base = nearest(ofPlace, beacons.indexOf(desk));
    // A desk at which the own beacon was not heard tells nothing of it: free space goes on.
    if (print === undefined || ownValue(print.links, own) === undefined || base === undefined) return [];
    return [{ ...predict(base, beacons, print), weight: (total * WALKED_SHARE) / walked.length }];
  });
  const left = 1 - (WALKED_SHARE * added.length) / walked.length;
  return [...hypotheses.map((one) => (one.place === place ? { ...one, weight: one.weight * left } : one)), ...added];
}

/** The place from which this beacon is heard best: what stands in for links that were not measured. */
function nearest(hypotheses: readonly Hypothesis[], beacon: number): Hypothesis | undefined {
  const gain = (one: Hypothesis): number => one.gainsDb[beacon] ?? Number.NEGATIVE_INFINITY;
  return hypotheses.reduce<Hypothesis | undefined>(
    (best, one) => (best === undefined || gain(one) > gain(best) ? one : best),
    undefined,
  );
}

function printOf({ model }: Site, desk: string): DeskPrint | undefined {
  return model === undefined ? undefined : ownValue(model.desks, desk);
}

function metresBetween({ positionsM }: Site, a: string, b: string): number {
  const from = ownValue(positionsM, a);
  const to = ownValue(positionsM, b);
  return from === undefined || to === undefined ? Number.POSITIVE_INFINITY : distanceM(from, to);
}
