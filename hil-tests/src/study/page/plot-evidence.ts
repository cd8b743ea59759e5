import type { StudyClass } from '../placement.js';
import type { StudySummary } from './summary.js';
import { at, drawing, type Frame, linear, path, spread, text, xAxis, yAxis } from './svg.js';

/** How the evidence of one call of each class grows from look to look. */

const WIDTH = 860;
const HEIGHT = 440;
const looks: Readonly<Record<StudyClass, { readonly colour: string; readonly dash?: string }>> = {
  'desk-lying': { colour: 'c0' },
  'desk-hand': { colour: 'c0', dash: '7 3' },
  'desk-pocket': { colour: 'c0', dash: '2 3' },
  'desk-back-turned': { colour: 'c3' },
  neighbour: { colour: 'c5' },
  'next-room': { colour: 'c1' },
  room: { colour: 'c1', dash: '7 3' },
  'floor-above': { colour: 'c4' },
  gone: { colour: 'c4', dash: '7 3' },
};

export function plotEvidence({ evidence, seed }: StudySummary): string {
  const frame: Frame = { left: 70, right: 640, top: 44, bottom: HEIGHT - 56 };
  const values = evidence.flatMap((growth) => growth.looks.map(({ llr }) => llr));
  const least = Math.floor(Math.min(0, ...values) / 2) * 2;
  const most = Math.ceil(Math.max(2, ...values) / 2) * 2;
  const x = linear(0, 1500, frame.left, frame.right);
  const y = linear(least, most, frame.bottom, frame.top);
  const ticks = Array.from({ length: (most - least) / 2 + 1 }, (_, i) => least + 2 * i).filter(
    (value) => most - least <= 20 || value % 4 === 0,
  );
  const places = spread(
    evidence.map((growth) => y(growth.looks.at(-1)?.llr ?? 0)),
    16,
    frame.bottom,
  );
  return drawing(WIDTH, HEIGHT, 'Log-likelihood ratio over time, one call of each class', [
    text(
      frame.left,
      24,
      `Evidence of the first call of each class, main, seed ${seed}`,
      'class="text" font-weight="600"',
    ),
    ...xAxis(
      frame,
      x,
      [0, 250, 500, 750, 1000, 1250, 1500].map((value) => ({ value, label: String(value) })),
      'ms from the call; a ring marks where silence was decided',
    ),
    ...yAxis(
      frame,
      y,
      ticks.map((value) => ({ value, label: String(value).replace('-', '−') })),
      'llr, nats: at the own desk against out of earshot',
    ),
    ...evidence.flatMap(({ studyClass, looks: seen, decision, decidedAtMs }, i) => {
      const { colour, dash } = looks[studyClass];
      const stroke = `class="line ${colour}" stroke-width="2"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}`;
      const last = [...seen].reverse().find(({ atMs }) => atMs <= decidedAtMs);
      const place = places[i] as number;
      return [
        path(
          seen.map(({ atMs, llr }) => [x(atMs), y(llr)]),
          stroke,
        ),
        ...(decision === 'silence' && last !== undefined
          ? [`<circle class="rule ${colour}" stroke-width="2" cx="${at(x(last.atMs))}" cy="${at(y(last.llr))}" r="6"/>`]
          : []),
        path(
          [
            [frame.right + 10, place],
            [frame.right + 34, place],
          ],
          stroke,
        ),
        text(frame.right + 40, place + 4, `${studyClass}, ${decision === 'silence' ? 'silenced' : 'rang'}`),
      ];
    }),
  ]);
}
