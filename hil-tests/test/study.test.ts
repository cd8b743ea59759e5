import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CallEvent, ReplayedCall } from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peers } from '../src/peers/registry.js';
import { ownBodyLossDb, passersLossDb } from '../src/study/bodies.js';
import type { CallKey, OfficeCall } from '../src/study/call-key.js';
import { checkOffice } from '../src/study/checks.js';
import { exportCalls } from '../src/study/export.js';
import { countWalls, createFloorPlan, type FloorPlan, roomAt } from '../src/study/floor.js';
import { pathLossDb } from '../src/study/links.js';
import { createOffice } from '../src/study/office.js';
import { generateCall } from '../src/study/office-call.js';
import { pairedDifference } from '../src/study/paired.js';
import { gridParameters, officeParameters } from '../src/study/parameters.js';
import { scorePeers } from '../src/study/peer-scores.js';
import { outOfEarshotClasses, place, type StudyClass, studyClasses } from '../src/study/placement.js';
import { createRandomStream } from '../src/study/random-stream.js';
import { survival } from '../src/study/reception.js';
import { runHere, runStudy, type StudyReport } from '../src/study/run-study.js';
import { drawBursts, drawScanPlan } from '../src/study/scan-plan.js';
import { maySilence, scoreCall, scoreLevels } from '../src/study/score.js';
import { findSetting, type Setting, settings } from '../src/study/setting.js';
import { drawShadowField } from '../src/study/shadow-field.js';
import { clopperPearson, meanOf, quantileOf, upperLimit95, weightedQuantileOf } from '../src/study/statistics.js';
import { tableOf } from '../src/study/table.js';
import { bootstrapSilenced, silencedShare, thresholdFor } from '../src/study/threshold.js';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../bin/deskbeacon-study.mjs', import.meta.url));
const cli = fileURLToPath(new URL('../../cli/bin/deskbeacon.mjs', import.meta.url));
const SEED = Number(process.env.SEED ?? 1);
const LONGEST_OUTPUT = 64 * 1024 * 1024;

function setting(name: string): Setting {
  const found = findSetting(name);
  if (found === undefined) throw new Error(`no stratum ${name}`);
  return found;
}

function calls(name: string, studyClass: StudyClass, count: number): readonly OfficeCall[] {
  return Array.from({ length: count }, (_, index) => generateCall(setting(name), key(studyClass, index)));
}

function key(studyClass: StudyClass, index: number, seed = SEED): CallKey {
  return { seed, set: 'trial', studyClass, index };
}

function ownLevels({ packets }: OfficeCall): readonly number[] {
  return packets.filter(({ link }) => link.isOwn).map(({ rssiDbm }) => rssiDbm);
}

describe('the office', () => {
  it('looks like the recordings', () => {
    const outside = checkOffice(SEED, 1500).filter(({ isWithin }) => !isWithin);
    expect(outside).toEqual([]);
  });

  it('gives the same call for the same key and another one for another', () => {
    const main = setting('main');
    const call = generateCall(main, key('neighbour', 3));
    expect(generateCall(main, key('neighbour', 3))).toEqual(call);
    const others = [
      key('neighbour', 4),
      key('neighbour', 3, SEED + 1),
      { ...key('neighbour', 3), set: 'threshold' as const },
    ];
    for (const other of others) expect(generateCall(main, other).events).not.toEqual(call.events);
  });

  it('puts the phone where the class says', () => {
    const farM: Partial<Record<StudyClass, readonly [number, number]>> = {
      'desk-lying': [0.3, 0.9],
      'desk-pocket': [0.4, 1],
      neighbour: [1.5, 2.6],
      'next-room': [2, 3],
      room: [4, 12],
      gone: [20, 40],
    };
    for (const [studyClass, [low, high]] of Object.entries(farM) as [StudyClass, readonly [number, number]][]) {
      for (const { placement, header } of calls('main', studyClass, 40)) {
        const place = header.site?.desksM?.[header.desks?.[0] ?? ''] ?? [Number.NaN, Number.NaN];
        // The plan is wrong by 20 cm, rounded to a centimetre.
        const distanceM = Math.hypot(place[0] - placement.phone.xM, place[1] - placement.phone.yM);
        expect(distanceM).toBeGreaterThan(low - 0.22);
        expect(distanceM).toBeLessThan(high + 0.22);
        expect(placement.phone.floor).toBe(0);
      }
    }
    for (const { placement } of calls('main', 'floor-above', 10)) expect(placement.phone.floor).toBe(1);
  });

  it('is heard the weaker the further away', () => {
    const meanDbm = (studyClass: StudyClass): number => meanOf(calls('main', studyClass, 100).flatMap(ownLevels));
    const levels = (['desk-lying', 'neighbour', 'room'] as const).map(meanDbm);
    expect(levels).toEqual([...levels].sort((a, b) => b - a));
    expect(levels[0]).toBeGreaterThan((levels[1] as number) + 6);
  });

  it.each(settings.map(({ name }) => name))('sends packets in order, in its time and in whole dBm: %s', (name) => {
    for (const call of calls(name, 'desk-lying', 5)) {
      const times = call.events.map(({ t }) => t);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.at(-1)).toBe(officeParameters.deadlineMs);
      for (const { atMs, rssiDbm } of call.packets) {
        expect(atMs).toBeGreaterThanOrEqual(call.scanStartMs);
        expect(rssiDbm).toBe(Math.round(rssiDbm));
        expect(rssiDbm).toBeGreaterThan(-105);
        expect(rssiDbm).toBeLessThan(0);
      }
      for (const event of call.events) if (event.event === 'sighting') expectHonest(event, call.ownDesk);
    }
  });

  it('lets no more packets through than a beacon sends, and alternates its frames', () => {
    for (const { packets } of calls('main', 'desk-lying', 50)) {
      const own = packets.filter(({ link }) => link.isOwn);
      expect(own.length).toBeLessThanOrEqual(15);
      for (let i = 1; i < own.length; i += 1) {
        const steps = Math.round(((own[i]?.atMs ?? 0) - (own[i - 1]?.atMs ?? 0)) / 105);
        expect(own[i]?.frame === own[i - 1]?.frame).toBe(steps % 2 === 0);
      }
    }
  });

  it('equips and places what the stratum says', () => {
    const heard = (name: string): number =>
      meanOf(
        calls(name, 'desk-lying', 30).map(({ packets }) => new Set(packets.map(({ link }) => link.beacon.name)).size),
      );
    expect(calls('one-desk', 'neighbour', 30).every(({ packets }) => packets.every(({ link }) => link.isOwn))).toBe(
      true,
    );
    expect(heard('equipped-20')).toBeLessThan(0.5 * heard('main'));
    expect(calls('positions-unknown', 'room', 1)[0]?.header.site).not.toHaveProperty('desksM');
    const places = (name: string): number => Object.keys(calls(name, 'room', 1)[0]?.header.site?.desksM ?? {}).length;
    expect(places('main')).toBe(100);
    expect(places('anchors')).toBeGreaterThan(100);
  });

  it('raises single levels in the stratum of spikes', () => {
    const jumps = (name: string): number => {
      const levels = calls(name, 'desk-lying', 200).map(ownLevels);
      const high = levels.flatMap((list) => list.filter((level) => level > quantileOf(list, 0.5) + 14));
      return high.length / levels.flat().length;
    };
    expect(jumps('main')).toBeLessThan(0.005);
    expect(jumps('spikes')).toBeGreaterThan(0.03);
    expect(jumps('spikes')).toBeLessThan(0.07);
  });
});

function expectHonest(event: Extract<CallEvent, { event: 'sighting' }>, ownDesk: string): void {
  const isProven = event.authenticated !== false;
  expect(isProven).toBe(event.desk === ownDesk && event.frame === 'eid');
}

describe('the parts of the office', () => {
  it('loses packets as often as it was told, in bursts', () => {
    const random = createRandomStream(SEED, 'test-bursts');
    const perCall = Array.from({ length: 4000 }, () => {
      const lossAt = drawBursts(0.3, 1500, random);
      return Array.from({ length: 150 }, (_, i) => lossAt(10 * i));
    });
    expect(meanOf(perCall.flat())).toBeCloseTo(0.3, 1.7);
    // 10 ms later it is nearly always as it was: independent losses would change in every second instant or so.
    const changes = perCall.flatMap((losses) => losses.slice(1).map((loss, i) => Number(loss !== losses[i])));
    expect(meanOf(changes)).toBeLessThan(0.1);
  });

  it('listens for its window on one channel after the other', () => {
    const plan = drawScanPlan({ windowMs: 183, intervalMs: 730 }, [0, 0], createRandomStream(SEED, 'test-plan'));
    const channels = [0, 100, 182, 184, 700, 731, 900].map((ms) => plan.channelAt(plan.startMs + ms));
    const first = channels[0] as number;
    expect(channels).toEqual([first, first, first, -1, -1, (first + 1) % 3, (first + 1) % 3]);
    expect(plan.channelAt(plan.startMs - 1)).toBe(-1);
    expect(plan.channelAt(plan.endMs)).toBe(-1);
  });

  it('lets only stronger beacons less the capture ratio disturb', () => {
    const levels = Float64Array.from([-90, -80, -70, -60]);
    const overlap = (2 * 0.376) / 105;
    // −60 captures all but itself; −70 (limit −82) is disturbed by −80 and −60.
    expect(survival(levels, -60, -60)).toBeCloseTo((1 - overlap) ** 1, 12);
    expect(survival(levels, -70, -70)).toBeCloseTo((1 - overlap) ** 2, 12);
    expect(survival(levels, -40, -60)).toBe(1);
    expect(survival(levels, -90, -90)).toBeCloseTo((1 - overlap) ** 3, 12);
  });

  it('counts the drywall between two places', () => {
    const plan: FloorPlan = {
      widthM: 10,
      bandM: 8.1,
      corridorM: 2,
      rooms: [],
      desks: [],
      anchors: [],
      wallsXM: [
        [4, 10],
        [6, 10],
      ],
    };
    expect(countWalls(plan, 1, 1, 3, 7)).toBe(0);
    expect(countWalls(plan, 3, 1, 5, 1)).toBe(1);
    expect(countWalls(plan, 2, 8, 2, 9)).toBe(1);
    expect(countWalls(plan, 2, 8, 2, 11)).toBe(2);
    // Both walls of the corridor and, in the upper band, the partition at 6 m; the one at 4 m stands in the other band.
    expect(countWalls(plan, 4.5, 7, 6.5, 15)).toBe(3);
    expect(countWalls(plan, 6.5, 15, 4.5, 7)).toBe(3);
    // Without a corridor one partition parts the bands.
    expect(countWalls({ ...plan, corridorM: 0 }, 2, 8, 2, 9)).toBe(1);
    expect(countWalls({ ...plan, corridorM: 0 }, 5, 8, 5, 9)).toBe(1);
  });

  it('has desks throughout in the grid, and every phone that is away in it stands near one', () => {
    const random = createRandomStream(SEED, 'test-grid');
    for (let variant = 0; variant < 32; variant += 1) {
      const plan = createFloorPlan(100, variant, gridParameters);
      const furnished = new Set(plan.desks.map(({ room }) => room));
      expect(plan.rooms.map((_, room) => room).filter((room) => !furnished.has(room))).toEqual([]);
      for (const studyClass of outOfEarshotClasses) {
        const { phone } = place(plan, studyClass, gridParameters, random);
        if (roomAt(plan, phone.xM, phone.yM) === undefined) continue;
        expect(roomAt(plan, phone.xM, phone.yM)).not.toBe('corridor');
        const metres = plan.desks.map(({ xM, yM }) => Math.hypot(xM - phone.xM, yM - phone.yM));
        expect(Math.min(...metres)).toBeLessThanOrEqual(gridParameters.floor.strollFromDeskM);
      }
    }
  });

  it('furnishes as many desks as asked for', () => {
    for (const desks of [5, 25, 100, 200]) expect(createFloorPlan(desks, 3).desks).toHaveLength(desks);
  });

  it('shadows behind a body, and not in front of it or beside it', () => {
    const phone = { xM: 0, yM: 0, floor: 0 as const };
    const passers = [{ xM: 1, yM: 0, lossDb: 8 }];
    expect(passersLossDb(passers, phone, 3, 0)).toBe(8);
    expect(passersLossDb(passers, phone, 0.9, 0)).toBe(0);
    expect(passersLossDb(passers, phone, -3, 0)).toBe(0);
    expect(passersLossDb(passers, phone, 3, 3)).toBe(0);
    expect(passersLossDb(Array(5).fill(passers[0]), phone, 3, 0)).toBe(officeParameters.passersAtMostDb);
    const around = Array.from({ length: 360 }, (_, i) => ownBodyLossDb(8, (i * Math.PI) / 180, 1));
    expect(meanOf(around)).toBeCloseTo(0, 9);
    expect(Math.max(...around) - Math.min(...around)).toBeCloseTo(8, 3);
  });

  it('keeps its shadows and powers from call to call, alike where phones are near', () => {
    const beacon = { name: 'd-1', xM: 3, yM: 2, floor: 0 as const };
    const phone = (xM: number, floor: 0 | 1 = 0) => ({ xM, yM: 2, floor });
    const offices = Array.from({ length: 2000 }, (_, i) => createOffice(officeParameters, SEED, `test/${i}`));
    const product = (at: ReturnType<typeof phone>): number =>
      meanOf(offices.map(({ shadow }) => shadow(beacon, phone(3)) * shadow(beacon, at)));
    expect(product(phone(3))).toBeCloseTo(1, 0.9);
    expect(product(phone(5.5))).toBeCloseTo(Math.exp(-1), 0.9);
    expect(Math.abs(product(phone(3, 1)))).toBeLessThan(0.08);
    const [one, again, other] = [offices[0], createOffice(officeParameters, SEED, 'test/0'), offices[1]];
    expect(again.shadow(beacon, phone(4))).toBe(one?.shadow(beacon, phone(4)));
    expect(again.powerDb('d-1')).toBe(one?.powerDb('d-1'));
    expect(other?.powerDb('d-1')).not.toBe(one?.powerDb('d-1'));
  });

  it('is walked before the calls, with another phone and by packets alone', () => {
    const small: Setting = { ...setting('calibrated'), name: 'calibrated-small', desksInBuilding: 20 };
    const call = (index: number, set: CallKey['set'] = 'trial'): OfficeCall =>
      generateCall(small, { ...key('desk-lying', index), set });
    const [first, sixth] = [call(0), call(5)];
    // The same office again, another one in between, and yet another for thresholds.
    expect(sixth.header.site).toEqual(first.header.site);
    expect(sixth.events).not.toEqual(first.events);
    expect(call(1).header.site).not.toEqual(first.header.site);
    expect(call(0, 'threshold').header.site).not.toEqual(first.header.site);
    const print = first.header.site?.model?.desks[first.ownDesk];
    expect(print?.poses).toBe(7);
    const links = Object.entries(print?.links ?? {});
    expect(links.length).toBeGreaterThan(3);
    const loudest = links.sort(([, a], [, b]) => b.gainDb - a.gainDb)[0];
    expect(loudest?.[0]).toBe(first.ownDesk);
    expect(first.header.phone?.sdDb).toBeLessThan(3);
    expect(first.header.phone?.offsetDb).not.toBe(0);
  });

  it('shadows neighbouring beacons alike', () => {
    const random = createRandomStream(SEED, 'test-field');
    const fields = Array.from({ length: 4000 }, () => drawShadowField(random));
    const product = (distanceM: number): number => meanOf(fields.map((field) => field(0, 0) * field(distanceM, 0)));
    expect(product(0)).toBeCloseTo(1, 0.9);
    expect(product(2.5)).toBeCloseTo(Math.exp(-1), 0.9);
    expect(Math.abs(product(15))).toBeLessThan(0.08);
  });

  it('weakens with the logarithm of the distance, faster beyond the breakpoint', () => {
    expect(pathLossDb(1, 2)).toBe(0);
    expect(pathLossDb(8, 2)).toBeCloseTo(18.06, 2);
    expect(pathLossDb(16, 2)).toBeCloseTo(18.06 + 9.03, 2);
  });
});

describe('the scores', () => {
  const own = (t: number, rssiDbm: number, frame: 'eid' | 'ibeacon' = 'eid'): CallEvent => {
    const event = { t, event: 'sighting', desk: 'me', rssiDbm, frame } as const;
    return frame === 'eid' ? event : { ...event, authenticated: false };
  };
  const other = (t: number, desk: string, rssiDbm: number): CallEvent => ({
    t,
    event: 'sighting',
    desk,
    rssiDbm,
    frame: 'ibeacon',
    authenticated: false,
  });

  it('need two own packets in two slots, one of them proven', () => {
    expect(maySilence([own(10, -50), own(120, -50, 'ibeacon')], 'me', 250)).toBe(true);
    expect(maySilence([own(10, -50), own(90, -50, 'ibeacon')], 'me', 250)).toBe(false);
    expect(maySilence([own(10, -50), own(251, -50, 'ibeacon')], 'me', 250)).toBe(false);
    expect(maySilence([own(10, -50, 'ibeacon'), own(120, -50, 'ibeacon')], 'me', 250)).toBe(false);
    expect(maySilence([other(10, 'you', -50), other(120, 'you', -50)], 'me', 250)).toBe(false);
  });

  it('take the best look that may silence', () => {
    const events = [own(10, -50), own(300, -50), own(400, -52)];
    const replayed: ReplayedCall = {
      call: 'c',
      decision: 'ring',
      reason: 'unsure',
      decidedAtMs: 1500,
      pDesk: 0,
      llr: 0,
      packets: { used: 3, dropped: {} },
      heard: { neededNats: 2 },
      at: {
        '250': { pDesk: 0.9, llr: 9 },
        '500': { pDesk: 0.4, llr: 3 },
        '1000': { pDesk: 0.6, llr: 2 },
        '1499': { pDesk: 0.6, llr: 5 },
      },
    };
    expect(scoreCall(replayed, events, 'me')).toMatchObject({ llr: 3, deadlineLlr: 5, guardedLlr: 2 });
    expect(scoreCall(replayed, events, 'you')).toMatchObject({ llr: Number.NEGATIVE_INFINITY });
  });

  it('of the baselines take the first second and the three strongest others', () => {
    const others = [-70, -80, -60, -65].map((level, i) => other(200 + i, `d-${i}`, level));
    const events = [own(10, -50), own(120, -60, 'ibeacon'), ...others, own(1001, -20)];
    expect(scoreLevels(events, 'me')).toEqual({ ownMeanDbm: -55, ownAndOthersDb: (-55 + (-55 + 65)) / 2 });
    expect(scoreLevels([own(10, -50)], 'me')).toEqual({ ownMeanDbm: -50, ownAndOthersDb: (-50 + (-50 + 94)) / 2 });
    expect(scoreLevels(events, 'nobody').ownMeanDbm).toBe(Number.NEGATIVE_INFINITY);
  });

  it('silence no more of any class than allowed at their threshold', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i);
    expect(thresholdFor([hundred], 0.01)).toBe(98);
    expect(thresholdFor([hundred, hundred.map((i) => i - 50)], 0.05)).toBe(94);
    expect(thresholdFor([[Number.NEGATIVE_INFINITY, 5]], 0.01)).toBe(5);
    const own = [
      { scores: [1, 2, 3, 4], weight: 0.5 },
      { scores: [3, 3, 0, 0], weight: 0.5 },
    ];
    expect(silencedShare(own, 2)).toBe(0.5);
    const { low, high } = bootstrapSilenced(
      [hundred],
      [{ scores: hundred, weight: 1 }],
      0.5,
      createRandomStream(1, 'b'),
    );
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
    expect(high - low).toBeLessThan(0.35);
  });

  it('of two methods are compared on the same calls', () => {
    const random = createRandomStream(SEED, 'test-paired');
    const draw = (shift: number): number[] => Array.from({ length: 500 }, () => shift + random.normal());
    const scores = { away: [draw(0), draw(-1)], own: [{ scores: draw(3), weight: 1 }] };
    const same = pairedDifference(scores, scores, 0.01, createRandomStream(1, 'b'));
    expect(same).toEqual({ mean: 0, low95: 0, high95: 0 });
    // Any growing function of a score ranks alike; noise on top ranks worse.
    const noisy = (list: readonly number[]): number[] => list.map((score) => score + 1.5 * random.normal());
    const worse = { away: scores.away.map(noisy), own: [{ scores: noisy(scores.own[0]?.scores ?? []), weight: 1 }] };
    const { low95, mean, high95 } = pairedDifference(scores, worse, 0.01, createRandomStream(1, 'b'));
    expect(low95).toBeGreaterThan(0);
    expect(high95).toBeGreaterThan(mean);
    const shorter = { ...scores, own: [{ scores: [1], weight: 1 }] };
    expect(() => pairedDifference(scores, shorter, 0.01, random)).toThrow(RangeError);
  });

  it('of peers are taken at the deadline, of the own desk alone', () => {
    const events = [own(60, -50), own(160, -54, 'ibeacon'), other(170, 'you', -30), own(1400, -58)];
    const { estimates, isNear } = scorePeers(events, 'me', 50);
    expect(Object.keys(estimates)).toEqual(peers.map(({ id }) => id));
    expect(estimates.mean).toBe(-54);
    // Its first cycle ends at 1100 ms of the scan.
    expect(estimates['altbeacon-running-average']).toBe(-52);
    expect(isNear['bleunlock-unlock/stated']).toBe(true);
    const silent = scorePeers([other(170, 'you', -30)], 'me', 50);
    expect(Object.values(silent.estimates).every((score) => score === Number.NEGATIVE_INFINITY)).toBe(true);
    expect(Object.values(silent.isNear)).not.toContain(true);
  });

  it('come with the limits that the tables give', () => {
    // Note §2.4: 299 calls without an error certify 1 %, 473 with one; 2 of 10 is the textbook's example.
    expect(upperLimit95(0, 299)).toBeCloseTo(0.01, 4);
    expect(upperLimit95(1, 473)).toBeCloseTo(0.01, 4);
    expect(clopperPearson(2, 10).low).toBeCloseTo(0.0252, 4);
    expect(clopperPearson(2, 10).high).toBeCloseTo(0.5561, 4);
    expect(clopperPearson(10, 10)).toMatchObject({ high: 1 });
    expect(clopperPearson(20_000, 40_000).high).toBeCloseTo(0.5049, 4);
    expect(quantileOf([4, 1, 3, 2], 0.5)).toBe(2);
    expect(
      weightedQuantileOf(
        [
          { value: 9, weight: 1 },
          { value: 1, weight: 3 },
        ],
        0.7,
      ),
    ).toBe(1);
  });
});

describe('the study', () => {
  let directory: string;
  let here: StudyReport;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacon-study-'));
    here = await runStudy(
      { settings: settings.slice(0, 1), seed: 1, seeds: 2, calls: 4, otherCalls: 1, checkLinks: 20 },
      runHere,
    );
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('runs as a program, in threads, and finds what it finds in one', async () => {
    const flags = ['--quick', '--json', '--seeds', '2', '--calls', '4'];
    const { stdout, stderr } = await run('node', [program, ...flags], { maxBuffer: LONGEST_OUTPUT });
    const report = JSON.parse(stdout) as StudyReport & { commit: string; machine: string };
    expect(stderr).toBe('');
    expect(report).toMatchObject({ seed: 1, seeds: 2, commit: expect.any(String), machine: expect.any(String) });
    expect(report.strata).toEqual(JSON.parse(JSON.stringify(here.strata)));
    const [main] = report.strata;
    expect(main?.calls).toEqual({ threshold: 4 * 2 * 8, trial: 9 * 2 * 4 });
    expect(main?.methods.map(({ method }) => method)).toContain('llr');
    expect(Object.keys(main?.shipped.delayed ?? {})).toEqual(['next-room', 'room', 'floor-above', 'gone']);
  });

  it('fits a hundred columns', () => {
    const wide = {
      node: 'v20.20.2',
      machine: '16 × A Processor With A Rather Long Name @ 3.00GHz',
      commit: '0123456789-dirty',
    };
    const lines = tableOf({ ...here, strata: [...here.strata, ...here.strata] }, wide);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.join('\n')).not.toMatch(/NaN|undefined/);
  });

  it('refuses a stratum it does not have', async () => {
    await expect(run('node', [program, '--stratum', 'moon'])).rejects.toMatchObject({ code: 2 });
  });

  it('exports calls that the CLI decides as the study did, to the last digit', async () => {
    const exported = await exportCalls({ directory, setting: setting('main'), seed: SEED, calls: 1000 });
    const traces = await readFile(exported.tracesFile, 'utf8');
    expect(traces).not.toMatch(/label|truth|neighbour|pocket|next-room/);
    const keys = linesOf(await readFile(exported.keyFile, 'utf8'));
    const { stdout } = await run('node', [cli, 'replay', exported.tracesFile, '--json', '--at', '250,500,1000'], {
      maxBuffer: LONGEST_OUTPUT,
    });
    const replayed = linesOf(stdout).map(({ call, decision, reason, decidedAtMs, llr, at }) => ({
      call,
      study: { decision, reason, decidedAtMs, llr, at },
    }));
    expect(replayed).toHaveLength(1000);
    expect(replayed).toEqual(keys.map(({ call, study }) => ({ call, study })));
    expect(new Set(keys.map((line) => line.class))).toEqual(new Set(studyClasses));
  });
});

function linesOf(text: string): readonly Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
