import type { Interval } from './ranking.js';
import { CANARY_AUC, type CutReport, type RuleReport, type SetReport } from './recorded.js';

/** None of the recordings states its transmitter's level at 1 m. */
const NATIVE_HEAD = "by its own numbers and its own default of the level at 1 m, which the recordings don't state:";

/** The report as text, for a terminal of 120 columns. */
export function tableOfSet(report: SetReport): string {
  const parts = [
    `── ${report.set}: ${report.calls} calls ──`,
    `data: ${report.attribution}`,
    ...report.cuts.map(tableOfCut),
    ...(report.poses.length === 0 ? [] : [tableOfPoses(report.poses)]),
  ];
  return `${parts.join('\n')}\n`;
}

function tableOfCut(cut: CutReport): string {
  const head = `\n${cut.about}: ${cut.near} near, ${cut.far} far, ${cut.groups} groups`;
  const columns = `${'rule'.padEnd(34)} ${'ms'.padStart(4)}  AUC [95 %]          same group  minus mean [95 %]        best error  answered`;
  const lines = [head, columns, ...cut.rules.map(rowOf)];
  if (cut.suspected !== undefined) lines.push(canaryLine(cut.suspected));
  const natives = cut.rules.filter(({ native }) => native !== undefined);
  if (cut.cut === '2m') lines.push(NATIVE_HEAD, ...natives.map(nativeRow));
  return lines.join('\n');
}

function rowOf({ title, atMs, auc, aucWithinGroups, aucMinusMean, leastBalancedError, answered }: RuleReport): string {
  return [
    title.padEnd(34),
    String(atMs).padStart(4),
    ` ${textOf(auc).padEnd(19)}`,
    decimals(aucWithinGroups).padEnd(11),
    (aucMinusMean === undefined ? '' : textOf(aucMinusMean, true)).padEnd(24),
    percent(leastBalancedError).padEnd(11),
    percent(answered),
  ].join(' ');
}

function nativeRow({ title, native }: RuleReport): string {
  return `  ${title.padEnd(34)} near: ${percent(native?.nearShare ?? 0)}  far: ${percent(native?.farShare ?? 0)}  (${native?.rule})`;
}

function canaryLine(suspected: readonly string[]): string {
  const limit = `rules on this one level end near ${decimals(CANARY_AUC)}`;
  return suspected.length === 0
    ? `canary: quiet; ${limit}`
    : `canary: LEAK SUSPECTED; ${limit}, and above it are ${suspected.join(', ')}`;
}

function tableOfPoses(poses: readonly CutReport[]): string {
  const rows = poses.map(({ pose = '', near, far, rules }) => {
    const [ours, mean] = ['deskbeacon', 'mean'].map((id) => rules.find((rule) => rule.id === id));
    return [
      pose.padEnd(52),
      String(near).padStart(5),
      String(far).padStart(5),
      ` ${decimals(ours?.auc.value)}`,
      decimals(mean?.auc.value),
      decimals(ours?.aucMinusMean?.value, true),
    ].join('  ');
  });
  const head = `${'pose'.padEnd(52)}   near    far   ours  mean  difference`;
  return ['\nup to 2 m against more, by pose', head, ...rows].join('\n');
}

function textOf({ value, low, high }: Interval, isSigned = false): string {
  const range = low === undefined ? '' : ` [${decimals(low, isSigned)}, ${decimals(high, isSigned)}]`;
  return `${decimals(value, isSigned)}${range}`;
}

function decimals(value: number | undefined, isSigned = false): string {
  if (value === undefined) return '–';
  const text = Math.abs(value).toFixed(3).replace(/^0/, '');
  return `${value < 0 && Number(text) !== 0 ? '−' : isSigned ? '+' : ''}${text}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
