import type { PlaceClass } from '@deskbeacon/proximity-core';
import type { PoseResult } from '../../services/calibrate/pose-result.js';

/** The desk against the rest: every pose as a dot, left of the line where the phone rings, right of it where it stays quiet. */
export interface PictureRow {
  readonly label: string;
  readonly text: string;
  /** Whether a dot lies on the wrong side of the line. */
  readonly isWrong: boolean;
}

const rows: readonly (readonly [PlaceClass, string])[] = [
  ['at-desk', 'At the desk'],
  ['earshot', 'Within earshot'],
  ['out-of-earshot', 'Out of earshot'],
];
const LABEL_WIDTH = 15;
const MOST_WIDTH = 72;
/** Nats from the line at which a dot stands at the edge. */
const EDGE_NATS = 10;

/** @param width columns that there are. */
export function drawPicture(poses: readonly PoseResult[], width: number, showDb: boolean): readonly PictureRow[] {
  if (poses.length === 0) return [];
  const half = Math.floor((Math.min(width, MOST_WIDTH) - LABEL_WIDTH - 1) / 2);
  const head = `${'rings'.padStart(Math.floor(half / 2) + 3).padEnd(half)}│${'quiet'.padStart(Math.floor(half / 2) + 3)}`;
  const drawn = rows.flatMap(([place, label]) => {
    const ofPlace = poses.filter((pose) => pose.label.place === place);
    if (ofPlace.length === 0) return [];
    const isWrong = ofPlace.some(({ wasSilenced }) => wasSilenced !== (place === 'at-desk'));
    const rowText = drawRow(ofPlace, half);
    const levels = showDb ? [levelsRow(ofPlace)] : [];
    return [{ label: label.padEnd(LABEL_WIDTH), text: rowText, isWrong }, ...levels];
  });
  const caption = 'Each ● is one pose, a digit so many.';
  return [
    { label: ' '.repeat(LABEL_WIDTH), text: head, isWrong: false },
    ...drawn,
    ...(showDb ? [] : [{ label: '', text: caption, isWrong: false }]),
  ];
}

function drawRow(poses: readonly PoseResult[], half: number): string {
  const counts = Array.from({ length: 2 * half }, () => 0);
  for (const { marginNats, wasSilenced } of poses) {
    const share = Math.min(Math.abs(marginNats) / EDGE_NATS, 1);
    const steps = Math.min(Math.floor(share * half), half - 1);
    // The side is what was decided; a veto may ring although the evidence lies right of the line.
    const cell = wasSilenced ? half + steps : half - 1 - (marginNats < 0 ? steps : 0);
    counts[cell] = (counts[cell] as number) + 1;
  }
  const dots = counts.map((count) => (count === 0 ? ' ' : count === 1 ? '●' : count < 10 ? String(count) : '#'));
  return `${dots.slice(0, half).join('')}│${dots.slice(half).join('')}`;
}

function levelsRow(poses: readonly PoseResult[]): PictureRow {
  const own = rangeOf(poses.map(({ ownDb }) => ownDb));
  const rest = rangeOf(poses.map(({ strongestOtherDb }) => strongestOtherDb));
  return { label: '  ', text: `desk ${own}, rest ${rest} dB`, isWrong: false };
}

function rangeOf(levels: readonly (number | undefined)[]): string {
  const heard = levels.filter((level): level is number => level !== undefined).map(Math.round);
  if (heard.length === 0) return 'not heard';
  const sign = (level: number): string => (level < 0 ? `−${-level}` : `+${level}`);
  return `${sign(Math.min(...heard))}…${sign(Math.max(...heard))}`;
}
