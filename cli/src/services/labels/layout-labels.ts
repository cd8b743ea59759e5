import { formatSetupCode } from '@deskbeacon/beacon/control';
import { CAPITAL, fitText, widthOfText } from './fit-text.js';
import { QUIET_MODULES, qrMatrixOf } from './qr-matrix.js';
import type { LabelSheet } from './sheets.js';

/** What a label says. */
export interface Label {
  /** The desk, for whoever carries the beacon there; cut where it is too long. */
  readonly name: string;
  /** A smaller line below: desk id, extension. */
  readonly note?: string;
  /** 16 octets. */
  readonly setupCode: Uint8Array;
}

export interface PlacedText {
  readonly text: string;
  /** Left end and baseline, from the label's corner. */
  readonly xMm: number;
  readonly baselineMm: number;
  readonly sizeMm: number;
  /** Letters of the setup code, which are read out one by one. */
  readonly isCode: boolean;
  /** What it may take; a renderer whose font is wider makes the text smaller. */
  readonly mostWidthMm: number;
}

export interface PlacedQr {
  /** The corner of the first module, without the quiet zone. */
  readonly xMm: number;
  readonly yMm: number;
  readonly moduleMm: number;
  readonly matrix: readonly (readonly boolean[])[];
}

export interface PlacedLabel {
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
  readonly qr: PlacedQr;
  readonly texts: readonly PlacedText[];
}

export interface LabelPage {
  readonly widthMm: number;
  readonly heightMm: number;
  readonly labels: readonly PlacedLabel[];
}

/** Modules are whole dots of a label printer, so that every one is as wide as the other. */
const DOT_MM = 25.4 / 300;
/** Smaller ones ask for a good camera; larger ones take the room of what people read. */
const LEAST_MODULE_MM = 0.4;
const MOST_MODULE_MM = 12 * DOT_MM;
const QR_SHARE = 0.34;
const CODE_COLUMNS = 4;
/** How much of its column a group of four letters may fill; the rest tells groups apart. */
const COLUMN_FILL = 0.88;
const LEAST_NAME_MM = 3;

/**
 * Places labels on pages, row by row.
 * @param skip places on the first page that stay empty, on a sheet that was used before.
 * @throws RangeError for a sheet that is too small for a QR code that phones can read, or a skip beyond its labels.
 */
export function layoutLabels(labels: readonly Label[], sheet: LabelSheet, skip = 0): readonly LabelPage[] {
  const perPage = sheet.columns * sheet.rows;
  if (!Number.isInteger(skip) || skip < 0 || skip >= perPage)
    throw new RangeError(`skip: expected 0..${perPage - 1}, got ${skip}`);
  const pages: { widthMm: number; heightMm: number; labels: PlacedLabel[] }[] = [];
  for (const [i, label] of labels.entries()) {
    const place = (i + skip) % perPage;
    if (i === 0 || place === 0) pages.push({ widthMm: sheet.pageMm.width, heightMm: sheet.pageMm.height, labels: [] });
    pages.at(-1)?.labels.push({
      xMm: sheet.firstMm.left + (place % sheet.columns) * sheet.pitchMm.across,
      yMm: sheet.firstMm.top + Math.floor(place / sheet.columns) * sheet.pitchMm.down,
      widthMm: sheet.labelMm.width,
      heightMm: sheet.labelMm.height,
      ...layoutOne(label, sheet),
    });
  }
  return pages;
}

function layoutOne({ name, note, setupCode }: Label, sheet: LabelSheet): Pick<PlacedLabel, 'qr' | 'texts'> {
  const qr = placeQr(qrMatrixOf(setupCode), sheet);
  const sideMm = qr.matrix.length * qr.moduleMm;
  const topMm = qr.yMm;
  const bottomMm = qr.yMm + sideMm;
  const xMm = qr.xMm + sideMm + QUIET_MODULES * qr.moduleMm;
  const mostWidthMm = sheet.labelMm.width - sheet.inkMarginMm.x - xMm;
  // Name and code end where the QR code ends, and their sizes go by its height.
  const mostNameMm = Math.min(6.5, 0.25 * sideMm);
  const nameBaselineMm = topMm + CAPITAL * mostNameMm;
  const line = (text: string, baselineMm: number, mostMm: number): PlacedText => ({
    ...fitText(text, mostWidthMm, mostMm, Math.min(LEAST_NAME_MM, mostMm)),
    ...{ xMm, baselineMm, isCode: false, mostWidthMm },
  });
  const noteMm = 0.65 * mostNameMm;
  const notes = note === undefined ? [] : [line(note, nameBaselineMm + 1.5 * noteMm, noteMm)];
  return {
    qr,
    texts: [
      line(name, nameBaselineMm, mostNameMm),
      ...notes,
      ...placeCode(setupCode, xMm, mostWidthMm, bottomMm, 0.2 * sideMm),
    ],
  };
}

function placeQr(matrix: PlacedQr['matrix'], { labelMm, inkMarginMm }: LabelSheet): PlacedQr {
  const modules = matrix.length;
  const withQuiet = modules + 2 * QUIET_MODULES;
  const mostMm = Math.min(
    labelMm.height / withQuiet,
    (labelMm.height - 2 * inkMarginMm.y) / modules,
    (QR_SHARE * labelMm.width) / withQuiet,
    MOST_MODULE_MM,
  );
  const moduleMm = Math.floor(mostMm / DOT_MM + 1e-9) * DOT_MM;
  if (moduleMm < LEAST_MODULE_MM) {
    throw new RangeError(`sheet: expected room for modules of ${LEAST_MODULE_MM} mm, got ${moduleMm.toFixed(2)} mm`);
  }
  // The quiet zone may lie in the margin, for it is white; it does not reach beyond the label.
  const xMm = Math.max(QUIET_MODULES * moduleMm, inkMarginMm.x);
  return { xMm, yMm: (labelMm.height - modules * moduleMm) / 2, moduleMm, matrix };
}

/** The code in two lines of columns: what is read out is found again. */
function placeCode(
  code: Uint8Array,
  leftMm: number,
  widthMm: number,
  bottomMm: number,
  mostMm: number,
): readonly PlacedText[] {
  const groups = formatSetupCode(code).split('-');
  const widest = Math.max(...groups.map(widthOfText));
  const sizeMm = Math.min(mostMm, (COLUMN_FILL * widthMm) / CODE_COLUMNS / widest);
  const columnMm = Math.min(widthMm / CODE_COLUMNS, (sizeMm * widest) / COLUMN_FILL);
  const lines = Math.ceil(groups.length / CODE_COLUMNS);
  return groups.map((text, i) => ({
    text,
    xMm: leftMm + (i % CODE_COLUMNS) * columnMm,
    baselineMm: bottomMm - 1.35 * sizeMm * (lines - 1 - Math.floor(i / CODE_COLUMNS)),
    sizeMm,
    isCode: true,
    mostWidthMm: columnMm,
  }));
}
