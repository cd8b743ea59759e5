import type { StudyClass } from '../placement.js';
import type { KeptRow, StudySummary } from './summary.js';
import { at, drawing, type Frame, logarithmic, path, percentTicks, text, xAxis, yAxis } from './svg.js';

/** Stated and realised false silence by class: below the line the word is kept. */

const WIDTH = 860;
const PANEL_WIDTH = 360;
const HEIGHT = 400;
const LEAST = 0.0003;
const classes: readonly { readonly studyClass: StudyClass; readonly colour: string; readonly shift: number }[] = [
  { studyClass: 'next-room', colour: 'c1', shift: -4.5 },
  { studyClass: 'room', colour: 'c0', shift: -1.5 },
  { studyClass: 'floor-above', colour: 'c4', shift: 1.5 },
  { studyClass: 'gone', colour: 'c3', shift: 4.5 },
  { studyClass: 'neighbour', colour: 'c6', shift: 0 },
];

export function plotReliability({ strata }: StudySummary): string {
  const shown = Object.entries(strata)
    .filter(([name, { reliability }]) => reliability !== null && (name === 'main' || name === 'grid'))
    .sort(([a], [b]) => Number(b === 'main') - Number(a === 'main'));
  return drawing(WIDTH, HEIGHT * shown.length + 30, 'Stated and realised false silence by class', [
    ...classes.map(({ studyClass, colour }, i) => {
      const x = 80 + 140 * i;
      const label = studyClass === 'neighbour' ? 'neighbour (within earshot)' : studyClass;
      return `<circle class="mark ${colour}" cx="${x}" cy="18" r="4"/>${text(x + 10, 22, label)}`;
    }),
    ...shown.flatMap(([name, { reliability }], i) =>
      reliability === null
        ? []
        : [
            ...panel(`${name}: threshold set on other calls`, reliability.byThreshold, 0, 30 + i * HEIGHT),
            ...panel(`${name}: llr above ln(1/stated)`, reliability.byRatio, 1, 30 + i * HEIGHT),
          ],
    ),
  ]);
}

function panel(title: string, rows: readonly KeptRow[], column: 0 | 1, top: number): string[] {
  const left = 70 + column * (PANEL_WIDTH + 70);
  const frame: Frame = { left, right: left + PANEL_WIDTH - 20, top: top + 40, bottom: top + HEIGHT - 56 };
  const x = logarithmic(0.0008, 0.4, frame.left, frame.right);
  const y = logarithmic(LEAST, 1, frame.bottom, frame.top);
  const ticks = [0.001, 0.01, 0.1];
  return [
    text(left, top + 24, title, 'class="text" font-weight="600"'),
    ...xAxis(frame, x, percentTicks(ticks), 'stated (log)'),
    ...yAxis(frame, y, percentTicks([...ticks, 1]), 'realised (log), 95 % interval'),
    path(
      [
        [x(0.0008), y(0.0008)],
        [x(0.4), y(0.4)],
      ],
      'class="axis" stroke-width="1.5" stroke-dasharray="6 4"',
    ),
    ...classes.flatMap(({ studyClass, colour, shift }) =>
      rows.flatMap(({ stated, silenced }) => {
        const range = silenced[studyClass];
        if (range === undefined) return [];
        const [share, low, high] = range;
        const px = at(x(stated) + shift);
        const whisker = `<path class="rule ${colour}" d="M${px} ${at(y(Math.max(LEAST, low)))}V${at(y(Math.max(LEAST, high)))}"/>`;
        // None of the calls: an open mark at the foot, for a logarithm has no place for it.
        return share > 0
          ? [`${whisker}<circle class="mark ${colour}" cx="${px}" cy="${at(y(share))}" r="3.5"/>`]
          : [`${whisker}<circle class="rule ${colour}" cx="${px}" cy="${at(y(LEAST))}" r="3"/>`];
      }),
    ),
    text(frame.right, top + 24, 'open: none', 'class="faint" text-anchor="end"'),
  ];
}
