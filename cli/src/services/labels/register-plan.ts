import { lifecycles } from '../../registry/tables.js';
import type { Session } from '../open-session.js';
import { siteOf } from '../pairing/pair-beacon.js';
import type { SeededBeacon } from './image-seed.js';
import type { PlanRow } from './plan-file.js';

const [TO_BE_DEPLOYED] = lifecycles;
/** What a beacon has until it is claimed; pairing writes what was then agreed. */
const UNPAIRED = { exponentK: 9, intervalMs: 100, measuredPowerDbm: -59, clockOffsetS: 0 } as const;

/**
 * Writes beacons that have been prepared and are not there yet into the registry, with their desks and extensions, so that lists
 * say which of them are still to be carried out. An earlier preparation of the same desk is taken out.
 */
export async function registerPlan(
  session: Session,
  rows: readonly PlanRow[],
  beacons: readonly SeededBeacon[],
): Promise<void> {
  const site = (await siteOf(session.registry)).id;
  const rowOf = new Map(rows.map((row) => [row.desk, row]));
  await session.registry.change(session.by('image-seed'), async (changing) => {
    for (const { desk, tag } of beacons) {
      const { name = desk, extension } = rowOf.get(desk) ?? {};
      if ((await changing.get('desks', desk)) === undefined)
        await changing.insert('desks', { id: desk, site, name, isAnchor: extension === undefined });
      if (extension !== undefined) {
        if ((await changing.get('extensions', extension)) === undefined)
          await changing.insert('extensions', {
            id: extension,
            site,
            displayName: name,
            source: 'import',
            sourceKey: extension,
            isEnabled: true,
          });
        const seat = `${extension}/${desk}`;
        if ((await changing.get('seats', seat)) === undefined)
          await changing.insert('seats', { id: seat, extension, desk });
      }
      for (const before of await changing.list('beacons', { desk }))
        if (before.lifecycle === TO_BE_DEPLOYED) await changing.remove('beacons', before);
      const none = new Uint8Array(0);
      await changing.insert('beacons', {
        id: `b-${tag}`,
        desk,
        name,
        lifecycle: TO_BE_DEPLOYED,
        ...UNPAIRED,
        rootKey: none,
        ownerKey: none,
      });
    }
  });
}
