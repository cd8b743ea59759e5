import { CliError } from '../../errors/cli-error.js';
import type { LabelPage, PlacedQr, PlacedText } from './layout-labels.js';
import { darkRunsOf } from './qr-matrix.js';
import { isInWindows1252 } from './windows-1252.js';

const POINTS_A_MM = 72 / 25.4;

export interface PdfOptions {
  /** TrueType or OpenType, for names beyond the letters of Western Europe; absent: Helvetica Bold, which readers have. */
  readonly font?: Uint8Array;
  /** Stands in the file; now, when absent. */
  readonly createdAt?: Date;
}

/**
 * @returns a PDF of these pages in their true size.
 * @throws RangeError for a text whose letters Helvetica does not have, without `font`; `lettersMissingInPdf` tells them. CliError
 *   `bad-font`.
 */
export async function renderPdf(pages: readonly LabelPage[], options: PdfOptions = {}): Promise<Uint8Array> {
  const { font, createdAt = new Date() } = options;
  // Loaded when it is needed: it takes longer than all the rest of the program's start.
  const { default: PdfDocument } = await import('pdfkit');
  const document = new PdfDocument({
    autoFirstPage: false,
    margin: 0,
    info: { Title: 'Labels', CreationDate: createdAt },
  });
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    document.on('end', resolve);
    document.on('error', reject);
  });
  setFont(document, font);
  for (const { widthMm, heightMm, labels } of pages) {
    document.addPage({ size: [widthMm * POINTS_A_MM, heightMm * POINTS_A_MM], margin: 0 });
    document.scale(POINTS_A_MM);
    for (const { xMm, yMm, qr, texts } of labels) {
      drawQr(document, qr, xMm, yMm);
      for (const text of texts) {
        if (font === undefined && lettersMissingInPdf(text.text).length > 0)
          throw new RangeError(`text: expected letters of Western Europe, got ${JSON.stringify(text.text)}`);
        drawText(document, text, xMm, yMm);
      }
    }
  }
  document.end();
  await ended;
  return new Uint8Array(Buffer.concat(chunks));
}

function setFont(document: PDFKit.PDFDocument, font: Uint8Array | undefined): void {
  try {
    document.font(font === undefined ? 'Helvetica-Bold' : Buffer.from(font));
  } catch (cause) {
    throw new CliError('bad-font', 'the font cannot be used in a PDF', { cause });
  }
}

function drawQr(document: PDFKit.PDFDocument, { xMm, yMm, moduleMm, matrix }: PlacedQr, leftMm: number, topMm: number) {
  for (const { row, column, length } of darkRunsOf(matrix)) {
    document.rect(leftMm + xMm + column * moduleMm, topMm + yMm + row * moduleMm, length * moduleMm, moduleMm);
  }
  document.fill('#000');
}

function drawText(document: PDFKit.PDFDocument, placed: PlacedText, leftMm: number, topMm: number): void {
  const { text, xMm, baselineMm, sizeMm, mostWidthMm } = placed;
  const widthMm = document.fontSize(sizeMm).widthOfString(text);
  // A font of the user's may be wider than the one that was measured with.
  document.fontSize(sizeMm * Math.min(1, mostWidthMm / Math.max(widthMm, 0.001)));
  document.text(text.normalize('NFC'), leftMm + xMm, topMm + baselineMm, { lineBreak: false, baseline: 'alphabetic' });
}

/** @returns the letters that PDF's own fonts do not have, each once. */
export function lettersMissingInPdf(text: string): readonly string[] {
  return [...new Set(text.normalize('NFC'))].filter((letter) => !isInWindows1252(letter));
}
