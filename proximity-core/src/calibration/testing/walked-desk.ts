import type { CallEvent } from '../../call/events.js';
import { type CallState, createCall } from '../../call/state.js';
import { step } from '../../call/step.js';
import type { SiteModel } from '../../profile/site-model.js';

/** A desk that was walked, and calls of a phone that lies on it. */

/** Mulberry32, and a normal draw by Box and Muller. */
export function normals(from: number): () => number {
  let a = from >>> 0;
  const uniform = (): number => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

const gains = { own: 4, east: -5, west: -6, behind: -8 };
const model: SiteModel = {
  version: 1,
  desks: {
    own: {
      poses: 6,
      links: Object.fromEntries(Object.entries(gains).map(([id, gainDb]) => [id, { gainDb, sdDb: 4 }])),
    },
  },
};

/** A call at the desk; the receiver shifts all, the beacon's own level is moved. */
export function hear({
  shiftDb = 0,
  movedDb = 0,
  others = true,
  given = model as SiteModel | null,
  from = 1,
} = {}): CallState {
  const events: CallEvent[] = [
    { t: 0, event: 'call', deadlineMs: 1500 },
    { t: 3, event: 'scan-started', mode: 'low-latency' },
  ];
  // Packets scatter about their mean as in rooms: the strongest of them is judged by how many there were.
  const draw = normals(from);
  for (let t = 20; t < 1500; t += 100) {
    for (const [desk, gainDb] of Object.entries(gains)) {
      if (desk !== 'own' && !others) continue;
      const moved = desk === 'own' ? movedDb : 0;
      const rssiDbm = Math.round(-59 + gainDb + shiftDb + moved + 4 * draw());
      events.push({ t, event: 'sighting', desk, rssiDbm });
    }
  }
  const traceSite = given === null ? {} : { model: given };
  const start = createCall({ desks: ['own'], traceSite });
  return [...events, { t: 1500, event: 'end' } as const].reduce((state, event) => step(state, event).state, start);
}
