import { CliError } from '../../errors/cli-error.js';
import type { Session } from '../open-session.js';

/**
 * Lets an extension ring at one desk more.
 * @throws CliError `not-found` when there is no such desk or extension, or the place is an anchor; `registry-conflict` when it
 * rings there already.
 */
export async function seatExtension(session: Session, extension: string, desk: string): Promise<void> {
  await session.registry.change(session.by('extension seat'), async (changing) => {
    if ((await changing.get('extensions', extension)) === undefined)
      throw new CliError('not-found', `${extension}: no such extension`);
    if ((await changing.get('desks', desk))?.isAnchor !== false)
      throw new CliError('not-found', `${desk}: no such desk`);
    await changing.insert('seats', { id: `${extension}/${desk}`, extension, desk });
  });
}

/** @throws CliError `not-found` when the extension does not ring at this desk. */
export async function unseatExtension(session: Session, extension: string, desk: string): Promise<void> {
  await session.registry.change(session.by('extension unseat'), async (changing) => {
    const seat = await changing.get('seats', `${extension}/${desk}`);
    if (seat === undefined) throw new CliError('not-found', `${extension} does not ring at ${desk}`);
    await changing.remove('seats', seat);
  });
}
