import type { ProfileBeacon, SiteProfile } from '@deskbeacon/proximity-core';
import type { PoseLabel } from '../pose-label.js';
import { createRecordingReader, type Recording } from '../recording.js';

/** A small office in numbers: four desks, a wall along y = 3, a meeting room behind it. Every draw follows from a seed. */

export type Point = readonly [number, number];

export const officeM: Readonly<Record<string, Point>> = {
  'd-1': [0, 0],
  'd-2': [1.6, 0],
  'd-3': [-1.6, 0],
  'd-4': [0, 2.3],
};

const WALL_Y_M = 3;
const WALL_DB = 9;
const carriageDb: Readonly<Record<string, number>> = { table: 0, hand: -3, pocket: -8 };

/** Keys are needed by the profile's form alone: these recordings hold sightings. */
export function officeProfile(desks: readonly string[] = Object.keys(officeM)): SiteProfile {
  return {
    deskbeacon: 'site-profile',
    version: 1,
    site: 'test',
    organisationUuid: '01'.repeat(16),
    ownDesks: [],
    beacons: desks.map(
      (desk, i): ProfileBeacon => ({
        desk,
        exponentK: 9,
        clockOffsetS: 0,
        measuredPowerDbm: -59,
        intervalMs: 100,
        recognitionKey: (i + 16).toString(16).repeat(16),
        positionM: officeM[desk] as Point,
      }),
    ),
    policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
    model: { calibration: 'none' },
    ringAll: false,
  };
}

export interface SimulatedPose {
  readonly label: Partial<PoseLabel>;
  readonly atM: Point;
  readonly seed: number;
  readonly durationMs?: number;
  readonly receiverDb?: number;
  /** Beacons that are on the air. */
  readonly desks?: readonly string[];
  /** Loss towards the own beacon alone, dB: a beacon behind a metal cabinet. */
  readonly ownLossDb?: number;
}

const usual = { desk: 'd-1', phone: 'pixel-8', walker: 'ada', floor: '2' };

/** @returns the lines of a trace, as a recorder writes them. */
export function traceOf(pose: SimulatedPose): string {
  const { label, atM, seed, durationMs = 1500, receiverDb = 0, desks = Object.keys(officeM), ownLossDb = 0 } = pose;
  const draw = normals(seed);
  const links = desks.map((desk) => {
    const [x, y] = officeM[desk] as Point;
    const distanceM = Math.max(Math.hypot(x - atM[0], y - atM[1], 0.3), 0.3);
    const wallDb = y < WALL_Y_M !== atM[1] < WALL_Y_M ? WALL_DB : 0;
    const ownDb = desk === (label.desk ?? usual.desk) ? ownLossDb : 0;
    const shiftDb = receiverDb + (carriageDb[label.carriage ?? 'table'] ?? 0) - wallDb - ownDb + 2.5 * draw();
    return { desk, meanDbm: -59 - 20 * Math.log10(distanceM) + shiftDb };
  });
  const events: object[] = [{ t: 0, event: 'scan-started', mode: 'low-latency' }];
  for (let t = 20; t < durationMs; t += 105) {
    links.forEach(({ desk, meanDbm }, i) => {
      const rssiDbm = Math.round(meanDbm + 3.5 * draw());
      if (rssiDbm > -94 && rssiDbm < 0) events.push({ t: t + i, event: 'sighting', desk, rssiDbm });
    });
  }
  events.push({ t: durationMs, event: 'end' });
  const header = { deskbeacon: 'trace', version: 1, call: `w-${seed}`, label: { ...usual, ...label } };
  return [header, ...events].map((line) => JSON.stringify(line)).join('\n');
}

export function record(pose: SimulatedPose): readonly Recording[] {
  const reader = createRecordingReader(`seed-${pose.seed}`, []);
  for (const line of traceOf(pose).split('\n')) reader.take(line);
  return reader.end();
}

/**
 * A walk as the guide asks for it: at the desk in three ways, at the neighbour's, in the meeting room and the corridor.
 * @param away poses out of earshot.
 */
export function walkOffice(seed: number, away = 12, more: Partial<SimulatedPose> = {}): readonly Recording[] {
  const ways = ['table', 'hand', 'pocket'];
  const atDesk = Array.from({ length: 9 }, (_, i) => ({
    label: { pose: `desk ${i + 1}`, place: 'at-desk' as const, carriage: ways[i % 3] as string },
    atM: [-0.3 + 0.07 * i, -0.4] as Point,
  }));
  const neighbour = Array.from({ length: 4 }, (_, i) => ({
    label: { pose: `neighbour ${i + 1}`, place: 'earshot' as const, at: 'd-2', carriage: ways[i % 3] as string },
    atM: [1.5 + 0.1 * i, -0.4] as Point,
  }));
  const outside = Array.from({ length: away }, (_, i) => ({
    label: { pose: `outside ${i + 1}`, place: 'out-of-earshot' as const, carriage: ways[i % 3] as string },
    atM: (i % 2 === 0 ? [-2 + 0.3 * (i % 12), 4.5] : [-3 + 0.5 * (i % 12), 8]) as Point,
  }));
  return [...atDesk, ...neighbour, ...outside].flatMap((pose, i) =>
    record({ ...pose, ...more, label: { ...pose.label, ...more.label }, seed: seed * 1000 + i }),
  );
}

function normals(seed: number): () => number {
  let a = seed >>> 0;
  const uniform = (): number => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
