import { escapeXml } from '../../evidence/xml.js';

/** Plain SVG without a script, on a ground of its own, in the reader's light or dark. */

/** Colours that every kind of sight tells apart; where lines cross, a dash or a shape tells them apart as well. */
const light = ['#0969da', '#bc4c00', '#1a7f37', '#8250df', '#bf3989', '#9a6700', '#6e7781'];
const dark = ['#58a6ff', '#f0883e', '#3fb950', '#bc8cff', '#f778ba', '#d4a72c', '#8b949e'];

const STYLE = `<style>
.line,.rule{fill:none}
.ground{fill:#ffffff}.text{fill:#24292f}.faint{fill:#57606a}.grid{stroke:#d0d7de}.axis{stroke:#57606a}.missed{stroke:#cf222e}
${colours(light)}
@media (prefers-color-scheme:dark){
.ground{fill:#0d1117}.text{fill:#e6edf3}.faint{fill:#9198a1}.grid{stroke:#30363d}.axis{stroke:#9198a1}.missed{stroke:#ff7b72}
${colours(dark)}
}
</style>`;

/** Written out: not every viewer knows variables. */
function colours(list: readonly string[]): string {
  return list.map((colour, i) => `.line.c${i},.rule.c${i}{stroke:${colour}}.mark.c${i}{fill:${colour}}`).join('\n');
}

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** From a value to a place on the page. */
export type Scale = (value: number) => number;

export function linear(from: number, to: number, start: number, end: number): Scale {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

export function logarithmic(from: number, to: number, start: number, end: number): Scale {
  const scale = linear(Math.log10(from), Math.log10(to), start, end);
  return (value) => scale(Math.log10(value));
}

/** @param about read out where the picture cannot be seen. */
export function drawing(width: number, height: number, about: string, parts: readonly string[]): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(about)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escapeXml(about)}</title>`,
    STYLE,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}

export function text(x: number, y: number, words: string, attributes = ''): string {
  const style = attributes.includes('class=') ? attributes : `class="text" ${attributes}`;
  return `<text x="${at(x)}" y="${at(y)}" ${style.trim()}>${escapeXml(words)}</text>`;
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

export function xAxis({ left, right, top, bottom }: Frame, x: Scale, ticks: readonly Tick[], title: string): string[] {
  return [
    ...ticks.map(
      ({ value, label }) =>
        `<path class="grid" d="M${at(x(value))} ${top}V${bottom}"/>${text(x(value), bottom + 18, label, 'text-anchor="middle"')}`,
    ),
    `<path class="axis" d="M${left} ${bottom}H${right}"/>`,
    text((left + right) / 2, bottom + 38, title, 'class="faint" text-anchor="middle"'),
  ];
}

export function yAxis({ left, right, top, bottom }: Frame, y: Scale, ticks: readonly Tick[], title: string): string[] {
  const middle = (top + bottom) / 2;
  return [
    ...ticks.map(
      ({ value, label }) =>
        `<path class="grid" d="M${left} ${at(y(value))}H${right}"/>${text(left - 8, y(value) + 4, label, 'text-anchor="end"')}`,
    ),
    `<path class="axis" d="M${left} ${top}V${bottom}"/>`,
    `<text class="faint" text-anchor="middle" transform="translate(${left - 46} ${at(middle)}) rotate(-90)">${escapeXml(title)}</text>`,
  ];
}

export function path(points: readonly (readonly [number, number])[], attributes: string): string {
  return `<path d="${points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${at(px)} ${at(py)}`).join('')}" ${attributes}/>`;
}

export function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Puts labels at the ends of lines without one over the other. @returns the places, in the order given. */
export function spread(wanted: readonly number[], gap: number, lowest: number): readonly number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed = [...wanted];
  let last = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    last = Math.max(placed[i] as number, last + gap);
    placed[i] = last;
  }
  const over = Math.max(0, last - lowest);
  let next = Number.POSITIVE_INFINITY;
  if (over > 0) {
    for (const i of [...order].reverse()) {
      next = Math.min(placed[i] as number, lowest, next - gap);
      placed[i] = next;
    }
  }
  return placed;
}

export const percentTicks = (values: readonly number[]): readonly Tick[] =>
  values.map((value) => ({ value, label: `${Number((100 * value).toFixed(2))} %` }));
