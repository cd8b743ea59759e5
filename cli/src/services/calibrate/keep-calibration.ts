import type { SiteProfile } from '@deskbeacon/proximity-core';
import { CliError } from '../../errors/cli-error.js';
import { newestCalibrations } from '../../registry/newest-calibrations.js';
import { profileOfDesk } from '../export-profile.js';
import type { Session } from '../open-session.js';
import type { CalibrateDeskResult } from './calibrate-desk.js';

/** The desk of an extension that is to be walked, and what a phone there would carry. */
export async function openCalibration(
  session: Session,
  extension: string,
  named: string | undefined,
): Promise<{ readonly desk: string; readonly floor: string; readonly profile: SiteProfile }> {
  const profile = await profileOfDesk(session, extension);
  const [only, ...others] = profile.ownDesks;
  if (named !== undefined && !profile.ownDesks.includes(named))
    throw new CliError('not-found', `${named}: no desk of ${extension} with a beacon in service`);
  if (named === undefined && others.length > 0)
    throw new CliError(
      'bad-usage',
      `${extension} has ${profile.ownDesks.length} desks: name one of ${profile.ownDesks.join(', ')} with --desk`,
    );
  const desk = named ?? (only as string);
  const floor = (await session.registry.read((reading) => reading.get('desks', desk)))?.floor;
  return { desk, floor: floor ?? 'unknown', profile };
}

/** Records what a walk taught and what it proves. @returns the calibration's id. */
export async function keepCalibration(
  session: Session,
  desk: string,
  { model, certificate }: CalibrateDeskResult,
): Promise<string> {
  if (model === undefined) throw new CliError('no-poses', `no pose was taken at ${desk}: there is nothing to keep`);
  const recordedAtMs = session.nowMs();
  const id = `${desk}@${recordedAtMs.toString(36)}`;
  await session.registry.change(session.by('calibrate'), (changing) =>
    changing.insert('calibrations', { id, desk, recordedAtMs, model, certificate, isStale: false }),
  );
  return id;
}

/** Marks the newest calibration of a desk as out of date: every call there rings until it is walked again. */
export async function markStale(session: Session, desk: string): Promise<void> {
  await session.registry.change(session.by('calibration-stale'), async (changing) => {
    const newest = newestCalibrations(await changing.list('calibrations', { desk })).get(desk);
    if (newest === undefined) throw new CliError('not-found', `${desk}: was never walked`);
    await changing.update('calibrations', { ...newest, isStale: true });
  });
}
