import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatSetupCode } from '@deskbeacon/beacon/control';
import { describe, expect, it } from 'vitest';
import { CAPITAL, widthOfText } from './fit-text.js';
import { type Label, layoutLabels, type PlacedLabel } from './layout-labels.js';
import { darkRunsOf, QUIET_MODULES, qrMatrixOf } from './qr-matrix.js';
import { sheetNames, sheetOf } from './sheets.js';

const codeOf = (i: number): Uint8Array =>
  new Uint8Array(createHash('sha256').update(`label ${i}`).digest()).slice(0, 16);
const labelsOf = (count: number): readonly Label[] =>
  Array.from({ length: count }, (_, i) => ({
    name: i % 3 === 0 ? `Desk ${i}` : `Accounting, third floor, ${i}th desk by the window`,
    ...(i % 2 === 0 ? {} : { note: `d-${i} · 4${i}1` }),
    setupCode: codeOf(i),
  }));

/** Left, upper, right and lower edge of all ink, from the label's corner. */
function inkOf({ qr, texts }: PlacedLabel): readonly [number, number, number, number] {
  const sideMm = qr.matrix.length * qr.moduleMm;
  const right = texts.map(({ text, xMm, sizeMm }) => xMm + widthOfText(text) * sizeMm);
  const top = texts.map(({ baselineMm, sizeMm }) => baselineMm - CAPITAL * sizeMm);
  return [
    Math.min(qr.xMm, ...texts.map(({ xMm }) => xMm)),
    Math.min(qr.yMm, ...top),
    Math.max(qr.xMm + sideMm, ...right),
    Math.max(qr.yMm + sideMm, ...texts.map(({ baselineMm }) => baselineMm)),
  ];
}

describe.each(sheetNames)('labels on %s', (name) => {
  const sheet = sheetOf(name);
  const { labelMm, inkMarginMm, pageMm } = sheet;
  const perPage = sheet.columns * sheet.rows;
  const pages = layoutLabels(labelsOf(2 * perPage + 1), sheet);
  const placed = pages.flatMap(({ labels }) => labels);

  it('fill page after page', () => {
    expect(pages.map(({ labels }) => labels.length)).toEqual([perPage, perPage, 1]);
  });

  it('lie on the page, one beside the other', () => {
    for (const { labels } of pages) {
      for (const [i, a] of labels.entries()) {
        expect(Math.min(a.xMm, a.yMm)).toBeGreaterThanOrEqual(0);
        expect(a.xMm + a.widthMm).toBeLessThanOrEqual(pageMm.width + 1e-9);
        expect(a.yMm + a.heightMm).toBeLessThanOrEqual(pageMm.height + 1e-9);
        for (const b of labels.slice(i + 1)) {
          const isApart = b.xMm >= a.xMm + a.widthMm - 1e-9 || b.yMm >= a.yMm + a.heightMm - 1e-9;
          expect(isApart).toBe(true);
        }
      }
    }
  });

  it('keep all ink off their edges', () => {
    for (const label of placed) {
      const [left, top, right, bottom] = inkOf(label);
      expect(left).toBeGreaterThanOrEqual(inkMarginMm.x - 1e-9);
      expect(top).toBeGreaterThanOrEqual(inkMarginMm.y - 1e-9);
      expect(right).toBeLessThanOrEqual(labelMm.width - inkMarginMm.x + 1e-9);
      expect(bottom).toBeLessThanOrEqual(labelMm.height - inkMarginMm.y + 1e-9);
    }
  });

  it('have a QR code of modules of at least 0.4 mm, in whole dots, with four white ones around it', () => {
    for (const { qr, texts } of placed) {
      const quietMm = QUIET_MODULES * qr.moduleMm;
      const sideMm = qr.matrix.length * qr.moduleMm;
      expect(qr.moduleMm).toBeGreaterThanOrEqual(0.4);
      expect(((qr.moduleMm / 25.4) * 300) % 1).toBeCloseTo(0, 6);
      expect(qr.xMm).toBeGreaterThanOrEqual(quietMm - 1e-9);
      expect(qr.yMm).toBeGreaterThanOrEqual(quietMm - 1e-9);
      expect(labelMm.height - qr.yMm - sideMm).toBeGreaterThanOrEqual(quietMm - 1e-9);
      for (const { xMm } of texts) expect(xMm - qr.xMm - sideMm).toBeGreaterThanOrEqual(quietMm - 1e-9);
    }
  });

  it('say the whole code, in groups of four on two lines, in letters that are read at arm’s length', () => {
    const capitals = placed.map(({ texts }, i) => {
      const code = texts.filter(({ isCode }) => isCode);
      expect(code.map(({ text }) => text).join('-')).toBe(formatSetupCode(codeOf(i)));
      expect(new Set(code.map(({ baselineMm }) => baselineMm)).size).toBe(2);
      return CAPITAL * (code[0]?.sizeMm ?? 0);
    });
    // At 60 cm, 1.75 mm are 10 minutes of arc: twice what a healthy eye resolves.
    expect(capitals.sort((a, b) => a - b)[Math.floor(capitals.length / 2)]).toBeGreaterThan(1.75);
    expect(capitals[0]).toBeGreaterThan(1.4);
  });

  it('never let lines or groups run into each other', () => {
    for (const { texts } of placed) {
      const lines = [...new Set(texts.map(({ baselineMm }) => baselineMm))].sort((a, b) => a - b);
      for (const { baselineMm, sizeMm } of texts) {
        const above = lines.filter((line) => line < baselineMm - 1e-9).at(-1) ?? 0;
        expect(baselineMm - CAPITAL * sizeMm - above).toBeGreaterThan(0.3);
      }
      for (const [i, text] of texts.entries()) {
        const next = texts[i + 1];
        if (next?.baselineMm !== text.baselineMm) continue;
        // A third of a letter is the space between two words.
        expect(next.xMm - text.xMm - widthOfText(text.text) * text.sizeMm).toBeGreaterThan(0.25 * text.sizeMm);
      }
    }
  });
});

describe('a sheet that was used before', () => {
  it('is gone on with behind the labels that are gone', () => {
    const sheet = sheetOf('avery-3490');
    const pages = layoutLabels(labelsOf(3), sheet, 22);
    expect(pages.map(({ labels }) => labels.map(({ xMm, yMm }) => [xMm, yMm]))).toEqual([
      [
        [70, 256.5],
        [140, 256.5],
      ],
      [[0, 4.5]],
    ]);
    expect(layoutLabels([], sheet, 5)).toEqual([]);
    for (const skip of [-1, 24, 0.5]) expect(() => layoutLabels(labelsOf(1), sheet, skip)).toThrow(RangeError);
  });
});

it('docs/labels.md lists every sheet', () => {
  const page = readFileSync(new URL('../../../../docs/labels.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z][a-z0-9-]+)` \| (.+?)(?:; the default)? \|$/gm)].map(([, name, title]) => [
    name,
    title,
  ]);
  expect(rows).toEqual(sheetNames.map((name) => [name, sheetOf(name).title]));
});

it('refuses a sheet whose labels are too small for a QR code', () => {
  const sheet = { ...sheetOf('avery-3490'), labelMm: { width: 25.4, height: 10 } };
  expect(() => layoutLabels(labelsOf(1), sheet)).toThrow('modules of 0.4 mm');
});

describe('the QR code', () => {
  it('is of version 2 for every code, and its runs are its dark modules', () => {
    for (let i = 0; i < 50; i += 1) {
      const matrix = qrMatrixOf(codeOf(i));
      expect(matrix).toHaveLength(25);
      const drawn = matrix.map((row) => row.map(() => false));
      for (const { row, column, length } of darkRunsOf(matrix)) drawn[row]?.fill(true, column, column + length);
      expect(drawn).toEqual(matrix);
    }
  });

  it('has the three corners of a QR code and says that its correction level is M', () => {
    const matrix = qrMatrixOf(codeOf(1));
    for (const [row, column] of [
      [0, 0],
      [0, 18],
      [18, 0],
    ] as const) {
      const finder = matrix.slice(row, row + 7).map((line) => line.slice(column, column + 7));
      const expected = ['#######', '#.....#', '#.###.#', '#.###.#', '#.###.#', '#.....#', '#######'];
      expect(finder.map((line) => line.map((isDark) => (isDark ? '#' : '.')).join(''))).toEqual(expected);
    }
    // ISO/IEC 18004, 7.9: the first two modules of the format are 00 for M, under the mask 10.
    expect([matrix[8]?.[0], matrix[8]?.[1]]).toEqual([true, false]);
  });
});
