import type { Heard } from '../rigs/rig.js';

/** Plots of what was heard, as SVG: time to the right in seconds. */

const WIDTH = 720;
const HEIGHT = 160;
const MARGIN = { left: 46, right: 12, top: 12, bottom: 26 };
/** A controller without a level says 127. */
const NO_LEVEL = 127;

/** Level of every packet, dBm; one colour a frame. Empty where no packet came with a level. */
export function levelPlot(heard: readonly Heard[]): string {
  const points = heard
    .filter(({ rssiDbm }) => rssiDbm !== NO_LEVEL)
    .map((packet) => ({ packet, value: packet.rssiDbm }));
  return scatter(points, -100, -20, 'dBm', 'Level of each packet heard');
}

/** Time since the packet before, ms: what advertising intervals and losses look like. */
export function gapPlot(heard: readonly Heard[]): string {
  const points = heard.slice(1).map((packet, i) => ({ packet, value: packet.unixMs - (heard[i] as Heard).unixMs }));
  const most = Math.max(200, ...points.map(({ value }) => value));
  return scatter(points, 0, most, 'ms', 'Time between packets heard');
}

function scatter(
  points: readonly { readonly packet: Heard; readonly value: number }[],
  least: number,
  most: number,
  unit: string,
  title: string,
): string {
  const first = points[0]?.packet.unixMs;
  if (first === undefined) return '';
  const spanMs = Math.max(1, (points.at(-1)?.packet.unixMs ?? first) - first);
  const x = (packet: Heard): number =>
    MARGIN.left + ((packet.unixMs - first) / spanMs) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number): number => {
    const share = (Math.min(Math.max(value, least), most) - least) / (most - least);
    return HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  };
  const dots = points.map(({ packet, value }) => {
    const colour = packet.data.includes('4c000215') ? '#1f77b4' : '#d62728';
    return `<circle cx="${x(packet).toFixed(1)}" cy="${y(value).toFixed(1)}" r="2" fill="${colour}"/>`;
  });
  const ticks = [least, (least + most) / 2, most].map((value) => {
    const at = y(value).toFixed(1);
    return `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}" stroke="#ddd"/><text x="${MARGIN.left - 6}" y="${at}" text-anchor="end" dominant-baseline="middle">${Math.round(value)}</text>`;
  });
  const seconds = `<text x="${WIDTH - MARGIN.right}" y="${HEIGHT - 8}" text-anchor="end">${(spanMs / 1000).toFixed(1)} s</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" role="img" aria-label="${title}, ${points.length} points" font-family="sans-serif" font-size="11">${ticks.join('')}<text x="4" y="${MARGIN.top}">${unit}</text>${seconds}${dots.join('')}</svg>`;
}
