/** The desk against the rest, as lines: no dB unless asked for. Pure. */
import type { CalibrateDeskResult } from '../services/calibrate/calibrate-desk.js';
import type { PoseResult } from '../services/calibrate/pose-result.js';

const places: readonly (readonly [PoseResult['label']['place'], string])[] = [
  ['at-desk', 'at the desk'],
  ['earshot', 'next to it'],
  ['out-of-earshot', 'elsewhere'],
];
/** Own beacon less the loudest other: what tells the desk. */
const [LEAST_DB, MOST_DB] = [-30, 30];
const LABEL = 14;
const MARKS = ['·', '▪', '▮', '█'];

/** @param columns 40 or more. */
export function drawCalibration(
  { certificate, poses, unfit, advice }: CalibrateDeskResult,
  { columns, showDb }: { readonly columns: number; readonly showDb: boolean },
): readonly string[] {
  const width = Math.max(10, Math.min(60, columns - LABEL - 12));
  const rows = places.flatMap(([place, label]) => {
    const of = poses.filter((pose) => pose.label.place === place);
    if (of.length === 0) return [`${label.padEnd(LABEL)}${MARKS[0]?.repeat(width)} no pose`];
    const silent = of.filter(({ wasSilenced }) => wasSilenced).length;
    const line = `${label.padEnd(LABEL)}${strip(of, width)} ${silent}/${of.length} quiet`;
    return showDb ? [line, `  ${spread(of)}`] : [line];
  });
  const walked = poses.length + unfit.length;
  return [
    ...certificate.sentences.flatMap((sentence) => wrap(sentence, columns)),
    '',
    `${' '.repeat(LABEL)}${axis(width)}`,
    ...rows.map((row) => row.slice(0, columns)),
    '',
    `poses that count: ${meter(poses.length, walked)} ${poses.length} of ${walked}`,
    ...(advice.length === 0 ? [] : ['', 'What to change:']),
    ...advice.flatMap(({ text }) => wrap(`- ${text}`, columns)),
  ];
}

/** A mark a pose; the darker, the more of them stand in one place. */
function strip(poses: readonly PoseResult[], width: number): string {
  const counts = Array.from({ length: width }, () => 0);
  for (const pose of poses) {
    const at = Math.round(((contrastOf(pose) - LEAST_DB) / (MOST_DB - LEAST_DB)) * (width - 1));
    const inside = Math.min(width - 1, Math.max(0, at));
    counts[inside] = (counts[inside] as number) + 1;
  }
  return counts.map((count) => MARKS[Math.min(count, MARKS.length - 1)]).join('');
}

/** Unheard counts as far below, or far above, what was heard. */
function contrastOf({ ownDb, strongestOtherDb }: PoseResult): number {
  if (ownDb === undefined) return LEAST_DB;
  return strongestOtherDb === undefined ? MOST_DB : ownDb - strongestOtherDb;
}

function spread(poses: readonly PoseResult[]): string {
  const sorted = poses.map(contrastOf).sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] as number).toFixed(0);
  return `own less others: ${at(0)}…${at(1)}, mid ${at(0.5)} dB`;
}

/** What the ends of a strip mean. */
function axis(width: number): string {
  const [left, right] = width >= 26 ? ['others louder', 'own louder'] : ['others', 'own'];
  return left + ' '.repeat(Math.max(1, width - left.length - right.length)) + right;
}

function meter(done: number, of: number): string {
  const full = of === 0 ? 0 : Math.round((10 * done) / of);
  return '█'.repeat(full) + '·'.repeat(10 - full);
}

function wrap(sentence: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word.slice(0, columns));
  }
  return lines;
}
