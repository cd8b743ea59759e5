import { peers } from '../peers/registry.js';
import type { Check } from './checks.js';
import { outOfEarshotClasses, ownClasses } from './placement.js';
import type { Provenance } from './provenance.js';
import type { Method, StratumReport, Versus } from './report.js';
import type { StudyReport } from './run-study.js';
import type { Share } from './share.js';

const methodNames: Readonly<Partial<Record<Method, string>>> = {
  llr: 'llr',
  deadlineLlr: 'llr, deadline too',
  guardedLlr: 'llr, desk likeliest',
  ownMeanDbm: 'own mean',
  ownAndOthersDb: 'own mean, own - top 3',
};

/** @returns what a reader calls a method. */
export function nameOf(method: Method): string {
  const peer = peers.find(({ id }) => method === `peer:${id}`);
  return methodNames[method] ?? peer?.title ?? method;
}

const outOfEarshotHeads = ['next', 'room', 'above', 'gone'];

/** The report as lines of at most 100 columns. */
export function tableOf(report: StudyReport, provenance: Provenance): readonly string[] {
  const { node, machine, commit } = provenance;
  const { seed, seeds, checks, strata } = report;
  return [
    'Accuracy of the decision in an office that is not its own model',
    `seeds ${seed}..${seed + seeds - 1}; commit ${commit}; Node ${node}; ${machine}`.slice(0, 100),
    '',
    ...checkLines(checks),
    ...strata.flatMap(stratumLines),
    '',
    ...shippedLines(strata),
  ];
}

function checkLines(checks: readonly Check[]): readonly string[] {
  return [
    'The office beside recordings',
    `  ${'figure'.padEnd(48)}${'office'.padStart(8)}${'measured'.padStart(14)}${'tolerance'.padStart(11)}`,
    ...checks.map(({ name, office, measured: [from, to], tolerance, isWithin }) => {
      const measured = from === to ? `${from}` : `${from}..${to}`;
      const figures = `${office.toFixed(2).padStart(8)}${measured.padStart(14)}${`±${tolerance}`.padStart(11)}`;
      return `  ${name.padEnd(48)}${figures}  ${isWithin ? 'within' : 'OUTSIDE'}`;
    }),
  ];
}

/** True silence at an allowed false silence, for each method. */
function stratumLines({ stratum, about, calls, methods, versus, native }: StratumReport): readonly string[] {
  const classes = ['neighbour', ...outOfEarshotClasses] as const;
  return [
    '',
    `${stratum}: ${about}`,
    `  ${calls.trial} trial calls, ${calls.threshold} calls for thresholds; silenced, % of the calls of each class`,
    `  ${'FS'.padEnd(6)}${'method'.padEnd(23)}${'desk, 95 % interval'.padEnd(21)}${['turned', 'neighb.', ...outOfEarshotHeads].map((head) => head.padStart(8)).join('')}`,
    ...(['carried-anyhow', 'lying-on-the-desk'] as const).flatMap((carrying) => [
      ` ${carrying.replaceAll('-', ' ')}`,
      ...methods
        .filter((row) => row.carrying === carrying)
        .map(({ allowedFalseSilence, method, trueSilence: { mean, low95, high95 }, silenced }) => {
          const interval = `${percent(mean)} [${percent(low95)}, ${percent(high95)}]`;
          const cells = [silenced['desk-back-turned'], ...classes.map((name) => silenced[name])];
          return `  ${`${100 * allowedFalseSilence}%`.padEnd(6)}${nameOf(method).slice(0, 22).padEnd(23)}${interval.padEnd(21)}${cells.map(cell).join('')}`;
        }),
    ]),
    ...versusLines(versus),
    ...nativeLines(native),
  ];
}

function versusLines(versus: readonly Versus[]): readonly string[] {
  return [
    ' llr less another, the same calls: points of desk silenced, 95 % interval',
    ...versus.map(({ against, carrying, allowedFalseSilence, difference: { mean, low95, high95 }, isBestPeer }) => {
      const name = `${nameOf(against)}${isBestPeer ? ' (best peer)' : ''}`;
      const interval = `${percent(mean)} [${percent(low95)}, ${percent(high95)}]`;
      return `  ${`${100 * allowedFalseSilence}%`.padEnd(6)}${carrying.replaceAll('-', ' ').padEnd(19)}${name.slice(0, 44).padEnd(45)}${interval}`;
    }),
  ];
}

/** Peers with the numbers they come with. */
function nativeLines(native: StratumReport['native']): readonly string[] {
  if (native.length === 0) return [];
  return [
    ' peers as they come: desk and neighbour %, delayed out of earshot and double rings per 1000 calls',
    `  ${'peer, power at 1 m'.padEnd(40)}${['desk', 'neighb.', ...outOfEarshotHeads, 'rings'].map((head) => head.padStart(8)).join('')}`,
    ...native.map(({ peer, power, trueSilence, silenced, delayed, doubleRingsPerThousand }) => {
      const away = outOfEarshotClasses.map((name) => delayed[name].perThousand.toFixed(0).padStart(8)).join('');
      return `  ${`${peer}, ${power}`.padEnd(40)}${percent(trueSilence).padStart(8)}${cell(silenced.neighbour)}${away}${doubleRingsPerThousand.toFixed(0).padStart(8)}`;
    }),
  ];
}

/** The decisions as they are shipped, one line a stratum. */
function shippedLines(strata: readonly StratumReport[]): readonly string[] {
  const heads = ['lying', 'hand', 'pocket', 'turned', 'neighb.'];
  return [
    'As shipped: silenced, % of calls (desk: lying, hand, pocket mixed .5/.2/.3); ms from the start of',
    'the scan to silence; double rings left at the desk per 1000 calls',
    `  ${'stratum'.padEnd(21)}${'desk'.padStart(6)}${heads.map((head) => head.padStart(8)).join('')}${'p50'.padStart(7)}${'p95'.padStart(7)}${'rings/1000'.padStart(12)}`,
    ...strata.map(({ stratum, shipped: { silenced, desk } }) => {
      const cells = [...ownClasses, 'neighbour' as const].map((name) => cell(silenced[name])).join('');
      const times = [desk.silenceP50Ms, desk.silenceP95Ms].map((ms) => (ms === null ? '-' : ms.toFixed(0)).padStart(7));
      return `  ${stratum.padEnd(21)}${percent(desk.trueSilence).padStart(6)}${cells}${times.join('')}${desk.doubleRingsPerThousand.toFixed(0).padStart(12)}`;
    }),
    '',
    'As shipped: delayed out of earshot, per 1000 calls (95 % upper limit)',
    `  ${'stratum'.padEnd(21)}${outOfEarshotClasses.map((name) => name.padStart(18)).join('')}`,
    ...strata.map(({ stratum, shipped: { delayed } }) => {
      const cells = outOfEarshotClasses.map((name) => {
        const { perThousand, upper95PerThousand } = delayed[name];
        return `${perThousand.toFixed(1)} (${upper95PerThousand.toFixed(1)})`.padStart(18);
      });
      return `  ${stratum.padEnd(21)}${cells.join('')}`;
    }),
  ];
}

function cell(share: Share | undefined): string {
  return (share === undefined ? '-' : percent(share.share)).padStart(8);
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
