/**
 * How wide a text is in Helvetica Bold, which every PDF reader has and whose widths Arial and Liberation Sans share. The
 * numbers are thousandths of the font's size, for the letters from U+0020 to U+007E (Adobe Font Metrics, Helvetica-Bold).
 */
const WIDTHS = [
  278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
  556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
  280, 389, 584,
];
/** Of what the table does not have: a dash, an ellipsis and a Chinese letter are as wide as the font is high. */
const OTHER = 1000;
const FIRST = 0x20;
/** Height of a capital or a digit, of the font's size. */
export const CAPITAL = 0.718;

/** @returns the width of the text in multiples of the font's size. */
export function widthOfText(text: string): number {
  let width = 0;
  // A letter with an accent is as wide as the letter without.
  for (const letter of text.normalize('NFD').replace(/\p{Mn}/gu, '')) {
    width += WIDTHS[(letter.codePointAt(0) as number) - FIRST] ?? OTHER;
  }
  return width / 1000;
}

export interface FittedText {
  readonly text: string;
  readonly sizeMm: number;
}

/**
 * Makes a text smaller until it fits, and below the least size cuts it with an ellipsis, never inside of a letter.
 * @param widthMm what there is.
 */
export function fitText(text: string, widthMm: number, mostMm: number, leastMm: number): FittedText {
  const sizeMm = Math.min(mostMm, widthMm / Math.max(widthOfText(text), 0.001));
  if (sizeMm >= leastMm) return { text, sizeMm };
  const letters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  );
  let kept = letters.length;
  const cut = (): string =>
    `${letters
      .slice(0, kept)
      .join('')
      .replace(/[\s,.;:–-]+$/u, '')}…`;
  while (kept > 0 && widthOfText(cut()) * leastMm > widthMm) kept -= 1;
  return { text: cut(), sizeMm: leastMm };
}
