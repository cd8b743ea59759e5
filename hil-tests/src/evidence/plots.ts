import type { Heard } from '../instruments/listener.js';

/** Plots of what was heard, as SVG in the colours of the page: time to the right, in seconds from the first packet. */

const WIDTH = 720;
const HEIGHT = 180;
const MARGIN = { left: 64, right: 16, top: 14, bottom: 30 };
/** A controller without a level says 127, BlueZ's emulator with a link layer says 0. */
const noLevels = [127, 0];

interface Point {
  readonly packet: Heard;
  readonly value: number;
}

/** Level of every packet, dBm; dashed where the address changes. Empty where no packet came with a level. */
export function levelPlot(heard: readonly Heard[]): string {
  const points = heard
    .filter(({ rssiDbm }) => !noLevels.includes(rssiDbm))
    .map((packet) => ({ packet, value: packet.rssiDbm }));
  return scatter(points, { least: -100, most: -20, unit: 'dBm', title: 'Level of each packet heard' });
}

/** Time since the packet before, ms: what advertising intervals and losses look like. */
export function gapPlot(heard: readonly Heard[]): string {
  const points = heard.slice(1).map((packet, i) => ({ packet, value: packet.unixMs - (heard[i] as Heard).unixMs }));
  const most = Math.max(200, ...points.map(({ value }) => value));
  return scatter(points, { least: 0, most, unit: 'ms', title: 'Time from one packet to the next' });
}

interface Axis {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  readonly title: string;
}

function scatter(points: readonly Point[], { least, most, unit, title }: Axis): string {
  const firstMs = points[0]?.packet.unixMs;
  if (firstMs === undefined) return '';
  const spanMs = Math.max(1, (points.at(-1)?.packet.unixMs ?? firstMs) - firstMs);
  const x = (unixMs: number): string =>
    (MARGIN.left + ((unixMs - firstMs) / spanMs) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const y = (value: number): string => {
    const share = (Math.min(Math.max(value, least), most) - least) / (most - least);
    return (HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  };
  const lines = [least, (least + most) / 2, most].map(
    (value) =>
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value)}" y2="${y(value)}" stroke="currentColor" opacity=".2"/>` +
      `<text x="${MARGIN.left - 6}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${Math.round(value)}${value === most ? ` ${unit}` : ''}</text>`,
  );
  const changes = points
    .filter(({ packet }, i) => i > 0 && packet.address !== points[i - 1]?.packet.address)
    .map(
      ({ packet }) =>
        `<line x1="${x(packet.unixMs)}" x2="${x(packet.unixMs)}" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}" stroke="currentColor" stroke-dasharray="3 3"/>`,
    );
  const bottom = HEIGHT - 10;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" role="img" aria-label="${title}, ${points.length} points" font-family="sans-serif" font-size="11" fill="currentColor">`,
    ...lines,
    `<text x="${MARGIN.left}" y="${bottom}">0</text>`,
    `<text x="${WIDTH - MARGIN.right}" y="${bottom}" text-anchor="end">${(spanMs / 1000).toFixed(1)} s</text>`,
    ...changes,
    ...points.map((point) => mark(point, x(point.packet.unixMs), y(point.value))),
    '</svg>',
  ].join('');
}

/** Told apart by shape as well as by colour. */
function mark({ packet }: Point, x: string, y: string): string {
  return packet.data.includes('4c000215')
    ? `<circle cx="${x}" cy="${y}" r="2.5" fill="#3b8ed0"/>`
    : `<rect x="${(Number(x) - 2).toFixed(1)}" y="${(Number(y) - 2).toFixed(1)}" width="4" height="4" fill="#d0623b"/>`;
}
