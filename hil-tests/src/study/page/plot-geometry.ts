import type { StudySummary } from './summary.js';
import { at, drawing, type Frame, linear, path, text, xAxis, yAxis } from './svg.js';

/** Where the shipped rule silences, over the levels of the own beacon and of the one other that is heard. */

const WIDTH = 860;
const HEIGHT = 460;
const SIDE = 330;

export function plotGeometry({ geometry }: StudySummary): string {
  return drawing(WIDTH, HEIGHT, 'Where the rule silences, over the levels of the own and of the other beacon', [
    text(
      70,
      24,
      'Silenced (filled) by the shipped rule; both beacons at an unchanging level',
      'class="text" font-weight="600"',
    ),
    ...panel('the other stands 1.6 m away, as the plan says', geometry.planKnown, geometry, 70),
    ...panel('no plan', geometry.planUnknown, geometry, 70 + SIDE + 80),
  ]);
}

function panel(
  title: string,
  rows: readonly string[],
  { ownDbm, otherDbm }: StudySummary['geometry'],
  left: number,
): string[] {
  const frame: Frame = { left, right: left + SIDE, top: 64, bottom: 64 + SIDE };
  const stepDb = (ownDbm[1] ?? 0) - (ownDbm[0] ?? 0);
  const [least, most] = [Math.min(...otherDbm) - stepDb / 2, Math.max(...otherDbm) + stepDb / 2];
  const x = linear(least, most, frame.left, frame.right);
  const y = linear(Math.min(...ownDbm) - stepDb / 2, Math.max(...ownDbm) + stepDb / 2, frame.bottom, frame.top);
  const ticks = [-90, -80, -70, -60, -50, -40].map((value) => ({ value, label: String(value).replace('-', '−') }));
  return [
    text(left, 52, title),
    `<path class="mark c0" opacity=".6" shape-rendering="crispEdges" d="${rows
      .flatMap((row, i) =>
        runsOf(row).map(([from, to]) => {
          const high = (ownDbm[i] as number) + stepDb / 2;
          const start = (otherDbm[from] as number) - stepDb / 2;
          const end = (otherDbm[to] as number) + stepDb / 2;
          return `M${at(x(start))} ${at(y(high))}H${at(x(end))}V${at(y(high - stepDb))}H${at(x(start))}Z`;
        }),
      )
      .join('')}"/>`,
    ...xAxis(frame, x, ticks, 'other beacon, dBm'),
    ...yAxis(frame, y, ticks, 'own beacon, dBm'),
    path(
      [
        [frame.left, frame.bottom],
        [frame.right, frame.top],
      ],
      'class="axis" stroke-dasharray="6 4"',
    ),
    text(frame.right - 6, frame.bottom - 8, 'dashed: as loud as the other', 'class="faint" text-anchor="end"'),
  ];
}

/** Stretches of a row that are silenced: first and last place. */
function runsOf(row: string): readonly (readonly [number, number])[] {
  return [...row.matchAll(/s+/g)].map(({ index, 0: run }) => [index, index + run.length - 1]);
}
