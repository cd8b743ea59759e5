import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { armaAt, runningAverageAt, trimmedMean } from '../src/peers/altbeacon.js';
import { lastSecondAt, secondsUntil } from '../src/peers/apple-ranging.js';
import { bermudaDistanceM } from '../src/peers/bermuda.js';
import { timedKalmanAt } from '../src/peers/bermuda-fork.js';
import { isUnlockedAt, lockLevelAt, unlockLevelAt } from '../src/peers/bleunlock.js';
import { altBeaconCurves, classicCurve, heraldDistanceM, quotientDistanceM } from '../src/peers/distance-curves.js';
import { espresenseDistanceM, medianIqrAt, oneEuroDistanceM, upperQuartileAt } from '../src/peers/espresense.js';
import { minuteMedianAt } from '../src/peers/herald.js';
import { kalmanAt, kalmanNoise, roomAssistantDistanceM } from '../src/peers/kalman.js';
import { ourDecision } from '../src/peers/our-decision.js';
import { heardUntil, type Packet } from '../src/peers/peer.js';
import {
  aucOf,
  aucWithinGroups,
  countPairs,
  intervalOf,
  leastBalancedError,
  resamplings,
  type Scored,
} from '../src/peers/ranking.js';
import { measureSet } from '../src/peers/recorded.js';
import { callsOf, thin } from '../src/peers/recorded-calls.js';
import { listSets, type RecordedPacket, type RecordedSet, readSet } from '../src/peers/recorded-data.js';
import { tableOfSet } from '../src/peers/recorded-table.js';
import { findPeer, peers, plainMean } from '../src/peers/registry.js';
import { meanOf, quantileOf } from '../src/peers/statistics.js';

const fcParameters = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

/** Packets in equal steps. */
function packetsOf(levelsDbm: readonly number[], stepMs = 250): readonly Packet[] {
  return levelsDbm.map((rssiDbm, i) => ({ tMs: stepMs * i, rssiDbm }));
}

/** The vector of the peer study, A.12. */
const vector = packetsOf([-70, -62, -75, -68, -66, -90, -67, -69, -64, -71, -80, -66, -68, -65, -72, -67]);
/** Every peer's last cycle over the vector has ended here: 4 of 1.1 s, 4 of 1.05 s, 4 seconds. */
const END_MS = 4400;

describe('the conformance vector of the peer study (A.12)', () => {
  const mean5 = trimmedMean([-70, -62, -75, -68, -66]);
  const mean10 = trimmedMean(vector.slice(0, 10).map(({ rssiDbm }) => rssiDbm));
  const average = runningAverageAt(vector, END_MS);
  const rows: readonly (readonly [string, number | undefined, string])[] = [
    ['plain mean', plainMean.estimateAt(vector, END_MS), '-70'],
    ['A.1 running average', average, '-68.6667'],
    ['A.1 running average of 5', mean5, '-68'],
    ['A.1 running average of 10', mean10, '-68.5'],
    ['A.1 on the Nexus 5 curve, m', quotientDistanceM(altBeaconCurves.nexus5, average as number, -59), '1.7578'],
    ['A.2 arma-int 0.1', armaAt(vector, END_MS, 0.1, true), '-66'],
    ['A.2 arma-int 0.5', armaAt(vector, END_MS, 0.5, true), '-68'],
    ['A.2 arma-float 0.1', armaAt(vector, END_MS, 0.1, false), '-69.7236'],
    ['A.4 kalman 0.008/4', kalmanAt(vector, END_MS, kalmanNoise.roomAssistantBle), '-69.942'],
    ['A.4 kalman 1/1', kalmanAt(vector, END_MS, kalmanNoise.default), '-68.0936'],
    ['A.4 kalman 1.4/1', kalmanAt(vector, END_MS, kalmanNoise.roomAssistantClassic), '-68.0049'],
    ['A.4 kalman 0.01/3', kalmanAt(vector, END_MS, kalmanNoise.readme), '-69.9058'],
    ['A.4 room-assistant, m', roomAssistantDistanceM(vector, END_MS, -59), '3.5'],
    ['A.5 medianIQR', medianIqrAt(vector, END_MS), '-67.8571'],
    ['A.5 medianIQR, m', espresenseDistanceM(medianIqrAt(vector, END_MS) as number, -59), '2.1283'],
    ['A.6 75th percentile', upperQuartileAt(vector, END_MS), '-66'],
    ['A.6 1€, m', oneEuroDistanceM(vector, END_MS, -59), '3.158'],
    ['A.7 Bermuda, m', bermudaDistanceM(vector, END_MS), '2.2536'],
    ['A.8 Bermuda fork', timedKalmanAt(vector, END_MS), '-68.5657'],
    ['A.10 BLEUnlock, mean of five', lockLevelAt(vector, END_MS), '-67'],
    ['A.11 Herald, median', minuteMedianAt(vector, END_MS), '-68'],
    ['A.11 Herald, m', heraldDistanceM(-68), '1.0398'],
  ];

  it.each(rows)('is reproduced to the digit: %s', (_name, value, expected) => {
    expect(String(Math.round((value as number) * 1e4) / 1e4)).toBe(expected);
  });

  it('is reproduced second by second with the callbacks of CoreLocation (A.9)', () => {
    expect(secondsUntil(vector, END_MS)).toEqual([-69, -73, -70, -68]);
  });

  it('holds for the gains of the Kalman filter that A.4 lists', () => {
    const gainAfter = (n: number): number => {
      const steps = packetsOf([...new Array<number>(n).fill(0), 1]);
      return kalmanAt(steps, Number.MAX_VALUE, kalmanNoise.roomAssistantBle) as number;
    };
    expect([1, 2, 3, 4, 5].map((n) => gainAfter(n).toFixed(3))).toEqual(['0.500', '0.334', '0.252', '0.202', '0.170']);
  });

  it('holds for the sample of the classic curve: −68 dBm at −59 dBm is 2.799 m (A.3)', () => {
    expect(quotientDistanceM(classicCurve, -68, -59)?.toFixed(3)).toBe('2.799');
    expect(quotientDistanceM(classicCurve, 0, -59)).toBeUndefined();
  });
});

describe('the flaws that the study names', () => {
  it('stay in the ARMA filter of whole numbers: a step of 9 dB down is never followed, one of 15 dB to −66 (A.2)', () => {
    const step = (to: number) => packetsOf([-60, ...new Array<number>(200).fill(to)]);
    expect(armaAt(step(-69), Number.MAX_VALUE, 0.1, true)).toBe(-60);
    expect(armaAt(step(-75), Number.MAX_VALUE, 0.1, true)).toBe(-66);
  });

  it('stay in BLEUnlock: a level that is not available unlocks (A.10)', () => {
    expect(isUnlockedAt(packetsOf([127]), 0)).toBe(true);
    expect(unlockLevelAt(packetsOf([-90, 127]), 1000)).toBe(0);
  });

  it('stay in Bermuda: of the packets of a cycle the last alone counts (A.7)', () => {
    const [before, last] = [packetsOf([-40, -40, -40, -40, -70]), packetsOf([-90, -90, -90, -90, -70])];
    expect(bermudaDistanceM(before, 1050)).toBe(bermudaDistanceM(last, 1050));
  });
});

describe('sentinels', () => {
  const clean = packetsOf([-60, -62, -61, -63], 200);
  const withSentinel = (rssiDbm: number) => [...clean, { tMs: 900, rssiDbm }];
  const dropped: Readonly<Record<number, readonly string[]>> = {
    127: ['altbeacon-running-average', 'altbeacon-arma-int', 'altbeacon-arma-float', 'herald', 'deskbeacon'],
    [-127]: ['bermuda', 'herald', 'deskbeacon'],
    0: ['herald', 'deskbeacon'],
  };

  it.each([127, -127, 0])('are dropped by the peers that drop them, and by no other: %i', (sentinel) => {
    for (const peer of [...peers, ourDecision]) {
      // Rules that keep the best or the middle of a few may well show the same value; their packets are not dropped.
      const isRobust = /p75|median-iqr|unlock|1hz/.test(peer.id);
      const isSame = peer.estimateAt(withSentinel(sentinel), END_MS) === peer.estimateAt(clean, END_MS);
      if (!isRobust) expect(isSame, peer.id).toBe(dropped[sentinel]?.includes(peer.id));
    }
  });

  it('pass into the mean, where they do their harm', () => {
    expect(plainMean.estimateAt(packetsOf([-60, 127]), END_MS)).toBe(33.5);
    expect(lastSecondAt(packetsOf([-60, 127]), END_MS - 3000)).toBe(34);
  });
});

describe('every peer', () => {
  it('has an id of its own, and is found by it', () => {
    expect(new Set(peers.map(({ id }) => id)).size).toBe(peers.length);
    for (const peer of peers) expect(findPeer(peer.id)).toBe(peer);
    expect(findPeer('nobody')).toBeUndefined();
  });

  it.each([...peers, ourDecision])('has no answer to no packets, and takes nobody to be near: $id', (peer) => {
    expect(peer.estimateAt([], 2000)).toBeUndefined();
    expect(peer.native?.isNearAt([], 2000) ?? false).toBe(false);
  });

  it.each([
    ...peers,
    ourDecision,
  ])('has no answer before the end of its first cycle, and one from then on: $id', (peer) => {
    const heard = packetsOf(new Array<number>(30).fill(-61), 100);
    if (peer.firstAnswerMs > 0) expect(peer.estimateAt(heard, peer.firstAnswerMs - 1)).toBeUndefined();
    expect(Number.isFinite(peer.estimateAt(heard, Math.max(peer.firstAnswerMs, 1)))).toBe(true);
  });

  it.each([...peers, ourDecision])('looks at no packet that is still to come: $id', (peer) => {
    const past = packetsOf([-60, -66, -63, -64], 200);
    const future = [...past, { tMs: 1500, rssiDbm: -30 }, { tMs: 1501, rssiDbm: -95 }];
    for (const atMs of [1000, 1400]) {
      expect(peer.estimateAt(future, atMs)).toBe(peer.estimateAt(past, atMs));
    }
  });

  // These two replace a jump in metres, and 15 dB further away a step of as many dB is a longer jump.
  const isGuarded = ({ id }: { readonly id: string }) => id === 'bermuda' || id === 'espresense-1euro';

  it.each(peers.filter(isGuarded))('is nearer for a stronger level that stays: $id', (peer) => {
    const at = (level: number) => peer.estimateAt(packetsOf(new Array<number>(20).fill(level)), END_MS) as number;
    expect(at(-60)).toBeGreaterThan(at(-61));
  });

  it.each([...peers.filter((peer) => !isGuarded(peer)), ourDecision])('is nearer for stronger packets: $id', (peer) => {
    const levels = fc.array(fc.integer({ min: -75, max: -45 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(levels, (levelsDbm) => {
        const weak = peer.estimateAt(packetsOf(levelsDbm.map((level) => level - 15)), END_MS + 600);
        const strong = peer.estimateAt(packetsOf(levelsDbm), END_MS + 600);
        expect(weak === undefined).toBe(strong === undefined);
        if (weak !== undefined) expect(strong as number).toBeGreaterThan(weak);
      }),
      { ...fcParameters, numRuns: 50 },
    );
  });

  it.each(
    peers.filter(({ native }) => native !== undefined),
  )('is near beside the beacon and not far from it by its own numbers: $id', (peer) => {
    const at = (level: number) => peer.native?.isNearAt(packetsOf(new Array<number>(20).fill(level), 100), 2200, -59);
    expect(at(-45)).toBe(true);
    expect(at(-100)).toBe(false);
  });
});

describe('BLEUnlock by its own numbers', () => {
  it('leaves five seconds after the mean fell below −80 dBm, and not when it comes back', () => {
    const leaving = [...packetsOf([-50]), ...packetsOf(new Array<number>(40).fill(-90)).map(later(250))];
    expect(isUnlockedAt(leaving, 5200)).toBe(true);
    expect(isUnlockedAt(leaving, 5300)).toBe(false);
    const back = [...leaving.slice(0, 12), { tMs: 3000, rssiDbm: -20 }, { tMs: 3001, rssiDbm: -20 }];
    expect(isUnlockedAt(back, 9000)).toBe(true);
  });
});

describe('Bermuda', () => {
  const inTwoCycles = (first: number, second: number) => packetsOf([first, second], 1000).map(later(500));

  it('approaches at once and retreats slowly', () => {
    const near = bermudaDistanceM(inTwoCycles(-85, -55), 2200) as number;
    const far = bermudaDistanceM(inTwoCycles(-55, -57), 2200) as number;
    expect(near).toBe(1);
    expect(far).toBeLessThan((1 + 10 ** (2 / 30)) / 2 + 1e-9);
  });

  it('takes the reading before once more when somebody would have had to run', () => {
    const jump = bermudaDistanceM(inTwoCycles(-55, -95), 2200);
    expect(jump).toBe(1);
  });

  it('forgets after 30 s', () => {
    expect(bermudaDistanceM(packetsOf([-55]), 30_000)).toBe(1);
    expect(bermudaDistanceM(packetsOf([-55]), 33_000)).toBeUndefined();
  });
});

describe('small parts', () => {
  it('take the packets up to an instant, that instant included', () => {
    expect(heardUntil(vector, 500)).toHaveLength(3);
    expect(heardUntil(vector, -1)).toEqual([]);
    expect(heardUntil(vector, END_MS)).toBe(vector);
  });

  it('have no mean and no quantile of nothing', () => {
    expect(meanOf([])).toBeUndefined();
    expect(quantileOf([], 0.5)).toBeUndefined();
    expect(quantileOf([4, 1, 3, 2], 0.75)).toBe(3.25);
  });
});

describe('ranking', () => {
  const scored = fc.array(
    fc.record({
      score: fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constant(Number.NEGATIVE_INFINITY)),
      isNear: fc.boolean(),
      group: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 30 },
  );

  /** The twin: every pair by itself. */
  function slowAuc(list: readonly Scored[], isCounted: (near: Scored, far: Scored) => boolean): number | undefined {
    let [won, all] = [0, 0];
    for (const near of list.filter(({ isNear }) => isNear)) {
      for (const far of list.filter(({ isNear }) => !isNear)) {
        if (!isCounted(near, far)) continue;
        all += 1;
        won += near.score > far.score ? 1 : near.score === far.score ? 0.5 : 0;
      }
    }
    return all === 0 ? undefined : won / all;
  }

  it('counts what its slow twin counts, over all and within groups', () => {
    fc.assert(
      fc.property(scored, (list) => {
        const counts = countPairs(list, 3);
        expect(aucOf(counts)).toBe(slowAuc(list, () => true));
        expect(aucWithinGroups(counts)).toBe(slowAuc(list, (near, far) => near.group === far.group));
      }),
      fcParameters,
    );
  });

  it('takes a resampling for what it is: the list with every group as often as it was drawn', () => {
    fc.assert(
      fc.property(scored, fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 }), (list, weights) => {
        const repeated = list.flatMap((item) => new Array<Scored>(weights[item.group] as number).fill(item));
        const auc = aucOf(countPairs(list, 3), weights);
        const expected = slowAuc(repeated, () => true);
        if (expected === undefined) expect(auc).toBeUndefined();
        else expect(auc).toBeCloseTo(expected, 12);
      }),
      fcParameters,
    );
  });

  it('finds the threshold with the least error as trying every one does', () => {
    fc.assert(
      fc.property(scored, (list) => {
        const near = list.filter(({ isNear }) => isNear);
        const far = list.filter(({ isNear }) => !isNear);
        if (near.length === 0 || far.length === 0) {
          expect(leastBalancedError(list)).toBeUndefined();
          return;
        }
        const errors = [Number.POSITIVE_INFINITY, ...list.map(({ score }) => score)].map((threshold) => {
          const missed = near.filter(({ score }) => score < threshold).length / near.length;
          const passed = far.filter(({ score }) => score >= threshold).length / far.length;
          return (missed + passed) / 2;
        });
        expect(leastBalancedError(list)).toBeCloseTo(Math.min(...errors), 12);
      }),
      fcParameters,
    );
  });

  it('draws as many groups as there are, the same ones for the same seed', () => {
    const drawn = resamplings(5, 40, 7);
    expect(drawn).toEqual(resamplings(5, 40, 7));
    expect(drawn).not.toEqual(resamplings(5, 40, 8));
    for (const weights of drawn) expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(5);
  });

  it('gives no range from one group, for that would be the range of packets', () => {
    expect(intervalOf(() => 0.7, resamplings(1, 10, 1))).toEqual({ value: 0.7 });
    expect(intervalOf(() => undefined, [])).toBeUndefined();
  });
});

/** Invented: the level falls by 6 dB when the distance doubles, and groups differ by a constant. */
function inventedSet(name: string): RecordedSet {
  const traces = [0.914, 1.2, 2.5, 3.048, 6].flatMap((distanceM, d) =>
    ['a', 'b', 'c'].map((group, g) => ({
      group,
      pose: group === 'c' ? 'pocket' : 'hand',
      packets: Array.from({ length: 130 }, (_, i) => ({
        tMs: 50 * i + (i % 2),
        rssiDbm: Math.round(-60 - 20 * Math.log10(distanceM)) - 5 * g + ((7 * i + d) % 5) - 2,
        distanceM,
      })),
    })),
  );
  return { name, attribution: `${name}: invented`, traces };
}

describe('recordings', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deskbeacon-recorded-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are thinned to one packet in 100 ms, the first', () => {
    const at = (tMs: number): RecordedPacket => ({ tMs, rssiDbm: -60, distanceM: 1 });
    expect(thin([0, 1, 99, 100, 101, 250].map(at)).map(({ tMs }) => tMs)).toEqual([0, 100, 250]);
  });

  it('become calls that start with a packet, every 5 s, and only where a whole call is left', () => {
    const calls = callsOf(inventedSet('invented'));
    expect(calls).toHaveLength(15);
    for (const { packets } of calls) {
      expect(packets[0]?.tMs).toBe(0);
      expect(packets.at(-1)?.tMs).toBeLessThanOrEqual(1500);
    }
  });

  it('lose the fragments of mit_matrix, and of no other set', () => {
    const { traces } = inventedSet('mit_matrix');
    const short = traces.map((trace) => ({ ...trace, packets: trace.packets.slice(0, 90) }));
    expect(callsOf({ name: 'mit_matrix', attribution: '', traces: short })).toEqual([]);
    expect(callsOf({ name: 'other', attribution: '', traces: short })).toHaveLength(15);
  });

  it('are measured for every rule at its own instant, with intervals and the difference to the mean', () => {
    const report = measureSet(inventedSet('mit_matrix'), 1);
    expect(report.cuts.map(({ cut }) => cut)).toEqual(['2m', 'guard', 'canary']);
    const [near2m] = report.cuts;
    expect(near2m).toMatchObject({ near: 6, far: 9, groups: 3 });
    expect(near2m?.rules).toHaveLength(peers.length + 1);
    for (const rule of near2m?.rules ?? []) {
      expect(rule.answered, rule.id).toBe(1);
      expect(rule.atMs).toBeGreaterThanOrEqual(1000);
      expect(rule.auc.low).toBeLessThanOrEqual(rule.auc.value);
      expect(rule.auc.high).toBeGreaterThanOrEqual(rule.auc.value);
      expect(rule.aucWithinGroups).toBeGreaterThan(0.9);
    }
    expect(report.poses.map(({ pose }) => pose)).toEqual(['hand', 'pocket']);
    expect(tableOfSet(report)).toContain('mit_matrix: invented');
  });

  it('make the canary sing when a rule ranks better than this recording allows', () => {
    const report = measureSet(inventedSet('mit_matrix'), 1);
    // Invented levels are far cleaner than real ones: nearly every rule must look suspicious.
    expect(report.cuts.find(({ cut }) => cut === 'canary')?.suspected).toContain('mean');
    expect(tableOfSet(report)).toContain('LEAK SUSPECTED');
  });

  it('are read from their files as they were written, with group and licence', async () => {
    const set = inventedSet('walk');
    const rows = set.traces.flatMap(({ group, pose, packets }, i) =>
      packets.map(({ tMs, rssiDbm, distanceM }) => `t${i},${distanceM},${pose},tx-${group},rx,${tMs},${rssiDbm}`),
    );
    const head = 'trace_id,distance_m,pose,tx_device,rx_device,t_ms,rssi_dbm';
    await writeFile(join(folder, 'walk.csv.gz'), gzipSync([head, ...rows, ''].join('\n')));
    expect((await readSet(folder, 'walk')).traces[0]).toEqual({ ...set.traces[0], group: 'hand,tx-a,rx' });
    const groups = set.traces.map(({ group }, i) => `t${i},${group},,1`);
    await writeFile(
      join(folder, 'walk.traces.csv.gz'),
      gzipSync(['trace_id,group,split,distance_m', ...groups].join('\n')),
    );
    const manifest = { sets: { walk: { repo: 'some/body', commit: '0123456789', licence: 'CC0 1.0' } } };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
    expect(await listSets(folder)).toEqual(['walk']);
    expect(await readSet(folder, 'walk')).toEqual({
      ...set,
      attribution: 'walk: some/body at 0123456, CC0 1.0',
    });
    await writeFile(join(folder, 'walk.csv.gz'), gzipSync(`${head}\nt0,near,hand,tx,rx,0,-60`));
    await expect(readSet(folder, 'walk')).rejects.toMatchObject({ code: 'recorded-data' });
  });

  it('that are not there give no figure and no failure', async () => {
    const script = join(import.meta.dirname, '../src/peers/run-recorded.mjs');
    const absent = join(folder, 'nowhere');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, '--data', absent, '--json']);
    expect(stdout).toBe('');
    expect(stderr).toContain(`No recordings in ${absent}`);
  });
});

function later(ms: number): (packet: Packet) => Packet {
  return ({ tMs, rssiDbm }) => ({ tMs: tMs + ms, rssiDbm });
}
