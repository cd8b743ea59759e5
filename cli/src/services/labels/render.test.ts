import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatSetupQr } from '@deskbeacon/beacon/control';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Label, type LabelPage, layoutLabels } from './layout-labels.js';
import { lettersMissingInPdf, renderPdf } from './render-pdf.js';
import { renderSvg } from './render-svg.js';
import { sheetNames, sheetOf } from './sheets.js';

const tools = ['zbarimg', 'rsvg-convert', 'pdftoppm', 'pdftotext'];
const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (missing.length > 0 && process.env.CI === 'true') throw new Error(`CI has to have ${missing.join(', ')}: .ci/setup`);
const why = missing.length > 0 ? ` (${missing.join(', ')} not installed)` : '';

const labels: readonly Label[] = [
  { name: 'Desk 12', note: 'd-12 · 0042', setupCode: Uint8Array.from({ length: 16 }, (_, i) => i) },
  { name: 'Büro <Süd> & "Nord"', setupCode: new Uint8Array(16).fill(255) },
  ...Array.from({ length: 4 }, (_, i) => ({
    name: `Accounting, third floor, ${i}th desk by the window`,
    setupCode: new Uint8Array(createHash('sha256').update(`scan ${i}`).digest()).slice(0, 16),
  })),
];
const page = layoutLabels(labels, sheetOf('avery-3490'))[0] as LabelPage;

describe('an SVG', () => {
  it('draws exactly the dark modules of every label, in place and in true size', () => {
    const svg = renderSvg(page);
    expect(svg).toContain('width="210mm" height="297mm" viewBox="0 0 210 297"');
    const drawn = [...svg.matchAll(/<path transform="translate\((\S+) (\S+)\) scale\((\S+)\)" [^>]*d="([^"]+)"/g)];
    expect(drawn).toHaveLength(labels.length);
    for (const [i, [, x, y, scale, path]] of drawn.entries()) {
      const { qr } = page.labels[i] as LabelPage['labels'][number];
      expect([Number(x), Number(y)]).toEqual([expect.closeTo(qr.xMm, 2), expect.closeTo(qr.yMm, 2)]);
      expect(Number(scale)).toBeCloseTo(qr.moduleMm, 5);
      const modules = qr.matrix.map((row) => row.map(() => false));
      for (const box of (path as string).matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)) {
        const [column, row, length, back] = box.slice(1).map(Number) as [number, number, number, number];
        expect(back).toBe(length);
        modules[row]?.fill(true, column, column + length);
      }
      expect(modules).toEqual(qr.matrix);
    }
  });

  it('escapes what a name may hold', () => {
    const svg = renderSvg(page);
    expect(svg).toContain('Büro &lt;Süd&gt; &amp; &quot;Nord&quot;</text>');
    const [odd] = layoutLabels([{ name: 'a\u0000b\ud800c', setupCode: new Uint8Array(16) }], sheetOf('avery-3490'));
    expect(renderSvg(odd as LabelPage)).toContain('>a b c<');
  });
});

describe('a PDF', () => {
  it('has a page for each page, in its true size', async () => {
    const pages = layoutLabels(labels, sheetOf('brother-dk-11209'));
    const text = Buffer.from(await renderPdf(pages)).toString('latin1');
    const boxes = [...text.matchAll(/\/MediaBox \[0 0 (\S+) (\S+)\]/g)].map(([, width, height]) => [
      Number(width),
      Number(height),
    ]);
    expect(boxes).toEqual(labels.map(() => [expect.closeTo((62 / 25.4) * 72, 2), expect.closeTo((29 / 25.4) * 72, 2)]));
  });

  it('refuses letters that its fonts do not have, rather than print others', async () => {
    expect(lettersMissingInPdf('Büro – “Süd” 20 €')).toEqual([]);
    expect(lettersMissingInPdf('Bu\u0308ro')).toEqual([]);
    expect(lettersMissingInPdf('Łódź 机 Ł')).toEqual(['Ł', 'ź', '机']);
    const [other] = layoutLabels([{ name: 'Łódź', setupCode: new Uint8Array(16) }], sheetOf('avery-3490'));
    await expect(renderPdf([other as LabelPage])).rejects.toThrow('Western Europe');
  });

  it('refuses what is no font', async () => {
    await expect(renderPdf([page], { font: new Uint8Array(100) })).rejects.toMatchObject({ code: 'bad-font' });
  });

  it.skipIf(!existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf') || why !== '')(
    'takes them from a font file',
    async () => {
      const font = readFileSync('/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf');
      const pages = layoutLabels([{ name: 'Łódź', setupCode: new Uint8Array(16) }], sheetOf('avery-3490'));
      const input = Buffer.from(await renderPdf(pages, { font }));
      expect(execFileSync('pdftotext', ['-', '-'], { input, encoding: 'utf8' })).toContain('Łódź');
    },
  );
});

describe.skipIf(why !== '')(`a scanner${why}`, () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'deskbeacon-labels-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** What zbar reads in a picture: the only other implementation in this test. */
  const scan = (picture: Uint8Array): string => {
    const { stdout } = spawnSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', '-'], {
      input: picture,
      encoding: 'utf8',
    });
    return stdout.trim();
  };

  it.each(sheetNames)('reads every label on %s, as SVG and as PDF', async (name) => {
    const pages = layoutLabels(labels, sheetOf(name));
    const pdf = join(directory, `${name}.pdf`);
    writeFileSync(pdf, await renderPdf(pages));
    const scanned = { svg: [] as string[], pdf: [] as string[] };
    for (const [i, { labels: placed }] of pages.entries()) {
      for (const { xMm, yMm, widthMm, heightMm, ...rest } of placed) {
        const alone = { widthMm, heightMm, labels: [{ xMm: 0, yMm: 0, widthMm, heightMm, ...rest }] };
        const input = renderSvg(alone);
        scanned.svg.push(scan(execFileSync('rsvg-convert', ['-d', '300', '-p', '300'], { input })));
        const dots = [xMm, yMm, widthMm, heightMm].map((mm) => String(Math.round((mm / 25.4) * 300)));
        const cut = ['-x', '-y', '-W', '-H'].flatMap((flag, j) => [flag, dots[j] as string]);
        const number = String(i + 1);
        const args = ['-r', '300', '-gray', '-png', '-f', number, '-l', number, ...cut, pdf];
        scanned.pdf.push(scan(execFileSync('pdftoppm', args, { maxBuffer: 1 << 24 })));
      }
    }
    const expected = labels.map(({ setupCode }) => formatSetupQr(setupCode));
    expect(scanned).toEqual({ svg: expected, pdf: expected });
  });

  it('finds the words of a PDF as a person reads them', async () => {
    const input = Buffer.from(await renderPdf([page]));
    const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input, encoding: 'utf8' });
    expect(text).toContain('Büro <Süd> & "Nord"');
    expect(text).toMatch(/000G +40R4 +0M30 +E209/);
  });
});
