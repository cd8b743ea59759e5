import type { Place } from './floor.js';
import type { OfficeParameters } from './parameters.js';
import { createRandomStream, type RandomStream, uniformBetween } from './random-stream.js';

/**
 * What of an office stays from one call to the next: walls, powers, furniture. People, phones, bodies and fading are a call's own.
 * Where calls share no office, each draws these for itself (`links.ts`).
 */
export interface Office {
  readonly pathLossExponent: number;
  readonly drywallDb: number;
  readonly slabDb: number;
  /** @returns what this beacon sends above what it says, dB. */
  readonly powerDb: (name: string) => number;
  /** @returns the frozen shadow of a link for a phone at a place, in standard deviations. */
  readonly shadow: (beacon: Place & { readonly name: string }, phone: Place) => number;
}

/** So far apart that nothing is alike on two floors, m. */
const FLOOR_APART_M = 1000;

/** @param key which office: the same key gives the same one. */
export function createOffice(p: OfficeParameters, seed: number, key: string): Office {
  const random = createRandomStream(seed, 'office', key);
  const pathLossExponent = uniformBetween(random, p.pathLossExponent);
  const drywallDb = uniformBetween(random, p.drywallLossDb);
  const slabDb = p.slabLossDb + p.slabLossSdDb * random.normal();
  const common = drawField(p, random, 4);
  const fields = new Map<string, (at: readonly number[]) => number>();
  const powersDb = new Map<string, number>();
  return {
    pathLossExponent,
    drywallDb,
    slabDb,
    powerDb: (name) =>
      kept(powersDb, name, () => p.beaconPowerSdDb * createRandomStream(seed, 'power', key, name).normal()),
    shadow: ({ name, xM, yM, floor }, phone) => {
      const phoneXM = phone.xM + FLOOR_APART_M * phone.floor;
      const own = kept(fields, name, () => drawField(p, createRandomStream(seed, 'shadow', key, name), 2));
      return (
        Math.sqrt(p.shadowFieldShare) * common([xM + FLOOR_APART_M * floor, yM, phoneXM, phone.yM]) +
        Math.sqrt(1 - p.shadowFieldShare) * own([phoneXM, phone.yM])
      );
    },
  };
}

function kept<T>(known: Map<string, T>, name: string, make: () => T): T {
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = make();
  known.set(name, made);
  return made;
}

/**
 * A standard normal field over one place or over two (beacon and phone), correlated as exp(−distance/length) in each: plane
 * waves as in `shadow-field.ts`, with a direction of its own per place.
 */
function drawField(
  { shadowWaves: count, shadowLengthM }: OfficeParameters,
  random: RandomStream,
  axes: 2 | 4,
): (at: readonly number[]) => number {
  const waves = Array.from({ length: count }, () => {
    const wave: number[] = [];
    for (let axis = 0; axis < axes; axis += 2) {
      const tail = 1 - random.uniform();
      const k = Math.sqrt(1 / (tail * tail) - 1) / shadowLengthM;
      const angle = 2 * Math.PI * random.uniform();
      wave.push(k * Math.cos(angle), k * Math.sin(angle));
    }
    return { wave, phase: 2 * Math.PI * random.uniform() };
  });
  const scale = Math.sqrt(2 / count);
  return (at) => {
    let sum = 0;
    for (const { wave, phase } of waves) {
      let angle = phase;
      for (let axis = 0; axis < axes; axis += 1) angle += (wave[axis] as number) * (at[axis] as number);
      sum += Math.cos(angle);
    }
    return scale * sum;
  };
}
