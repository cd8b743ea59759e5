import type { CallTrack, HeardPacket } from '../call-track.js';
import { signed } from '../words.js';
import { openFrame } from './chart-frame.js';
import { html, svg, table } from './elements.js';

/** The level of every packet over time, desk by desk. */
export interface LevelPicture {
  readonly track: CallTrack;
  readonly widthPx: number;
  readonly untilMs: number;
  readonly upToMs: number;
}

const HEIGHT_PX = 240;
const LOW_DBM = -100;
const HIGH_DBM = -30;
/** So many other desks have a colour and a shape of their own; the rest share the last. */
const COLOURS = 8;

export function drawLevels({ track, widthPx, untilMs, upToMs }: LevelPicture): SVGSVGElement {
  const sums = sumsByDesk(track.packets);
  const frame = openFrame({
    widthPx,
    heightPx: HEIGHT_PX,
    untilMs,
    low: LOW_DBM,
    high: HIGH_DBM,
    ticks: [-90, -70, -50, -30],
    unit: 'dBm received',
    description: `Levels over time. ${levelsInWords(track, sums)}`,
  });
  const from = track.state().calledAtMs ?? 0;
  const desks = [...sums.keys()];
  const marks = track.packets.map((packet) => {
    const at = { x: frame.x(packet.atMs - from), y: frame.y(packet.rssiDbm) };
    return markOf(packet, at, classOf(packet.desk, track, desks), packet.atMs > upToMs);
  });
  // The own desk's on top.
  frame.root.append(...marks.filter((mark) => !mark.classList.contains('own')));
  frame.root.append(...marks.filter((mark) => mark.classList.contains('own')));
  return frame.root;
}

function markOf(
  packet: HeardPacket,
  { x, y }: { readonly x: number; readonly y: number },
  kind: string,
  isLater: boolean,
): SVGElement {
  const later = isLater ? ' later' : '';
  if (packet.desk === undefined) {
    const d = `M${x - 2.5} ${y - 2.5}l5 5m0 -5l-5 5`;
    return svg('path', { class: `packet uncounted${later}`, d });
  }
  if (kind === 'own') return svg('circle', { class: `packet own${later}`, cx: x, cy: y, r: 4 });
  return svg('path', { class: `packet other ${kind}${later}`, d: shapeOf(kind, x, y) });
}

/** Shapes differ as colours do: not everybody tells colours apart. */
function shapeOf(kind: string, x: number, y: number): string {
  const shape = Number(kind.slice(-1)) % 4;
  if (shape === 0) return `M${x - 3} ${y}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z`;
  if (shape === 1) return `M${x - 3} ${y - 3}h6v6h-6z`;
  if (shape === 2) return `M${x} ${y - 4}l4 4l-4 4l-4 -4z`;
  return `M${x} ${y - 3.5}l4 7h-8z`;
}

function classOf(desk: string | undefined, track: CallTrack, desks: readonly string[]): string {
  if (desk === undefined) return 'uncounted';
  if (track.state().site.ownDesks.includes(desk)) return 'own';
  const others = desks.filter((one) => !track.state().site.ownDesks.includes(one));
  return `colour-${Math.min(others.indexOf(desk), COLOURS - 1)}`;
}

/** What the marks mean, for below the picture. */
export function levelLegend(track: CallTrack): HTMLUListElement {
  const desks = [...sumsByDesk(track.packets).keys()];
  const items = desks.map((desk) => {
    const kind = classOf(desk, track, desks);
    const mark = svg('svg', { class: 'mark', 'aria-hidden': 'true', width: 12, height: 12 });
    mark.append(markOf({ event: 0, atMs: 0, rssiDbm: 0, desk }, { x: 6, y: 6 }, kind, false));
    return html('li', {}, mark, kind === 'own' ? `${desk}, your desk` : desk);
  });
  if (track.packets.some(({ desk }) => desk === undefined)) {
    const mark = svg('svg', { class: 'mark', 'aria-hidden': 'true', width: 12, height: 12 });
    mark.append(markOf({ event: 0, atMs: 0, rssiDbm: 0 }, { x: 6, y: 6 }, 'uncounted', false));
    items.push(html('li', {}, mark, 'not counted'));
  }
  return html('ul', { class: 'legend', 'aria-label': 'What the marks mean' }, ...items);
}

/** The same as numbers. */
export function levelTable(track: CallTrack): HTMLTableElement {
  const rows = [...sumsByDesk(track.packets)].map(([desk, { count, sumDbm, strongestDbm }]) => [
    track.state().site.ownDesks.includes(desk) ? `${desk}, your desk` : desk,
    String(count),
    `${signed(sumDbm / count)} dBm`,
    `${signed(strongestDbm)} dBm`,
  ]);
  const dropped = new Map<string, number>();
  for (const packet of track.packets) {
    if (packet.desk !== undefined) continue;
    const why = packet.dropped ?? 'whose is not known';
    dropped.set(why, (dropped.get(why) ?? 0) + 1);
  }
  for (const [why, count] of dropped) rows.push([`not counted: ${why}`, String(count), '', '']);
  return table('Packets heard', ['Beacon', 'Packets', 'Mean', 'Strongest'], rows);
}

interface Sum {
  readonly count: number;
  readonly sumDbm: number;
  readonly strongestDbm: number;
}

/** By the desk's name, in the order of names. */
function sumsByDesk(packets: readonly HeardPacket[]): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { desk, rssiDbm } of packets) {
    if (desk === undefined) continue;
    const { count, sumDbm, strongestDbm } = sums.get(desk) ?? { count: 0, sumDbm: 0, strongestDbm: -200 };
    sums.set(desk, { count: count + 1, sumDbm: sumDbm + rssiDbm, strongestDbm: Math.max(strongestDbm, rssiDbm) });
  }
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function levelsInWords(track: CallTrack, sums: ReadonlyMap<string, Sum>): string {
  const own = track.state().site.ownDesks.map((desk) => {
    const sum = sums.get(desk);
    return sum === undefined
      ? `Your desk ${desk} is not heard`
      : `Your desk ${desk}: ${sum.count} packets, ${signed(sum.sumDbm / sum.count)} dBm in the mean`;
  });
  const others = [...sums.keys()].filter((desk) => !track.state().site.ownDesks.includes(desk));
  return `${own.join('. ')}. ${others.length} other desks heard. The table below has the numbers.`;
}
