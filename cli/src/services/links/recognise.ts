import { counterAt, deriveRecognitionId, windowStart } from '@deskbeacon/proximity-core';

/** What is needed to know a beacon of the registry again. */
export interface KnownBeacon {
  readonly beacon: string;
  readonly desk: string;
  /** 16 octets. */
  readonly recognitionKey: Uint8Array;
  readonly exponentK: number;
  readonly clockOffsetS: number;
  readonly measuredPowerDbm: number;
}

export interface Recognised {
  readonly known: KnownBeacon;
  /** How many windows its clock is ahead of the instant it was heard (negative: behind). */
  readonly windowsAhead: number;
}

/** So far a clock may be wrong and the beacon still be known by what it says: 36 hours, or at K = 9 253 windows each way. */
const FARTHEST_S = 36 * 3600;
const MOST_WINDOWS = 512;
/** Between what a beacon said of itself and its arrival here; an identity of a moment ago is no wrong clock. */
const SLACK_MS = 30_000;

/**
 * Makes a function that tells whose an identity is, and how wrong that beacon's clock. The nearest window counts: two beacons with the
 * same identity within the search are as likely as 2^-32 for each pair tried.
 * @param unixMs about when the identities were heard; hours do not matter, for the search reaches farther.
 */
export function createRecogniser(
  beacons: readonly KnownBeacon[],
  unixMs: number,
): (major: number, minor: number, heardUnixMs: number) => Recognised | undefined {
  const table = new Map<number, { readonly known: KnownBeacon; readonly windowNumber: number }>();
  for (const known of beacons) {
    const { recognitionKey, exponentK, clockOffsetS } = known;
    const windowS = 2 ** exponentK;
    const reach = Math.min(MOST_WINDOWS, Math.ceil(FARTHEST_S / windowS));
    for (let window = -reach; window <= reach; window += 1) {
      const counterS = counterAt(unixMs + window * windowS * 1000, clockOffsetS);
      const { major, minor } = deriveRecognitionId(recognitionKey, counterS, exponentK);
      table.set(major * 65_536 + minor, { known, windowNumber: windowStart(counterS, exponentK) / windowS });
    }
  }
  return (major, minor, heardUnixMs) => {
    const found = table.get(major * 65_536 + minor);
    if (found === undefined) return undefined;
    const { known, windowNumber } = found;
    const { exponentK, clockOffsetS } = known;
    const windowS = 2 ** exponentK;
    const windows = 2 ** 32 / windowS;
    const aheadOf = (unixMs: number): number => {
      const present = windowStart(counterAt(unixMs, clockOffsetS), exponentK) / windowS;
      // Around the counter's end the shorter way is the true one.
      return ((((windowNumber - present + windows / 2) % windows) + windows) % windows) - windows / 2;
    };
    const [most, least] = [aheadOf(heardUnixMs - SLACK_MS), aheadOf(heardUnixMs + SLACK_MS)];
    return { known, windowsAhead: most >= 0 && least <= 0 ? 0 : aheadOf(heardUnixMs) };
  };
}
