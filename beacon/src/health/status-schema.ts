/** What the list of fields says of a status: its values, its JSON Schema, its table in docs/daemon.md. */
import type { DaemonStatus } from './status.js';
import { statusFields } from './status-fields.js';

/** @returns what a status holds there; any status, for one may come from a daemon of another version. */
export function fieldOf(status: DaemonStatus | Readonly<Record<string, unknown>>, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name], status);
}

/** @returns what `status --json` fits, Draft 2020-12. A later daemon may tell more. */
export function schemaOfStatus(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'deskbeacond status --json',
    ...schemaBelow(''),
  };
}

function schemaBelow(prefix: string): Readonly<Record<string, unknown>> {
  const below = statusFields.filter(({ path }) => path.startsWith(prefix));
  const names = [...new Set(below.map(({ path }) => path.slice(prefix.length).split('.')[0] as string))];
  const isNeeded = (name: string): boolean =>
    below.some(({ path, isOptional }) => `${path}.`.startsWith(`${prefix}${name}.`) && isOptional !== true);
  const required = names.filter(isNeeded);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, schemaAt(prefix + name)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

function schemaAt(path: string): Readonly<Record<string, unknown>> {
  const field = statusFields.find((other) => other.path === path);
  if (field === undefined) return schemaBelow(`${path}.`);
  const description = field.unit === undefined ? field.meaning : `${field.meaning} (${field.unit})`;
  if (field.type === 'counts')
    return { description, type: 'object', additionalProperties: { type: 'integer', minimum: 0 } };
  return { description, type: field.type, ...(field.choices === undefined ? {} : { enum: field.choices }) };
}

/** @returns the table of docs/daemon.md. */
export function renderStatusTable(): string {
  const rows = statusFields.map(
    ({ path, type, unit, meaning, isOptional, metric }) =>
      `| \`${path}\`${isOptional === true ? ' ?' : ''} | ${unit ?? type} | ${meaning} | ${metric === undefined ? '' : `\`${metric.name}\``} |`,
  );
  return ['| field | | meaning | metric |', '|---|---|---|---|', ...rows].join('\n');
}
