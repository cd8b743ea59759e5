import { outOfEarshotClasses } from '../placement.js';
import type { Carrying } from '../report.js';
import { findRow, interval, percent, verdict } from './cells.js';
import { peersOf } from './markdown-peers.js';
import { platformRows } from './platforms.js';
import type { PerThousand, Row, StratumSummary, StudySummary } from './summary.js';
import {
  type Judged,
  judgeDelayed,
  judgeDoubleRings,
  judgeStratum,
  MOST_DELAYED,
  MOST_DOUBLE_RINGS,
  marks,
  NOT_BELOW,
} from './targets.js';

/** The generated part of docs/decision.md. */

const BEGIN = '<!-- study:begin, written by npm run study:record -w hil-tests; do not edit -->';
const END = '<!-- study:end -->';

/**
 * Writes the generated part anew and leaves the rest.
 * @throws RangeError where the page has no place for it.
 */
export function renderPage(page: string, summary: StudySummary): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new RangeError(`docs/decision.md: expected "${BEGIN}" and "${END}", got neither`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${renderTables(summary)}\n\n${page.slice(end)}`;
}

/** The first stratum stands first, then by name. */
export function orderStrata({ strata }: StudySummary): readonly (readonly [string, StratumSummary])[] {
  return Object.entries(strata).sort(([a], [b]) => Number(b === 'main') - Number(a === 'main') || (a < b ? -1 : 1));
}

function renderTables(summary: StudySummary): string {
  const strata = orderStrata(summary);
  return [
    ...provenance(summary),
    ...targets(strata),
    '### Every stratum, threshold at 1 %',
    '',
    'Silenced at the desk, % of calls, when the threshold lets the worst class out of earshot be silenced in 1 % of other calls; 95 %',
    'interval. "Average" is that of the own mean and of own − top three. The last columns: points of ours less the average on the',
    "same calls, and **below** or above where the interval leaves out 0; the neighbour's desk and the worst class as realised by ours.",
    '',
    ...bothCarryings((carrying) => stratumTable(strata, carrying)),
    '![Silenced at the desk, by stratum](decision/strata.svg)',
    '',
    ...atOnePerMille(strata),
    '![Silenced at the desk over false silence](decision/curves.svg)',
    '',
    '### As shipped',
    '',
    `Per 1000 calls, with the one-sided 95 % upper limit. Aims: at most ${MOST_DELAYED} delayed in each class, at most ${MOST_DOUBLE_RINGS} double rings. ✓ met with`,
    'its limit, ? the figure alone, ✗ missed.',
    '',
    ...shippedTable(strata),
    '',
    ...platformRows(summary),
    '',
    '### Beside others',
    '',
    ...strata.flatMap(([name, { methods, versus, native }]) => peersOf(name, methods, versus, native)),
    '### What evidence and rule look like',
    '',
    '![Evidence over time](decision/evidence.svg)',
    '',
    '![Stated and realised false silence](decision/reliability.svg)',
    '',
    '![Where the rule silences](decision/geometry.svg)',
  ].join('\n');
}

function provenance({
  commit,
  date,
  node,
  machine,
  seed,
  seeds,
  calls,
  otherCalls,
  checks,
  strata,
  tookS,
}: StudySummary): string[] {
  const outside = checks.filter(({ isWithin }) => !isWithin).map(({ name, office }) => `${name} (${office})`);
  const most = Math.max(...Object.values(strata).map((stratum) => stratum.calls.trial));
  const inFull = Object.keys(strata)
    .filter((name) => strata[name]?.calls.trial === most)
    .map((name) => `\`${name}\``);
  return [
    `Generated from [decision-study.json](decision-study.json): commit \`${commit}\`, ${date.slice(0, 10)}, Node ${node}, ${machine}, ${Math.round(tookS)} s.`,
    `Seeds ${seed}–${seed + seeds - 1}; ${calls} calls a class and seed in ${inFull.join(', ')}; ${otherCalls} in each other stratum; twice as many for thresholds.`,
    outside.length === 0
      ? `All ${checks.length} figures of the office lie within the recordings' tolerance.`
      : `Of ${checks.length} figures of the office these lie outside the recordings' tolerance: ${outside.join(', ')}.`,
    '',
  ];
}

/** What is missed stands first. */
function targets(strata: readonly (readonly [string, StratumSummary])[]): string[] {
  const judged = strata.flatMap(([name, summary]) => judgeStratum(name, summary));
  const missed = judged.filter(({ reached }) => reached === 'missed');
  const count = (reached: string): number => judged.filter((one) => one.reached === reached).length;
  const kinds = [...new Set(missed.map(({ target }) => target))];
  return [
    `**Of ${judged.length} targets ${missed.length} are missed, ${count('unproven')} are not proven either way, ${count('met')} are met.**`,
    ...(kinds.length === 0 ? [] : ['', '| missed | in |', '|---|---|']),
    ...kinds.map((kind) => {
      const where = missed.filter(({ target }) => target === kind).map(({ stratum }) => stratum);
      return `| ${kind} | ${where.join(', ')} |`;
    }),
    ...againstPeers(judged),
    '',
  ];
}

/** Said by name, for few calls prove nothing either way. */
function againstPeers(judged: readonly Judged[]): string[] {
  const rows = judged.filter(({ target }) => target.startsWith(NOT_BELOW));
  if (rows.length === 0) return [];
  return [
    '',
    ...rows.map(({ stratum, target, reached }) => `- \`${stratum}\`, ${target}: ${reached} ${marks[reached]}`),
  ];
}

function bothCarryings(table: (carrying: Carrying) => readonly string[]): string[] {
  return [
    '**Carried anyhow** (lying .5, hand .2, pocket .3)',
    '',
    ...table('carried-anyhow'),
    '',
    '**Lying on the desk**',
    '',
    ...table('lying-on-the-desk'),
    '',
  ];
}

function stratumTable(strata: readonly (readonly [string, StratumSummary])[], carrying: Carrying): string[] {
  return [
    '| stratum | | ours | average | own mean | ours − average | | neighbour | worst away |',
    '|---|---|---|---|---|---|---|---|---|',
    ...strata.map(([name, { about, methods, versus }]) => {
      const of = (method: Row['method']): Row | undefined => findRow(methods, method, carrying, 0.01);
      const ours = of('llr');
      const paired = versus.find(
        (row) => row.against === 'ownAndOthersDb' && row.carrying === carrying && row.falseSilence === 0.01,
      );
      const cells = [ours, of('ownAndOthersDb'), of('ownMeanDbm')].map((row) =>
        row ? interval(row.trueSilence) : '–',
      );
      const gain = paired === undefined ? '– | ' : `${interval(paired.difference)} | ${verdict(paired.difference)}`;
      return `| \`${name}\` | ${about} | ${cells.join(' | ')} | ${gain} | ${percent(ours?.neighbour)} | ${percent(ours?.worstAway)} |`;
    }),
  ];
}

/** Where enough calls set the threshold. */
function atOnePerMille(strata: readonly (readonly [string, StratumSummary])[]): string[] {
  const rows = strata.flatMap(([name, { methods }]) =>
    (['carried-anyhow', 'lying-on-the-desk'] as const).flatMap((carrying) => {
      const ours = findRow(methods, 'llr', carrying, 0.001);
      if (ours === undefined) return [];
      const others = (['ownAndOthersDb', 'ownMeanDbm'] as const).map((method) => {
        const row = findRow(methods, method, carrying, 0.001);
        return row === undefined ? '–' : interval(row.trueSilence);
      });
      return [
        `| \`${name}\` | ${carrying.replaceAll('-', ' ')} | ${interval(ours.trueSilence)} | ${others.join(' | ')} | ${percent(ours.neighbour)} |`,
      ];
    }),
  );
  if (rows.length === 0) return [];
  return [
    'At 0.1 %, where enough calls set the threshold (indicative: it rests on a few calls):',
    '',
    '| stratum | carried | ours | average | own mean | neighbour |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ];
}

function shippedTable(strata: readonly (readonly [string, StratumSummary])[]): string[] {
  return [
    `| stratum | desk % | lying | hand | pocket | turned | neighbour % | double rings | ${outOfEarshotClasses.join(' | ')} |`,
    `|---|---|---|---|---|---|---|---|${outOfEarshotClasses.map(() => '---|').join('')}`,
    ...strata.map(([name, summary]) => {
      const { trueSilence, silenced, doubleRings, delayed } = summary.shipped;
      const own = ['desk-lying', 'desk-hand', 'desk-pocket', 'desk-back-turned', 'neighbour'] as const;
      const cells = own.map((studyClass) => percent(silenced[studyClass]));
      const rings = `${doubleRings.toFixed(0)} ${marks[judgeDoubleRings(summary)]}`;
      const away = outOfEarshotClasses.map((studyClass) => delayedCell(delayed[studyClass]));
      return `| \`${name}\` | ${interval(trueSilence)} | ${cells.join(' | ')} | ${rings} | ${away.join(' | ')} |`;
    }),
  ];
}

function delayedCell(delayed: PerThousand | undefined): string {
  if (delayed === undefined) return '–';
  return `${delayed[0].toFixed(1)} (${delayed[1].toFixed(1)}) ${marks[judgeDelayed(delayed)]}`;
}
