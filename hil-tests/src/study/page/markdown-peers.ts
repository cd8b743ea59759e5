import { outOfEarshotClasses } from '../placement.js';
import { nameOf } from '../table.js';
import { findRow, interval, percent, verdict } from './cells.js';
import type { NativeRow, Row, VersusRow } from './summary.js';

/** Peers at their best threshold and as they come, in one stratum. */
export function peersOf(
  name: string,
  methods: readonly Row[],
  versus: readonly VersusRow[],
  native: readonly NativeRow[],
): string[] {
  if (native.length === 0) return [];
  const levels = [...new Set(methods.map(({ falseSilence }) => falseSilence))];
  const columns = levels.flatMap((level) =>
    (['carried-anyhow', 'lying-on-the-desk'] as const).map((carrying) => ({ level, carrying })),
  );
  const names = [...new Set(methods.map(({ method }) => method))].filter((method) => method !== 'guardedLlr');
  return [
    `**\`${name}\`**, silenced at the desk, %, each at its best threshold, judged at the deadline (\`llr\`, own mean and average: at 1 s);`,
    "neighbour's desk in brackets:",
    '',
    `| | ${columns.map(({ level, carrying }) => `${100 * level} %, ${carrying.replaceAll('-', ' ')}`).join(' | ')} |`,
    `|---|${columns.map(() => '---|').join('')}`,
    ...names.map((method) => {
      const cells = columns.map(({ level, carrying }) => {
        const row = findRow(methods, method, carrying, level);
        return row === undefined ? '–' : `${interval(row.trueSilence)} (${percent(row.neighbour)})`;
      });
      return `| ${nameOf(method)} | ${cells.join(' | ')} |`;
    }),
    '',
    'Ours by the deadline less the best peer, points on the same calls; the best is picked after the fact, which favours it:',
    '',
    ...versus
      .filter(({ isBestPeer }) => isBestPeer)
      .map(({ against, carrying, falseSilence, difference }) =>
        `- ${100 * falseSilence} %, ${carrying.replaceAll('-', ' ')}, ${nameOf(against)}: ${interval(difference)} ${verdict(difference)}`.trimEnd(),
      ),
    '',
    'As they come, with the power at 1 m that the beacon states and with their own default; per 1000 calls:',
    '',
    `| | rule | power | desk % | neighbour % | double rings | ${outOfEarshotClasses.map((studyClass) => `delayed, ${studyClass}`).join(' | ')} |`,
    `|---|---|---|---|---|---|${outOfEarshotClasses.map(() => '---|').join('')}`,
    ...mergePowers(native).map((row) => {
      const away = outOfEarshotClasses.map((studyClass) => row.delayed[studyClass]?.[0].toFixed(0) ?? '–');
      return `| ${row.peer} | ${row.rule} | ${row.power} | ${percent(row.trueSilence)} | ${percent(row.neighbour)} | ${row.doubleRings.toFixed(0)} | ${away.join(' | ')} |`;
    }),
    '',
  ];
}

/** One row where a peer's own power changes nothing: it uses none, or its default is what the beacon states. */
function mergePowers(native: readonly NativeRow[]): readonly (Omit<NativeRow, 'power'> & { readonly power: string })[] {
  const figures = ({ power: _, ...row }: NativeRow): string => JSON.stringify(row);
  return native.flatMap((row, i) => {
    if (i > 0 && figures(native[i - 1] as NativeRow) === figures(row)) return [];
    const next = native[i + 1];
    return [{ ...row, power: next !== undefined && figures(next) === figures(row) ? 'either' : row.power }];
  });
}
