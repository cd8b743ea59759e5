import type { HostCapabilities } from '../../events.js';
import { isReachable } from './drive.js';
import { type FactId, factIds, facts } from './facts.js';
import type { HostTable } from './host-table.js';
import { momentIds, moments } from './moments.js';
import { radios } from './radio.js';

/** The generated part of docs/hosts.md, between its two marks. */

const BEGIN = '<!-- hosts:begin, generated from proximity-core/src/call/testing/hosts; do not edit -->';
const END = '<!-- hosts:end -->';

/**
 * @param page docs/hosts.md as it stands.
 * @returns the page with its generated part made anew from the tables.
 * @throws RangeError when the marks are missing.
 */
export function renderHostsPage(page: string, tables: readonly HostTable[]): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new RangeError(`docs/hosts.md: expected "${BEGIN}" and "${END}", got neither`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${renderTables(tables)}\n${page.slice(end)}`;
}

function renderTables(tables: readonly HostTable[]): string {
  return [
    '| platform | at the desk | away | nobody answers | what it costs |',
    '|---|---|---|---|---|',
    ...tables.map(({ id, name, summary }) =>
      rowOf(`[${name}](#${id})`, summary.atDesk, summary.away, summary.nobodyAnswers, summary.costs),
    ),
    '',
    '## State tables',
    '',
    ...tables.flatMap(renderTable),
    '## Facts',
    '',
    '| | fact | how sure | source |',
    '|---|---|---|---|',
    ...factIds.map((id) => rowOf(String(numberOf(id)), facts[id].says, facts[id].certainty, facts[id].source)),
    '',
  ].join('\n');
}

function renderTable(table: HostTable): readonly string[] {
  const { id, name, capabilities, radio, rows } = table;
  const rendered = momentIds.flatMap((moment) => {
    const row = rows[moment];
    if (row === undefined) return [];
    const { state, event } = moments[moment];
    const asked = row.does.length === 0 ? '–' : row.does.map((action) => `\`${action}\``).join(', ');
    return [rowOf(state, event, `${row.permits}${cite(row.facts)}`, asked, row.hears)];
  });
  return [
    `<a id="${id}"></a>`,
    '',
    `### ${name}`,
    '',
    `\`${sayCapabilities(capabilities)}\``,
    '',
    isReachable(table, 'at-desk') ? `Its app hears ${radios[radio].about}.` : 'Its app never scans.',
    `Facts:${cite(table.facts)}.`,
    '',
    '| state | event | the platform permits | the reducer asks for | the user hears |',
    '|---|---|---|---|---|',
    ...rendered,
    '',
  ];
}

/** As it is written in a host's source. */
function sayCapabilities(capabilities: HostCapabilities): string {
  const fields = Object.entries(capabilities).map(([name, value]) => `${name}: ${String(value)}`);
  return `{ ${fields.join(', ')} }`;
}

function cite(ids: readonly FactId[] = []): string {
  if (ids.length === 0) return '';
  const cited = [...ids].sort((a, b) => numberOf(a) - numberOf(b)).map((id) => numberOf(id) + markOf(id));
  return ` [${cited.join(', ')}]`;
}

/** What is less than documented is marked where it is cited. */
function markOf(id: FactId): string {
  const { certainty } = facts[id];
  if (certainty === 'not verified') return '?';
  return certainty === 'reported by others' ? '*' : '';
}

function numberOf(id: FactId): number {
  return factIds.indexOf(id) + 1;
}

function rowOf(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
