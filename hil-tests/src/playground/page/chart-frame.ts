import { seconds } from '../words.js';
import { svg } from './elements.js';

/** Axes that two charts have in common. Drawn in pixels of the page, so that text stays as large as other text. */
export interface Frame {
  readonly root: SVGSVGElement;
  readonly x: (ms: number) => number;
  readonly y: (value: number) => number;
  readonly leftPx: number;
  readonly rightPx: number;
  readonly topPx: number;
  readonly bottomPx: number;
}

export interface FrameOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly untilMs: number;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly unit: string;
  /** What the picture shows, in a sentence. */
  readonly description: string;
}

const MARGIN = { left: 40, right: 10, top: 22, bottom: 24 } as const;
const TIME_STEPS_MS = [100, 250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000];

export function openFrame(options: FrameOptions): Frame {
  const { widthPx, heightPx, untilMs, low, high, ticks, unit, description } = options;
  const leftPx = MARGIN.left;
  const rightPx = Math.max(leftPx + 40, widthPx - MARGIN.right);
  const topPx = MARGIN.top;
  const bottomPx = heightPx - MARGIN.bottom;
  const x = (ms: number): number => leftPx + ((rightPx - leftPx) * ms) / untilMs;
  const y = (value: number): number => {
    const bounded = Math.min(Math.max(value, low), high);
    return bottomPx - ((bottomPx - topPx) * (bounded - low)) / (high - low);
  };
  const root = svg('svg', {
    role: 'img',
    'aria-label': description,
    width: widthPx,
    height: heightPx,
    viewBox: `0 0 ${widthPx} ${heightPx}`,
  });
  root.append(svg('text', { class: 'unit', x: 0, y: 12 }, unit));
  for (const tick of ticks) {
    root.append(
      svg('line', { class: 'grid', x1: leftPx, x2: rightPx, y1: y(tick), y2: y(tick) }),
      svg(
        'text',
        { class: 'tick', x: leftPx - 6, y: y(tick) + 4, 'text-anchor': 'end' },
        String(tick).replace('-', '−'),
      ),
    );
  }
  for (const ms of timeTicks(untilMs, rightPx - leftPx)) {
    root.append(
      svg('line', { class: 'grid', x1: x(ms), x2: x(ms), y1: bottomPx, y2: bottomPx + 4 }),
      svg('text', { class: 'tick', x: x(ms), y: bottomPx + 17, 'text-anchor': 'middle' }, tickText(ms)),
    );
  }
  return { root, x, y, leftPx, rightPx, topPx, bottomPx };
}

function tickText(ms: number): string {
  return ms === 0 ? '0' : seconds(ms).replace(/\.?0+ s$/, ' s');
}

/** Round instants, no more than there is room for; the last is left out where it would stand over the edge. */
function timeTicks(untilMs: number, widthPx: number): readonly number[] {
  const most = Math.max(2, Math.floor(widthPx / 50));
  const stepMs = TIME_STEPS_MS.find((ms) => untilMs / ms <= most) ?? untilMs;
  const count = Math.floor((untilMs - (24 * untilMs) / widthPx) / stepMs);
  return Array.from({ length: count + 1 }, (_, i) => i * stepMs);
}
