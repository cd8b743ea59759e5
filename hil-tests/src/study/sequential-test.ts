import type { OfficeCall } from './call-key.js';
import { meanOf, standardDeviationOf } from './statistics.js';

/** Whether a call is silenced within its first second. */
export type SequentialTest = (call: OfficeCall) => boolean;

/** Wald's bounds for 1 % false and 5 % missed silence (research note on the decision, §2.1). */
const SILENCE_NATS = Math.log(0.95 / 0.01);
const RING_NATS = Math.log(0.05 / 0.99);
const UNTIL_MS = 1000;

/**
 * Wald's sequential probability ratio test of two normal laws, as if the own desk's packets were independent: a peer whose
 * promise the pose of the phone breaks.
 * @param desk calls at the desk, from which its law is taken.
 * @param away calls of the class that it is to be told from.
 */
export function createSequentialTest(desk: readonly OfficeCall[], away: readonly OfficeCall[]): SequentialTest {
  const atDesk = desk.flatMap(levelsOf);
  const elsewhere = away.flatMap(levelsOf);
  const difference = meanOf(atDesk) - meanOf(elsewhere);
  const middle = (meanOf(atDesk) + meanOf(elsewhere)) / 2;
  const variance = (standardDeviationOf(atDesk) ** 2 + standardDeviationOf(elsewhere) ** 2) / 2;
  return (call) => {
    let nats = 0;
    for (const levelDbm of levelsOf(call)) {
      nats += (difference / variance) * (levelDbm - middle);
      if (nats >= SILENCE_NATS) return true;
      if (nats <= RING_NATS) return false;
    }
    return false;
  };
}

function levelsOf({ events, ownDesk }: OfficeCall): readonly number[] {
  return events.flatMap((event) =>
    event.event === 'sighting' && event.desk === ownDesk && event.t <= UNTIL_MS ? [event.rssiDbm] : [],
  );
}
