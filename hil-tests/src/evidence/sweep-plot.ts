import { fitSweep, type SweepPoint } from '../instruments/sweep.js';
import { escapeXml } from './xml.js';

const WIDTH = 720;
const HEIGHT = 440;
const MARGIN = 56;
/** Room above and below the levels. */
const PADDING_DB = 3;

/**
 * Draws a sweep as an SVG: a dot for each mean with one standard deviation as its bar, a cross where nothing was heard, and
 * the line that fits. Each mark has a `<title>` that says its numbers.
 * @param points at least one.
 * @throws {RangeError} for none.
 */
export function renderSweep(points: readonly SweepPoint[], title: string): string {
  const [first, last] = [points[0]?.attenuationDb, points.at(-1)?.attenuationDb];
  if (first === undefined || last === undefined) throw new RangeError('points: expected at least one, got none');
  const levels = points.flatMap(({ meanDbm, deviationDb = 0 }) =>
    meanDbm === undefined ? [] : [meanDbm - deviationDb, meanDbm + deviationDb],
  );
  const [low, high] =
    levels.length === 0
      ? [-100, 0]
      : [Math.floor(Math.min(...levels)) - PADDING_DB, Math.ceil(Math.max(...levels)) + PADDING_DB];
  const bottom = HEIGHT - MARGIN;
  const xOf = (db: number): string => (MARGIN + ((db - first) / (last - first || 1)) * (WIDTH - 2 * MARGIN)).toFixed(2);
  const yOf = (dbm: number): string => (bottom - ((dbm - low) / (high - low)) * (HEIGHT - 2 * MARGIN)).toFixed(2);

  const drawPoint = ({ attenuationDb, heard, meanDbm, deviationDb = 0 }: SweepPoint): string => {
    const x = xOf(attenuationDb);
    if (meanDbm === undefined) {
      const said = `<title>${attenuationDb} dB: nothing heard</title>`;
      return `<path d="M${x} ${bottom}m-4 -4l8 8m0 -8l-8 8" stroke="#a00">${said}</path>`;
    }
    const said = `<title>${attenuationDb} dB: ${meanDbm.toFixed(2)} dBm, ${heard} heard</title>`;
    const bar = `<path d="M${x} ${yOf(meanDbm - deviationDb)}V${yOf(meanDbm + deviationDb)}" stroke="#888"/>`;
    return `${bar}<circle cx="${x}" cy="${yOf(meanDbm)}" r="3" fill="#00549f">${said}</circle>`;
  };
  const drawFit = (): string[] => {
    const fit = fitSweep(points);
    const lastHeard = points.filter(({ heard }) => heard > 0).at(-1)?.attenuationDb;
    if (fit === undefined || lastHeard === undefined) return [];
    const at = (db: number): string => yOf(fit.levelAt0Dbm + fit.slope * db);
    const said = `<title>fit: ${fit.levelAt0Dbm.toFixed(2)} dBm at 0 dB, ${fit.slope.toFixed(3)} dB for each dB</title>`;
    return [`<path d="M${xOf(first)} ${at(first)}L${xOf(lastHeard)} ${at(lastHeard)}" stroke="#bbb">${said}</path>`];
  };
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${WIDTH / 2}" y="28" text-anchor="middle">${escapeXml(title)}</text>`,
    `<path d="M${MARGIN} ${MARGIN}V${bottom}H${WIDTH - MARGIN}" fill="none" stroke="#666"/>`,
    ...[first, last].map((db) => `<text x="${xOf(db)}" y="${bottom + 18}" text-anchor="middle">${db}</text>`),
    ...[low, high].map((dbm) => `<text x="${MARGIN - 6}" y="${yOf(dbm)}" text-anchor="end">${dbm}</text>`),
    `<text x="${WIDTH / 2}" y="${HEIGHT - 12}" text-anchor="middle">attenuation in dB</text>`,
    `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">level in dBm</text>`,
    ...drawFit(),
    ...points.map(drawPoint),
    '</svg>',
  ].join('\n')}\n`;
}
