import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitText, widthOfText } from './fit-text.js';

describe('the width of a text', () => {
  it('goes by the metrics that PDF readers use, letter by letter', () => {
    const pdfkit = dirname(createRequire(import.meta.url).resolve('pdfkit'));
    const metrics = readFileSync(join(pdfkit, 'data', 'Helvetica-Bold.afm'), 'latin1');
    const widths = new Map(
      [...metrics.matchAll(/^C -?\d+ ; WX (\d+) ; N (\w+) ;/gm)].map(([, width, name]) => [name, width]),
    );
    const rows = [...metrics.matchAll(/^C (\d+) ; WX \d+ ; N (\w+) ;/gm)].filter(([, code]) => Number(code) <= 0x7e);
    expect(rows).toHaveLength(95);
    for (const [, code, name] of rows) {
      const letter = String.fromCharCode(Number(code));
      // The metrics number their letters as PostScript does, where two quotes lean.
      const glyph = { "'": 'quotesingle', '`': 'grave' }[letter] ?? name;
      expect([letter, widthOfText(letter)]).toEqual([letter, Number(widths.get(glyph)) / 1000]);
    }
  });

  it('takes accents for nothing, and what it does not know for wide', () => {
    expect(widthOfText('ü')).toBe(widthOfText('u'));
    expect(widthOfText('机')).toBe(1);
    expect(widthOfText('')).toBe(0);
  });
});

describe('a text that is fitted', () => {
  it('stays as large as it may be where there is room, and gets smaller where there is less', () => {
    expect(fitText('Desk 12', 100, 5, 3)).toEqual({ text: 'Desk 12', sizeMm: 5 });
    const width = widthOfText('Desk 12') * 4;
    expect(fitText('Desk 12', width, 5, 3)).toEqual({ text: 'Desk 12', sizeMm: expect.closeTo(4, 6) });
  });

  it('is cut with an ellipsis below the least size, without what would hang before it', () => {
    expect(fitText('Accounting, third floor, by the window', 38, 6, 3)).toEqual({
      text: 'Accounting, third floor…',
      sizeMm: 3,
    });
  });

  it('is never cut inside of what a person takes for one letter', () => {
    const family = '👩‍👩‍👧';
    for (let width = 0; width < 60; width += 1) {
      const { text } = fitText(family.repeat(8), width, 3, 3);
      expect(text.replaceAll(family, '').replace('…', '')).toBe('');
    }
  });

  it('is never wider than its room, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.double({ min: 5, max: 80, noNaN: true }), (text, widthMm) => {
        const fitted = fitText(text, widthMm, 6, 3);
        expect(widthOfText(fitted.text) * fitted.sizeMm).toBeLessThanOrEqual(widthMm + 1e-9);
        expect(fitted.sizeMm).toBeGreaterThanOrEqual(3);
      }),
    );
  });
});
