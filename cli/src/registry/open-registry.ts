import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../errors/cli-error.js';
import { createRegistry, type Registry } from './registry.js';

export interface RegistryPlace {
  /** A file, or `postgresql://…`; the default file where absent. */
  readonly registry?: string;
  /** `init` and `restore` make one; everything else wants one that is there. */
  readonly mayCreate?: boolean;
}

/** Both databases are loaded only when they are asked for. */
export async function openRegistry({ registry, mayCreate = false }: RegistryPlace = {}): Promise<Registry> {
  const place = registry ?? process.env.DESKBEACON_REGISTRY ?? defaultFile();
  if (/^postgres(ql)?:/.test(place)) {
    const { openPostgres } = await import('./postgres-database.js');
    return createRegistry(await openPostgres(place));
  }
  if (!mayCreate && place !== ':memory:' && !existsSync(place))
    throw new CliError('registry-missing', `${place}: there is no registry`);
  const { openSqlite } = await import('./sqlite-database.js');
  return createRegistry(openSqlite(place));
}

function defaultFile(): string {
  const data = process.env.XDG_DATA_HOME;
  return join(
    data === undefined || data === '' ? join(homedir(), '.local', 'share') : data,
    'deskbeacon',
    'registry.db',
  );
}
