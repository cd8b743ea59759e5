import type { OfficeCall } from './call-key.js';
import { drawFloorPlan } from './floor.js';
import { createOffice } from './office.js';
import { generateCall } from './office-call.js';
import { place, type StudyClass } from './placement.js';
import { createRandomStream } from './random-stream.js';
import { drawNames, equip, receive, surveyOf } from './receive-call.js';
import { replayCall, scoreCall } from './score.js';
import { createSequentialTest, type SequentialTest } from './sequential-test.js';
import type { Setting } from './setting.js';
import { clopperPearson } from './statistics.js';

/**
 * Whether a stated bound on false silence is kept where it matters: at one desk, in one office, with one phone. The bound is
 * stated from calls of many offices; then offices, desks and phones are drawn that it has not seen, and each is called many times.
 */

/** P(false silence ≤ 1 %) ≥ 95 % with the third largest of 628 (binomial; research note on the decision, §2.4). */
export const STATED = { falseSilence: 0.01, calls: 628, rank: 3 } as const;
const classes = ['next-room', 'room'] as const satisfies readonly StudyClass[];

export interface BoundReport {
  readonly seed: number;
  readonly draws: number;
  readonly callsPerDraw: number;
  /** Nats above which a call counts as silenced, so that the worst class keeps the stated share. */
  readonly thresholdNats: number;
  readonly ours: Kept;
  /** Wald's test on the own desk's packets as if they were independent, for 1 % and 5 %. */
  readonly sequentialTest: Kept;
}

/** Of one method. */
export interface Kept {
  /** Share of all calls silenced. */
  readonly falseSilence: number;
  /** Draws of desk and phone with more than the stated share in a class, and those that surely have (lower 95 % limit above it). */
  readonly exceeding: Share;
  readonly surelyExceeding: Share;
}

interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** @param onProgress told the share of draws that is done. */
export function measureBound(
  setting: Setting,
  seed: number,
  draws: number,
  callsPerDraw: number,
  onProgress: (share: number) => void = () => {},
): BoundReport {
  const stated = classes.map((studyClass) =>
    Array.from({ length: STATED.calls }, (_, index) =>
      generateCall(setting, { seed, set: 'threshold', studyClass, index }),
    ),
  );
  const thresholdNats = Math.max(...stated.map((calls) => nthLargest(calls.map(llrOf), STATED.rank)));
  const desk = Array.from({ length: 200 }, (_, index) =>
    generateCall(setting, { seed, set: 'threshold', studyClass: index % 2 === 0 ? 'desk-lying' : 'desk-hand', index }),
  );
  const test = createSequentialTest(desk, stated[0] as readonly OfficeCall[]);
  const ours: number[][] = [];
  const sequential: number[][] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const hits = classes.map((studyClass) =>
      hitsOf(setting, seed, draw, studyClass, callsPerDraw, thresholdNats, test),
    );
    ours.push(hits.map(([own]) => own));
    sequential.push(hits.map(([, other]) => other));
    onProgress((draw + 1) / draws);
  }
  return {
    seed,
    draws,
    callsPerDraw,
    thresholdNats,
    ours: keptOf(ours, callsPerDraw),
    sequentialTest: keptOf(sequential, callsPerDraw),
  };
}

/** Calls of one class at one desk with one phone: how many either method silences. */
function hitsOf(
  setting: Setting,
  seed: number,
  draw: number,
  studyClass: StudyClass,
  calls: number,
  thresholdNats: number,
  test: SequentialTest,
): readonly [number, number] {
  const random = createRandomStream(seed, 'bound', draw);
  const plan = drawFloorPlan(Math.ceil(setting.desksInBuilding / 2), setting.office, random);
  const nameOf = drawNames(random);
  const beacons = equip(plan, 0, nameOf, setting, random);
  const desksM = surveyOf(beacons, random);
  // A desk that has such a place; its own is drawn anew for each call.
  const { ownDesk } = place(plan, studyClass, setting.office, random);
  const shared = {
    office: createOffice(setting.office, seed, `bound/${draw}`),
    receiverDb: setting.receiverOffsetSdDb * random.normal(),
  };
  let ours = 0;
  let theirs = 0;
  for (let index = 0; index < calls; index += 1) {
    const own = createRandomStream(seed, 'bound', draw, studyClass, index);
    const placement = place(plan, studyClass, setting.office, own, ownDesk);
    const reception = {
      setting,
      plan,
      beacons,
      placement,
      ownDesk: nameOf(ownDesk),
      random: own,
      name: 'bound',
      shared,
    };
    const call = receive(reception, (site) => ({ site: { ...site, desksM } }));
    if (llrOf(call) > thresholdNats) ours += 1;
    if (test(call)) theirs += 1;
  }
  return [ours, theirs];
}

function llrOf({ header, events, ownDesk }: OfficeCall): number {
  return scoreCall(replayCall(header, events), events, ownDesk).llr;
}

function keptOf(hitsByDraw: readonly (readonly number[])[], calls: number): Kept {
  const all = hitsByDraw.flat().reduce((sum, hits) => sum + hits, 0);
  const isAbove = (limit: (hits: number) => number): number =>
    hitsByDraw.filter((hits) => hits.some((count) => limit(count) > STATED.falseSilence)).length;
  const share = (hits: number): Share => ({
    share: hits / hitsByDraw.length,
    ...clopperPearson(hits, hitsByDraw.length),
  });
  return {
    falseSilence: all / (hitsByDraw.length * classes.length * calls),
    exceeding: share(isAbove((hits) => hits / calls)),
    surelyExceeding: share(isAbove((hits) => clopperPearson(hits, calls).low)),
  };
}

function nthLargest(values: readonly number[], rank: number): number {
  return [...values].sort((a, b) => b - a)[rank - 1] as number;
}
