import { orderBySilence } from './order.js';
import type { Range, StudySummary } from './summary.js';
import { at, drawing, type Frame, linear, percentTicks, text, xAxis } from './svg.js';
import { trueSilenceTarget } from './targets.js';

/** Silenced at the desk in every stratum, with intervals, the best first: ours, the average and the own mean. */

const WIDTH = 860;
const ROW = 40;
const BAR = 10;
const bars = [
  { method: 'llr', colour: 'c0', name: 'ours' },
  { method: 'ownAndOthersDb', colour: 'c1', name: 'average of own mean and own − top three' },
  { method: 'ownMeanDbm', colour: 'c2', name: 'own mean' },
] as const;
const LEVEL = 0.01;

export function plotStrata(summary: StudySummary): string {
  const strata = orderBySilence(summary, LEVEL);
  const frame: Frame = { left: 170, right: WIDTH - 30, top: 62, bottom: 62 + ROW * strata.length };
  const x = linear(0, 1, frame.left, frame.right);
  return drawing(
    WIDTH,
    frame.bottom + 50,
    'Silenced at the desk at a false silence of 1 %, carried anyhow, by stratum',
    [
      text(
        16,
        24,
        'Silenced at the desk, threshold at 1 %, carried anyhow; 95 % intervals',
        'class="text" font-weight="600"',
      ),
      ...bars.map(({ colour, name }, i) => {
        const left = 170 + [0, 70, 380][i]!;
        return `<rect class="mark ${colour}" x="${left}" y="38" width="12" height="12"/>${text(left + 18, 48, name)}`;
      }),
      ...xAxis(frame, x, percentTicks([0, 0.2, 0.4, 0.6, 0.8, 1]), 'silenced at the desk'),
      ...strata.flatMap(([name, { methods }], row) => {
        const top = frame.top + row * ROW + 4;
        const target = trueSilenceTarget(name, LEVEL);
        return [
          text(frame.left - 8, top + 19, name, 'text-anchor="end"'),
          ...bars.flatMap(({ method, colour }, i) => {
            const found = methods.find(
              (one) => one.method === method && one.carrying === 'carried-anyhow' && one.falseSilence === LEVEL,
            );
            return found === undefined ? [] : [bar(found.trueSilence, x, frame.left, top + i * (BAR + 1), colour)];
          }),
          ...(target === undefined
            ? []
            : [
                `<path class="missed" stroke-width="2" stroke-dasharray="4 2" d="M${at(x(target))} ${top - 3}v${ROW - 4}"/>`,
                text(x(target) - 4, top + 19, 'aim, lying', 'text-anchor="end"'),
              ]),
        ];
      }),
    ],
  );
}

function bar(
  [share, low, high]: Range,
  x: (value: number) => number,
  left: number,
  top: number,
  colour: string,
): string {
  const middle = top + BAR / 2;
  return (
    `<rect class="mark ${colour}" opacity=".75" x="${left}" y="${top}" width="${at(x(share) - left)}" height="${BAR}"/>` +
    `<path class="axis" stroke-width="1.5" d="M${at(x(low))} ${middle}H${at(x(high))}M${at(x(low))} ${middle - 3}v6M${at(x(high))} ${middle - 3}v6"/>`
  );
}
