import { escapeXml } from '../../evidence/xml.js';
import { at, drawing, text } from '../../study/page/svg.js';
import type { BuildingEvent } from '../events.js';
import { ladderOf } from './ladder.js';
import { type Band, bandsOf, isShown, type Placed, placeRows } from './ladder-bands.js';
import { type ArrowRow, type Lane, lanesOf, type MarkRow, type Tone } from './row.js';

/** A call's ladder as SVG: time downwards, row by row and not to scale; what is heard as bars along the lanes. */

const WIDTH = 880;
const FIRST_LANE = 110;
const GAP = 158;
const NARROW_GAP = 120;
const MEANS_WIDTH = 26;
const TOP = 96;
const LEGEND = 64;
const HEAD = 5;

/** Colours of the page's own style: blue, orange, green, violet. */
const colours: Readonly<Record<Tone, string>> = { plain: 'c6', ring: 'c1', quiet: 'c2', scan: 'c0', end: 'c3' };
const bands: readonly (readonly [Band['state'], string, string, number])[] = [
  ['ringing', 'c1', 'rings', 8],
  ['quiet', 'c2', 'stays quiet', 4],
  ['scanning', 'c0', 'scans', 4],
];

/** @returns the SVG of a capture of one call. */
export function drawLadder(events: readonly BuildingEvent[]): string {
  const { planned, rows } = ladderOf(events);
  const lanes = lanesOf(planned ?? {});
  const placed = placeRows(rows, TOP);
  const bottom = (placed.rows.at(-1)?.y ?? TOP) + 22;
  const x = (lane: Lane): number => FIRST_LANE + lanes.indexOf(lane) * (lanes.includes('app 2') ? NARROW_GAP : GAP);
  const meansX = x(lanes.at(-1) as Lane) + MEANS_WIDTH;
  const about = `Ladder of the call ${planned?.call ?? ''}: ${planned?.text ?? ''}`;
  return drawing(WIDTH, bottom + LEGEND, about, [
    text(20, 30, planned?.call ?? '', 'class="text" font-size="16" font-weight="600"'),
    text(20, 50, planned?.text ?? '', 'class="faint"'),
    text(62, TOP - 18, 'ms', 'class="faint" text-anchor="end"'),
    ...lanes.map((lane) => laneHead(lane, x(lane), bottom)),
    ...placed.pauses.map(({ y, ms }) => pause(y, ms, x(lanes[0] as Lane), x(lanes.at(-1) as Lane))),
    ...bandsOf(placed.rows, bottom).map((band) => bandOf(band, x(band.lane))),
    ...placed.rows.filter(isShown).map((row) => drawRow(row, x, meansX, lanes)),
    ...legend(bottom + 36),
  ]);
}

function laneHead(lane: Lane, x: number, bottom: number): string {
  return (
    `<path class="grid" stroke-width="1.5" d="M${at(x)} ${TOP - 8}V${bottom}"/>` +
    text(x, TOP - 18, lane, 'class="text" font-weight="600" text-anchor="middle"')
  );
}

/** Nothing happened for a while: the lanes are broken, for the rows are not to scale. */
function pause(y: number, ms: number, left: number, right: number): string {
  const words = `${(ms / 1000).toFixed(1)} s`;
  return (
    `<path class="line c6" stroke-width="1" stroke-dasharray="2 5" d="M${left - 24} ${at(y)}H${right + 24}"/>` +
    text(62, y + 4, words, 'class="faint" font-style="italic" text-anchor="end"')
  );
}

function bandOf({ state, fromY, toY, lane }: Band, x: number): string {
  const [, colour, words, width] = bands.find(([one]) => one === state) as (typeof bands)[number];
  const said = `<title>${escapeXml(`${lane} ${words}`)}</title>`;
  const bar = `<rect class="mark ${colour}" x="${at(x - width / 2)}" y="${at(fromY)}" width="${width}" height="${at(toY - fromY)}" rx="${width / 2}">${said}</rect>`;
  return state === 'ringing' ? bar + note(x + 9, fromY + 16) + (toY - fromY > 200 ? note(x + 9, toY - 8) : '') : bar;
}

function note(x: number, y: number): string {
  return `<text class="mark c1" x="${at(x)}" y="${at(y)}" font-size="14" font-weight="600">♪</text>`;
}

function drawRow({ row, y }: Placed, x: (lane: Lane) => number, meansX: number, lanes: readonly Lane[]): string {
  const isMinor = row.kind === 'arrow' && row.isMinor;
  const time = text(62, y + 4, String(Math.round(row.atMs)), 'class="faint" text-anchor="end"');
  const whose = row.kind === 'mark' && lanes.includes('app 2') ? `${row.lane}: ` : '';
  const style = row.tone === 'plain' ? 'class="text"' : `class="mark ${colours[row.tone]}" font-weight="600"`;
  const means = row.means === '' || isMinor ? '' : text(meansX, y + 4, whose + row.means, style);
  return `<g${isMinor ? ' opacity=".6"' : ''}>${time}${row.kind === 'arrow' ? arrow(row, y, x) : mark(row, y, x)}${means}</g>`;
}

function arrow({ from, to, label, isPush, isMinor }: ArrowRow, y: number, x: (lane: Lane) => number): string {
  const way = Math.sign(x(to) - x(from));
  const [start, end] = [x(from) + way * 5, x(to) - way * 5];
  const colour = isPush ? 'c0' : 'c6';
  const tip = `M${at(end)} ${y}l${-way * 2 * HEAD} ${-HEAD}v${2 * HEAD}z`;
  const dash = isPush ? ' stroke-dasharray="5 4"' : '';
  // Beside the end that is not the proxy, where no other lane is crossed.
  const [outer, inward] = from === 'proxy' ? [to, -way] : [from, way];
  const middle = x(outer) + (inward * Math.abs(x('proxy') - x('caller'))) / 2;
  const size = isMinor ? ' font-size="11"' : '';
  return (
    `<path class="line ${colour}" stroke-width="${isMinor ? 1 : 1.5}"${dash} d="M${at(start)} ${y}H${at(end - way * HEAD)}"/>` +
    `<path class="mark ${colour}" d="${tip}"/>` +
    text(middle, y - 5, label, `class="text" text-anchor="middle"${size}`)
  );
}

function mark({ lane, tone }: MarkRow, y: number, x: (lane: Lane) => number): string {
  return `<circle class="mark ${colours[tone]}" cx="${at(x(lane))}" cy="${y}" r="6"/>`;
}

function legend(y: number): readonly string[] {
  const parts = bands.map(([, colour, words, width], i) => {
    const left = 62 + i * 110;
    return `<rect class="mark ${colour}" x="${left - width / 2}" y="${y - 14}" width="${width}" height="18" rx="${width / 2}"/>${text(left + 12, y, words)}`;
  });
  const push = `<path class="line c0" stroke-width="1.5" stroke-dasharray="5 4" d="M400 ${y - 4}h40"/>${text(450, y, 'through the push service')}`;
  return [...parts, push, text(640, y, 'pale: of the protocol', 'class="text" opacity=".6"')];
}
