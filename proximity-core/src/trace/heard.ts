import type { CallState } from '../call/state.js';
import { silenceNatsOf } from '../decision/rule.js';
import { robustMean } from '../evidence/robust-level.js';

/** One beacon as it counted. */
export interface HeardBeacon {
  /** Where it stands. */
  readonly desk: string;
  /** How many of it counted. */
  readonly packets: number;
  /** dB relative to its power at 1 m, to a tenth: the mean of the own desk's packets, another's strongest. */
  readonly levelDb: number;
}

/** What a decision rested on, for people. */
export interface Heard {
  /** The own desk with the most packets; absent when none was heard. */
  readonly own?: HeardBeacon;
  /** Of the other desks, the one heard loudest; absent when none was heard. */
  readonly strongestOther?: HeardBeacon;
  /** Nats that silence would have needed. */
  readonly neededNats: number;
}

/** Sums up a call's evidence as it stood when it was decided. */
export function summariseHeard({ evidence, site, host }: CallState): Heard {
  let own: HeardBeacon | undefined;
  let other: HeardBeacon | undefined;
  for (const desk of Object.keys(evidence.beacons).sort()) {
    const beacon = evidence.beacons[desk];
    if (beacon === undefined) continue;
    if (site.ownDesks.indexOf(desk) < 0) {
      const levelDb = toTenth(beacon.strongestDb);
      if (other === undefined || levelDb > other.levelDb) other = { desk, packets: beacon.packets, levelDb };
    } else if (own === undefined || beacon.packets > own.packets) {
      own = { desk, packets: beacon.packets, levelDb: toTenth(robustMean(beacon.levelsDb)) };
    }
  }
  return {
    ...(own === undefined ? {} : { own }),
    ...(other === undefined ? {} : { strongestOther: other }),
    neededNats: silenceNatsOf(host),
  };
}

function toTenth(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}
