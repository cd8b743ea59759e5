import type { CallEvent } from '../../events.js';

export type { CallEvent };

/** What of one and the same office each kind of host is told while a call comes in. */
export interface Radio {
  readonly about: string;
  readonly started: CallEvent;
  readonly atDesk: readonly CallEvent[];
  readonly elsewhere: readonly CallEvent[];
}

export const DEADLINE_MS = 1500;
const OTHERS = ['east', 'west'] as const;

/** Packets of the own desk and its neighbours in turn, of whoever `desks` names; only the own desk's are proven. */
function packets(desks: readonly string[], fromMs: number, untilMs: number, everyMs: number): readonly CallEvent[] {
  const events: CallEvent[] = [];
  for (let t = fromMs; t < untilMs; t += everyMs) {
    const i = events.length;
    const desk = desks[i % desks.length] as string;
    const rssiDbm = (desk === 'own' ? -45 : -67) + ((i * 7) % 5) - 2;
    events.push({ t, event: 'sighting', desk, rssiDbm, ...(desk === 'own' ? {} : { authenticated: false }) });
  }
  return events;
}

/** One cycle of a platform that tells of the iBeacon format once a second. */
function cycle(desks: readonly string[]): readonly CallEvent[] {
  return desks.map((desk, i) => ({
    t: 1004,
    event: 'ranging',
    desk,
    rssiDbm: desk === 'own' ? -42 : -72 + i,
    count: desk === 'own' ? 7 : 4,
  }));
}

export const radios = {
  'every-packet': {
    about: 'every packet, as its scanner hears it',
    started: { t: 3, event: 'scan-started', mode: 'low-latency' },
    atDesk: packets(['own', ...OTHERS], 20, DEADLINE_MS, 35),
    elsewhere: packets(OTHERS, 20, DEADLINE_MS, 35),
  },
  'on-screen': {
    about: 'EID frames one by one; the iBeacon format as one mean a second',
    started: { t: 3, event: 'scan-started', mode: 'foreground' },
    atDesk: [...packets(['own'], 40, 1000, 160), ...cycle(['own', ...OTHERS])],
    elsewhere: cycle(OTHERS),
  },
  woken: {
    about: 'one EID frame a beacon in the whole call; the iBeacon format as one mean a second, where ranging runs',
    started: { t: 3, event: 'scan-started', mode: 'background' },
    atDesk: [{ t: 300, event: 'sighting', desk: 'own', rssiDbm: -42 }, ...cycle(['own', ...OTHERS])],
    elsewhere: cycle(OTHERS),
  },
  'one-window': {
    about: 'packets within 512 of 10 240 ms: most calls meet no such window',
    started: { t: 3, event: 'scan-started', windowMs: 512, intervalMs: 10_240 },
    atDesk: packets(['own', ...OTHERS], 400, 912, 35),
    elsewhere: packets(OTHERS, 400, 912, 35),
  },
} as const satisfies Readonly<Record<string, Radio>>;

export type RadioId = keyof typeof radios;
