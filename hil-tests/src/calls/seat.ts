import type { SiteProfile } from '@deskbeacon/proximity-core';
import { callInVirtualTime, type OfficeSetUp, openOfficeAir } from '../demo/office-air.js';
import type { Point } from '../demo/scenes.js';

/** Where the person at the own desk sits, and what the draws of the channel call it. */
export interface Seat {
  readonly at: Point;
  readonly placement: string;
}

const REHEARSALS = 8;
/** Sooner than in a call: a push, a process and a scan that starts late take some of its time. */
const REHEARSED_DEADLINE_MS = 1300;
const BETWEEN_CALLS_US = 500_000;

/**
 * Where in the hand is quiet: of the scene's places at the own desk the first at which rehearsals in virtual time all are, else
 * the one at which most are. How often a phone in a hand is heard well enough is the decision study's question; here telephones
 * are tried, and a person at whose seat the phone is in doubt would have been found when the desk was verified.
 * @param setUp the office as it is on the air, `names` as there.
 * @param profile as the app has it.
 */
export function chooseSeat(setUp: OfficeSetUp & Required<Pick<OfficeSetUp, 'names'>>, profile: SiteProfile): Seat {
  const places = setUp.scene.calls.filter((call) => call.class === 'desk-hand');
  let best: { readonly seat: Seat; readonly quiet: number } | undefined;
  for (const [i, { phone: at }] of places.entries()) {
    const seat: Seat = { at, placement: `seat-${i}` };
    const quiet = rehearse(setUp, profile, seat);
    if (best === undefined || quiet > best.quiet) best = { seat, quiet };
    if (quiet === REHEARSALS) break;
  }
  if (best === undefined) throw new Error('the scene has no place at the own desk');
  return best.seat;
}

/** @returns how many calls were quiet. */
function rehearse(
  setUp: OfficeSetUp & Required<Pick<OfficeSetUp, 'names'>>,
  profile: SiteProfile,
  { at, placement }: Seat,
): number {
  const office = openOfficeAir(setUp);
  const { phone } = setUp.names;
  office.air.place({ id: phone, ...at, pose: 'hand', placement });
  let quiet = 0;
  for (let i = 0; i < REHEARSALS; i += 1) {
    const { state } = callInVirtualTime(office, profile, REHEARSED_DEADLINE_MS, phone);
    if (state.decision.decision === 'silence') quiet += 1;
    office.air.advanceTo(office.air.nowUs() + BETWEEN_CALLS_US);
  }
  return quiet;
}
