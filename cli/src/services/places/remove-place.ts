import { CliError } from '../../errors/cli-error.js';
import type { Changing } from '../../registry/registry.js';
import type { Stored } from '../../registry/tables.js';
import type { Session } from '../open-session.js';

/** What left the registry along with a desk or an anchor. */
export interface RemovedDesk {
  readonly seats: number;
  readonly calibrations: number;
  /** Only those that were retired before. */
  readonly beacons: number;
}

/** What left the registry along with an extension. */
export interface RemovedExtension {
  readonly seats: number;
  readonly leases: number;
  /** Until when keys on phones still serve; absent where none does. */
  readonly servesUntilMs?: number;
}

/**
 * Takes a desk or an anchor out, and what is known of it. The audit keeps that it was there.
 * @throws CliError `not-found`; `desk-in-use` while a beacon stands there or is being paired.
 */
export async function removeDesk(session: Session, id: string, isAnchor: boolean): Promise<RemovedDesk> {
  return session.registry.change(session.by(isAnchor ? 'anchor remove' : 'desk remove'), async (changing) => {
    const row = await changing.get('desks', id);
    if (row?.isAnchor !== isAnchor) throw new CliError('not-found', `${id}: no such ${isAnchor ? 'anchor' : 'desk'}`);
    const beacons = await changing.list('beacons', { desk: id });
    const inService = beacons.find(({ lifecycle }) => lifecycle !== 'retired');
    if (inService !== undefined) throw new CliError('desk-in-use', `${id}: beacon ${inService.id} stands there`);
    const [pairing] = await changing.list('pairings', { desk: id });
    if (pairing !== undefined) throw new CliError('desk-in-use', `${id}: pairing ${pairing.id} is under way there`);
    const seats = await changing.list('seats', { desk: id });
    const calibrations = await changing.list('calibrations', { desk: id });
    for (const seat of seats) await changing.remove('seats', seat);
    for (const calibration of calibrations) await changing.remove('calibrations', calibration);
    for (const beacon of beacons) await changing.remove('beacons', beacon);
    await changing.remove('desks', row);
    return { seats: seats.length, calibrations: calibrations.length, beacons: beacons.length };
  });
}

/** @throws CliError `not-found`. */
export async function removeExtension(session: Session, extension: string): Promise<RemovedExtension> {
  return session.registry.change(session.by('extension remove'), async (changing) => {
    const row = await changing.get('extensions', extension);
    if (row === undefined) throw new CliError('not-found', `${extension}: no such extension`);
    return forgetExtension(changing, row, session.nowMs());
  });
}

/** Takes an extension out with its seats and leases. What phones have serves until it expires or the keys are rotated. */
export async function forgetExtension(
  changing: Changing,
  row: Stored<'extensions'>,
  nowMs: number,
): Promise<RemovedExtension> {
  const of = { extension: row.id };
  const seats = await changing.list('seats', of);
  const leases = await changing.list('leases', of);
  for (const seat of seats) await changing.remove('seats', seat);
  for (const lease of leases) await changing.remove('leases', lease);
  await changing.remove('extensions', row);
  const servesUntilMs = Math.max(0, ...leases.map(({ untilMs }) => untilMs).filter((untilMs) => untilMs > nowMs));
  return { seats: seats.length, leases: leases.length, ...(servesUntilMs === 0 ? {} : { servesUntilMs }) };
}
