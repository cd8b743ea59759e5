import type { Registry } from '../../registry/registry.js';
import type { Stored } from '../../registry/tables.js';
import { formatPlaceRow, placeColumns } from './place-file.js';

/** @returns the lines of a sheet that `import` reads, its head first. */
export async function exportPlaces(registry: Registry): Promise<readonly string[]> {
  return registry.read(async (reading) => {
    const desks = new Map((await reading.list('desks')).map((desk) => [desk.id, desk]));
    const extensions = new Map((await reading.list('extensions')).map((extension) => [extension.id, extension]));
    const seats = await reading.list('seats');
    const seatedDesks = new Set(seats.map(({ desk }) => desk));
    const seatedExtensions = new Set(seats.map(({ extension }) => extension));
    const rows = [
      ...seats.map(({ extension, desk }) => ({ ...personOf(extensions.get(extension)), ...placeOf(desks.get(desk)) })),
      ...[...desks.values()].filter(({ id }) => !seatedDesks.has(id)).map((desk) => placeOf(desk)),
      ...[...extensions.values()].filter(({ id }) => !seatedExtensions.has(id)).map((extension) => personOf(extension)),
    ];
    return [placeColumns.join(','), ...rows.map(formatPlaceRow)];
  });
}

function personOf(extension: Stored<'extensions'> | undefined) {
  return extension === undefined ? {} : { extension: extension.id, displayName: extension.displayName };
}

function placeOf(desk: Stored<'desks'> | undefined) {
  if (desk === undefined) return {};
  const { id, name, floor, xM, yM, isAnchor } = desk;
  return {
    desk: id,
    deskName: name,
    isAnchor,
    ...(floor === undefined ? {} : { floor }),
    ...(xM === undefined || yM === undefined ? {} : { xM, yM }),
  };
}
