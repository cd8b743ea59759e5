import { extname } from 'node:path';
import { CliError } from '../../errors/cli-error.js';
import { readOctets, writeSecretFile } from '../files.js';
import { refuseExisting } from './existing.js';
import { type Label, layoutLabels } from './layout-labels.js';
import { lettersMissingInPdf, renderPdf } from './render-pdf.js';
import { renderSvg } from './render-svg.js';
import { type SheetName, sheetOf } from './sheets.js';

export type LabelFormat = 'svg' | 'pdf';
export const labelFormats: readonly LabelFormat[] = ['svg', 'pdf'];

export interface RenderOptions {
  readonly labels: readonly Label[];
  readonly sheet: SheetName;
  readonly format: LabelFormat;
  /** Places on the first sheet that stay empty. */
  readonly skip?: number;
  /** A TrueType or OpenType file for the PDF. */
  readonly fontFile?: string;
}

/**
 * @returns one PDF, or an SVG a page: what is to be written, in order.
 * @throws CliError `bad-usage` for a skip beyond the sheet, `bad-letters`, `bad-font`, `no-input` for the font.
 */
export async function renderLabels(options: RenderOptions): Promise<readonly (string | Uint8Array)[]> {
  const { labels, sheet, format, skip = 0, fontFile } = options;
  const { columns, rows } = sheetOf(sheet);
  if (skip >= columns * rows)
    throw new CliError('bad-usage', `${sheet}: expected at most ${columns * rows - 1} labels to skip, got ${skip}`);
  const pages = layoutLabels(labels, sheetOf(sheet), skip);
  if (format === 'svg') return pages.map(renderSvg);
  if (fontFile === undefined) refuseLetters(labels);
  const font = fontFile === undefined ? undefined : readOctets(fontFile);
  return [await renderPdf(pages, font === undefined ? {} : { font })];
}

/** What PDF's own fonts do not have would come out as another letter. */
function refuseLetters(labels: readonly Label[]): void {
  for (const { name, note = '' } of labels) {
    const missing = lettersMissingInPdf(name + note);
    if (missing.length > 0) {
      throw new CliError(
        'bad-letters',
        `${name}: the fonts of a PDF have no ${missing.join(' ')}; nothing was written`,
      );
    }
  }
}

/** @returns the path itself for one page, and with a number before its ending for each of several. */
export function pathsFor(path: string, pages: number): readonly string[] {
  if (pages === 1) return [path];
  const ending = extname(path);
  const stem = path.slice(0, path.length - ending.length);
  return Array.from({ length: pages }, (_, i) => `${stem}-${i + 1}${ending}`);
}

export interface WriteLabelsOptions extends RenderOptions {
  readonly output: string;
  /** Gives up what is there. */
  readonly replace?: boolean;
}

/**
 * Renders labels and writes them, for their owner alone: who has a label can claim its beacon.
 * @returns the files.
 * @throws CliError as `renderLabels`, `output-exists`, `cannot-write`.
 */
export async function writeLabels({ output, replace, ...options }: WriteLabelsOptions): Promise<readonly string[]> {
  const contents = await renderLabels(options);
  const paths = pathsFor(output, contents.length);
  if (replace !== true) await refuseExisting(paths);
  for (const [i, content] of contents.entries()) writeSecretFile(paths[i] as string, content);
  return paths;
}
