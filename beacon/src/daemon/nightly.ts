import { createNeighbourTable, type Neighbour } from '../health/neighbours.js';
import type { HeardAdvertisement, Listening } from '../radio/index.js';
import type { Log } from './log.js';
import { createSleeper } from './sleep.js';

/** What one listening came to. */
export interface Listened {
  readonly atUnixMs: number;
  /** Shorter than was wanted where identities change too often, or where the radio failed. */
  readonly forMs: number;
  readonly neighbours: readonly Neighbour[];
}

export interface NightlyOptions {
  /** Listens on the beacon's own controller. */
  readonly listen: (listening: Listening) => Promise<void>;
  readonly nowUnixMs: () => number;
  /** The end of the window that is on the air, Unix ms. */
  readonly boundaryUnixMs: () => number;
  /** 16 octets; an owner may change it. */
  readonly organisationUuid: () => Uint8Array;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface NightlyListener {
  /** Listens now. @returns what it came to; the one under way, where there is one. */
  listenNow(): Promise<Listened>;
  /** Once a night, when the time has come; to be asked every minute or so. */
  listenWhenDue(): Promise<void>;
  latest(): Listened | undefined;
}

const LISTEN_MS = 10_000;
/** The scan is off so long before an identity changes: two commands, each of which may be slow, and the silence before the change. */
const CLEAR_MS = 1_000;
/** A piece shorter than this hears too little to be worth its two commands. */
const LEAST_PIECE_MS = 500;
/** With K = 0 and K = 1 no piece ever fits. */
const MOST_PIECES = 24;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** In UTC, as the beacon has no place: from this hour on, each at its own minute, lest all of a building listen and nobody advertises. */
const NIGHT_FROM_MS = 1 * HOUR_MS;

/** @param spread 0..1, of this beacon: where in the hour it listens. */
export function createNightlyListener(options: NightlyOptions, spread: number): NightlyListener {
  const { nowUnixMs, log } = options;
  let latest: Listened | undefined;
  let underWay: Promise<Listened> | undefined;
  const dueSince = (unixMs: number): number => {
    const todayMs = unixMs - (unixMs % DAY_MS) + NIGHT_FROM_MS + spread * HOUR_MS;
    return todayMs <= unixMs ? todayMs : todayMs - DAY_MS;
  };
  // A start by day is no reason to listen before the next night.
  let doneUnixMs = nowUnixMs();
  const nightly: NightlyListener = {
    latest: () => latest,
    listenNow() {
      underWay ??= hear(options)
        .then((listened) => {
          latest = listened;
          const fields = { forMs: Math.round(listened.forMs), neighbours: listened.neighbours.length };
          log({ priority: 6, event: 'listened', text: 'listened to the other beacons', fields });
          return listened;
        })
        .finally(() => {
          underWay = undefined;
        });
      return underWay;
    },
    async listenWhenDue() {
      const unixMs = nowUnixMs();
      if (doneUnixMs >= dueSince(unixMs)) return;
      doneUnixMs = unixMs;
      await nightly.listenNow().catch((error: Error) => {
        log({ priority: 4, event: 'not-listened', text: `could not listen to the other beacons: ${error.message}` });
      });
    },
  };
  return nightly;
}

/** In pieces, each of which ends well before an identity does. */
async function hear({
  listen,
  nowUnixMs,
  boundaryUnixMs,
  organisationUuid,
  signal,
}: NightlyOptions): Promise<Listened> {
  const table = createNeighbourTable(organisationUuid());
  const onHeard = (heard: HeardAdvertisement): void => table.add(heard, nowUnixMs());
  const atUnixMs = nowUnixMs();
  const sleeper = createSleeper(signal);
  let forMs = 0;
  for (let piece = 0; piece < MOST_PIECES && forMs < LISTEN_MS && !signal.aborted; piece += 1) {
    const freeMs = boundaryUnixMs() - nowUnixMs() - CLEAR_MS;
    const pieceMs = Math.min(LISTEN_MS - forMs, freeMs);
    if (pieceMs < Math.min(LEAST_PIECE_MS, LISTEN_MS - forMs)) {
      await sleeper.until(boundaryUnixMs() + CLEAR_MS, nowUnixMs);
      continue;
    }
    await listen({ forMs: pieceMs, signal, onHeard });
    forMs += pieceMs;
  }
  return { atUnixMs, forMs, neighbours: table.list() };
}
