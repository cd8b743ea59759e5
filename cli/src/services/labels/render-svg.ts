import { widthOfText } from './fit-text.js';
import type { LabelPage, PlacedLabel, PlacedQr, PlacedText } from './layout-labels.js';
import { darkRunsOf } from './qr-matrix.js';

/** Each of their letters takes at most 0.603 of the size: four are narrower than the four widest of Helvetica's. */
const CODE_FONTS = "'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace";
const NAME_FONTS = "Helvetica, Arial, 'Liberation Sans', sans-serif";
/** How much wider than Helvetica a viewer's sans-serif may be: DejaVu Sans and Verdana. */
const WIDER = 1.18;

/** @returns one page as an SVG file in its true size. */
export function renderSvg({ widthMm, heightMm, labels }: LabelPage): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthMm}mm" height="${heightMm}mm" viewBox="0 0 ${widthMm} ${heightMm}">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<g font-family="${NAME_FONTS}" font-weight="700" fill="#000">`,
    ...labels.map(renderLabel),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** A picture in the picture: what is too long all the same ends at the label's edge. */
function renderLabel({ xMm, yMm, widthMm, heightMm, qr, texts }: PlacedLabel): string {
  const place = `x="${round(xMm)}" y="${round(yMm)}" width="${round(widthMm)}" height="${round(heightMm)}"`;
  return `<svg ${place} overflow="hidden">\n${renderQr(qr)}\n${texts.map(renderText).join('\n')}\n</svg>`;
}

function renderQr({ xMm, yMm, moduleMm, matrix }: PlacedQr): string {
  const boxes = darkRunsOf(matrix).map(({ row, column, length }) => `M${column} ${row}h${length}v1h-${length}z`);
  const place = `translate(${round(xMm)} ${round(yMm)}) scale(${moduleMm.toFixed(6)})`;
  return `<path transform="${place}" shape-rendering="crispEdges" d="${boxes.join('')}"/>`;
}

function renderText({ text, xMm, baselineMm, sizeMm, isCode, mostWidthMm }: PlacedText): string {
  const fittedMm = isCode ? sizeMm : Math.min(sizeMm, mostWidthMm / Math.max(WIDER * widthOfText(text), 0.001));
  const family = isCode ? ` font-family="${CODE_FONTS}"` : '';
  return `<text x="${round(xMm)}" y="${round(baselineMm)}" font-size="${round(fittedMm)}"${family}>${escapeXml(text)}</text>`;
}

/** XML has no way to write most control characters; they have no shape on paper either. */
function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ').replace(/[&<>"]/g, (letter) => entities[letter] as string);
}

function round(mm: number): string {
  return String(Number(mm.toFixed(3)));
}
