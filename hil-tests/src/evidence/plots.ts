import type { Heard } from '../instruments/listener.js';
import { escapeXml } from './xml.js';

/** Plots of the frames that were heard, as SVG in the colours of the page: time to the right, from the first frame. */

const WIDTH = 720;
const HEIGHT = 220;
const LEFT = 60;
const RIGHT = WIDTH - 12;
const TOP = 22;
const BOTTOM = HEIGHT - 42;
const TICKS = 5;
const POWER_OF_TEN_STEPS = [1, 2, 5, 10];
/** A controller without a level says 127, BlueZ's emulator with a link layer says 0. */
const noLevels = [127, 0];

interface Point {
  readonly packet: Heard;
  readonly value: number;
}

interface Axis {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  readonly title: string;
}

/** Level of every frame, dBm, always on one scale so that runs compare. Empty where no frame came with a level. */
export function levelPlot(heard: readonly Heard[]): string {
  const points = framesOf(heard)
    .filter(({ rssiDbm }) => !noLevels.includes(rssiDbm))
    .map((packet) => ({ packet, value: packet.rssiDbm }));
  return scatter(points, { least: -100, most: -20, unit: 'dBm', title: 'Level in dBm' });
}

/** Time since the frame before, ms: what advertising intervals and losses look like. */
export function gapPlot(heard: readonly Heard[]): string {
  const frames = framesOf(heard);
  const points = frames.slice(1).map((packet, i) => ({ packet, value: packet.unixMs - (frames[i] as Heard).unixMs }));
  const most = Math.max(200, ...points.map(({ value }) => value));
  return scatter(points, { least: 0, most, unit: 'ms', title: 'Gap in ms' });
}

/** On a real air others speak as well. */
function framesOf(heard: readonly Heard[]): readonly Heard[] {
  return heard.filter((packet) => isIbeacon(packet) || packet.data.includes('aafe30'));
}

function isIbeacon({ data }: Heard): boolean {
  return data.includes('4c000215');
}

function scatter(points: readonly Point[], axis: Axis): string {
  const [first, last] = [points[0]?.packet.unixMs, points.at(-1)?.packet.unixMs];
  if (first === undefined || last === undefined) return '';
  const spanS = Math.max(0.001, (last - first) / 1000);
  const x = (s: number): string => (LEFT + (s / spanS) * (RIGHT - LEFT)).toFixed(1);
  const y = (value: number): string => {
    const share = (Math.min(Math.max(value, axis.least), axis.most) - axis.least) / (axis.most - axis.least);
    return (BOTTOM - share * (BOTTOM - TOP)).toFixed(1);
  };
  const secondsOf = ({ packet }: Point): number => (packet.unixMs - first) / 1000;
  const changes = points.filter(({ packet }, i) => i > 0 && packet.address !== points[i - 1]?.packet.address);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${axis.title}, ${points.length} frames" font-family="sans-serif" font-size="12" fill="currentColor">`,
    ...ticksOf(axis.least, axis.most).map(
      (value) =>
        `<path d="M${LEFT} ${y(value)}H${RIGHT}" stroke="currentColor" opacity=".2"/>` +
        `<text x="${LEFT - 8}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${value}</text>`,
    ),
    ...ticksOf(0, spanS).map(
      (s) =>
        `<path d="M${x(s)} ${BOTTOM}v5" stroke="currentColor" opacity=".5"/>` +
        `<text x="${x(s)}" y="${BOTTOM + 18}" text-anchor="middle">${s}</text>`,
    ),
    `<text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">Time in s</text>`,
    `<text transform="translate(14 ${(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${axis.title}</text>`,
    ...changes.map((point) => markChange(point, x(secondsOf(point)))),
    ...points.map((point) => mark(point, x(secondsOf(point)), y(point.value), axis.unit)),
    '</svg>',
  ].join('');
}

/** @returns round values between two others, 5 of them or somewhat fewer. */
function ticksOf(least: number, most: number): readonly number[] {
  const rough = (most - least) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (POWER_OF_TEN_STEPS.find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(least / step);
  const count = Math.floor(most / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}

/** A frame from another address than the one before: another identity. */
function markChange({ packet }: Point, x: string): string {
  return (
    `<path d="M${x} ${TOP}V${BOTTOM}" stroke="currentColor" stroke-dasharray="4 3"><title>${escapeXml(packet.address)}</title></path>` +
    `<text x="${x}" y="${TOP - 8}" text-anchor="${Number(x) > RIGHT - 60 ? 'end' : 'middle'}">new address</text>`
  );
}

/** Told apart by shape as well as by colour. */
function mark({ packet, value }: Point, x: string, y: string, unit: string): string {
  const said = `<title>${Math.round(value)} ${unit} at ${new Date(packet.unixMs).toISOString()}</title>`;
  return isIbeacon(packet)
    ? `<circle cx="${x}" cy="${y}" r="3" fill="#3b8ed0">${said}</circle>`
    : `<rect x="${(Number(x) - 2.5).toFixed(1)}" y="${(Number(y) - 2.5).toFixed(1)}" width="5" height="5" fill="#d0623b">${said}</rect>`;
}
