import type { Curve, Method } from '../report.js';
import { nameOf } from '../table.js';
import type { StudySummary } from './summary.js';
import { drawing, type Frame, linear, logarithmic, path, percentTicks, spread, text, xAxis, yAxis } from './svg.js';

/** True silence over false silence, ours and others, for each stratum that has peers: one panel each. */

const WIDTH = 860;
const PANEL = 330;
const named: Readonly<Partial<Record<Method, string>>> = { llr: 'c0', ownAndOthersDb: 'c1', ownMeanDbm: 'c2' };
/** Where both means are the same, both are seen. */
const dashes: Readonly<Partial<Record<Method, string>>> = { ownMeanDbm: '9 6' };
/** What lies on top comes last. */
const layers: readonly Method[] = ['ownAndOthersDb', 'ownMeanDbm', 'llr'];
const hidden: readonly Method[] = ['guardedLlr', 'deadlineLlr'];

export function plotCurves({ strata }: StudySummary): string {
  const panels = Object.entries(strata).filter(([, { curves }]) => curves.length > 0);
  // The first stratum stands first.
  panels.sort(([a], [b]) => Number(b === 'main') - Number(a === 'main'));
  return drawing(
    WIDTH,
    PANEL * panels.length,
    'Silenced at the desk over false silence of the worst class out of earshot, carried anyhow',
    panels.flatMap(([name, { curves, about }], i) => panel(name, about, curves, i * PANEL)),
  );
}

function panel(name: string, about: string, curves: readonly Curve[], top: number): string[] {
  const frame: Frame = { left: 70, right: 590, top: top + 40, bottom: top + PANEL - 56 };
  const levels = curves[0]?.points.map(({ falseSilence }) => falseSilence) ?? [];
  const [least, most] = [Math.min(0.01, ...levels), 0.3];
  const x = logarithmic(least, most, frame.left, frame.right);
  const y = linear(0, 1, frame.bottom, frame.top);
  const shown = curves.filter(({ method }) => !hidden.includes(method));
  const order = [...shown].sort((a, b) => layers.indexOf(a.method) - layers.indexOf(b.method));
  const best = bestPeer(curves);
  const labelled = shown.filter(({ method }) => named[method] !== undefined || method === best);
  const ends = labelled.map(({ points }) => y(points.at(-1)?.trueSilence ?? 0));
  const places = spread(ends, 16, frame.bottom);
  const pointsOf = ({ points }: Curve): (readonly [number, number])[] =>
    points.map(({ falseSilence, trueSilence }) => [x(falseSilence), y(trueSilence)]);
  return [
    text(frame.left, top + 22, `${name}: ${about}`, 'class="text" font-weight="600"'),
    ...xAxis(
      frame,
      x,
      percentTicks([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3].filter((v) => v >= least && v <= most)),
      'allowed false silence, worst class out of earshot (log)',
    ),
    ...yAxis(frame, y, percentTicks([0, 0.2, 0.4, 0.6, 0.8, 1]), 'silenced at the desk'),
    ...order.map((curve) => {
      const colour = named[curve.method];
      const look =
        colour !== undefined
          ? `class="line ${colour}" stroke-width="2.5"${dashOf(dashes[curve.method])}`
          : `class="line c6" stroke-width="1" ${curve.method === best ? 'stroke-dasharray="5 3"' : 'opacity=".45"'}`;
      return path(pointsOf(curve), look);
    }),
    ...labelled.map(({ method }, i) =>
      label(
        frame.right + 10,
        places[i] as number,
        labelOf(method),
        named[method] ?? 'c6',
        method === best ? '5 3' : dashes[method],
      ),
    ),
    text(frame.right + 10, top + 22, 'thin and grey: all peers', 'class="faint"'),
  ];
}

function label(x: number, y: number, words: string, colour: string, dash: string | undefined): string {
  return `${path(
    [
      [x, y],
      [x + 18, y],
    ],
    `class="line ${colour}" stroke-width="2.5"${dashOf(dash)}`,
  )}${text(x + 24, y + 4, words)}`;
}

function dashOf(dash: string | undefined): string {
  return dash === undefined ? '' : ` stroke-dasharray="${dash}"`;
}

/** At 1 %. */
function bestPeer(curves: readonly Curve[]): Method | undefined {
  const silenced = ({ points }: Curve): number =>
    points.find(({ falseSilence }) => falseSilence === 0.01)?.trueSilence ?? 0;
  return curves.filter(({ method }) => method.startsWith('peer:')).sort((a, b) => silenced(b) - silenced(a))[0]?.method;
}

function labelOf(method: Method): string {
  if (method === 'llr') return 'ours';
  if (method === 'ownAndOthersDb') return 'average of two means';
  return named[method] === undefined ? `best peer: ${nameOf(method)}` : nameOf(method);
}
