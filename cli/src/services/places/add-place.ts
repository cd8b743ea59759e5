import { cleanText, extensionExpected, isExtension } from '../../directory/clean-text.js';
import { CliError } from '../../errors/cli-error.js';
import type { Session } from '../open-session.js';
import { siteOf } from '../pairing/pair-beacon.js';
import { MOST_LETTERS } from './place-file.js';

/** @throws CliError `registry-conflict` when it is there already; `bad-usage` for a name that no list could show. */
export async function addDesk(
  session: Session,
  desk: {
    readonly id: string;
    readonly name: string;
    readonly isAnchor: boolean;
    readonly floor?: string;
    /** Metres in the plan. */
    readonly at?: readonly [number, number];
  },
): Promise<void> {
  const { id, name, isAnchor, floor, at } = desk;
  requireName('desk', id);
  requireName('name', name);
  const site = (await siteOf(session.registry)).id;
  await session.registry.change(session.by(isAnchor ? 'anchor add' : 'desk add'), async (changing) => {
    if (floor !== undefined && (await changing.get('floors', floor)) === undefined)
      await changing.insert('floors', { id: floor, site, name: floor, level: 0 });
    await changing.insert('desks', {
      id,
      site,
      name,
      isAnchor,
      ...(floor === undefined ? {} : { floor }),
      ...(at === undefined ? {} : { xM: at[0], yM: at[1] }),
    });
  });
}

export async function addExtension(
  session: Session,
  {
    extension,
    displayName,
    desk,
  }: { readonly extension: string; readonly displayName: string; readonly desk?: string },
): Promise<void> {
  if (!isExtension(extension))
    throw new CliError('bad-usage', `extension: expected ${extensionExpected}, got "${extension}"`);
  requireName('name', displayName);
  const site = (await siteOf(session.registry)).id;
  await session.registry.change(session.by('extension add'), async (changing) => {
    if (desk !== undefined && (await changing.get('desks', desk)) === undefined)
      throw new CliError('not-found', `${desk}: no such desk`);
    await changing.insert('extensions', {
      id: extension,
      site,
      displayName,
      source: 'manual',
      sourceKey: extension,
      isEnabled: true,
    });
    if (desk !== undefined) await changing.insert('seats', { id: `${extension}/${desk}`, extension, desk });
  });
}

function requireName(what: string, text: string): void {
  const clean = cleanText(text);
  // What begins as a formula would be one in the sheet that is exported.
  if (clean.neutralised || clean.text !== text || text === '' || [...text].length > MOST_LETTERS)
    throw new CliError('bad-usage', `${what}: expected 1 to ${MOST_LETTERS} plain characters, got "${clean.text}"`);
}
