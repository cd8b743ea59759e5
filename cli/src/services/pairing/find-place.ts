import { CliError } from '../../errors/cli-error.js';
import type { Registry } from '../../registry/registry.js';

export interface Place {
  readonly desk: string;
  readonly extension?: string;
}

/**
 * Where a beacon is to stand.
 * @throws CliError `not-found`; `bad-usage` when an extension has no desk yet, or several, and none was named.
 */
export async function findPlace(
  registry: Registry,
  asked: { readonly extension?: string; readonly desk?: string; readonly replaces?: string },
): Promise<Place> {
  return registry.read(async (reading) => {
    if (asked.replaces !== undefined) {
      const beacon = await reading.get('beacons', asked.replaces);
      if (beacon === undefined) throw new CliError('not-found', `${asked.replaces}: no such beacon`);
      return { desk: beacon.desk };
    }
    const { extension, desk } = asked;
    if (extension === undefined) {
      if (desk === undefined) throw new CliError('bad-usage', 'expected an extension, or --desk');
      return { desk };
    }
    if (desk !== undefined) return { desk, extension };
    const seats = await reading.list('seats', { extension });
    const [only, ...others] = seats;
    if (only === undefined)
      throw new CliError(
        'bad-usage',
        `${extension} has no desk yet: name one with --desk (deskbeacon desk add makes it)`,
      );
    if (others.length > 0)
      throw new CliError(
        'bad-usage',
        `${extension} has ${seats.length} desks: name one of ${seats.map((seat) => seat.desk).join(', ')} with --desk`,
      );
    return { desk: only.desk, extension };
  });
}
