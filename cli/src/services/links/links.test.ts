import { describe, expect, it } from 'vitest';
import { drawMap } from './draw-map.js';
import { judgeLinks } from './judge-links.js';
import { layOut } from './lay-out.js';
import { type LinkMatrix, makeLinkMatrix } from './link-matrix.js';
import { readNeighbourReport } from './neighbour-report.js';
import { beaconAt, NOW, office, reportsOf, type Standing } from './testing/building.js';

const known = (building: readonly Standing[]) => building.map((one) => one.known);
const matrixOf = (building: readonly Standing[], registry = building): LinkMatrix =>
  makeLinkMatrix(known(registry), reportsOf(building), NOW).matrix;
const judge = (building: readonly Standing[], before?: LinkMatrix) =>
  judgeLinks(
    matrixOf(building),
    building.map((one) => one.known.beacon),
    before,
  ).map(({ finding, beacons }) => [finding, ...beacons]);
const change = (building: readonly Standing[], number: number, by: Partial<Standing>): readonly Standing[] =>
  building.map((one, i) => (i === number ? { ...one, ...by } : one));

describe('a building whose beacons hear each other', () => {
  const building = office();
  const before = matrixOf(building);

  it('has a matrix of who hears whom, and nothing to look at', () => {
    expect(before.listeners.length).toBe(12);
    expect(before.links.length).toBe(12 * 11);
    expect(judge(building, before)).toEqual([]);
  });

  it('shows a beacon that was carried away, and it alone', () => {
    expect(judge(change(building, 0, { xM: 14, yM: 9 }), before)).toEqual([['moved', 'b-0']]);
  });

  it('shows two that were exchanged as exchanged, not as moved', () => {
    const exchanged = building.map((one, i) => {
      const place = building[i === 0 ? 11 : i === 11 ? 0 : i] as Standing;
      return { ...one, xM: place.xM, yM: place.yM };
    });
    expect(judge(exchanged, before)).toEqual([['swapped', 'b-0', 'b-11']]);
  });

  it('shows one that reaches nobody though its daemon runs', () => {
    const survey = judgeLinks(
      matrixOf(change(building, 5, { isDead: true })),
      building.map((one) => one.known.beacon),
      before,
    );
    expect(survey.map(({ finding, beacons }) => [finding, ...beacons])).toEqual([['unheard', 'b-5']]);
    expect(survey[0]?.text).toContain('11 of the listeners heard it before');
  });

  it.each([3, -3, 200, -200])('shows a clock that is %i windows wrong, and blames nobody whom it heard', (windows) => {
    const wrong = change(building, 2, { errorMs: windows * 512_000 });
    expect(matrixOf(wrong).clocks).toEqual({ 'b-2': windows });
    expect(judge(wrong, before)).toEqual([['clock-wrong', 'b-2']]);
  });

  it('shows one that sends no proof', () => {
    expect(judge(change(building, 7, { hasProof: false }), before)).toEqual([['proves-nothing', 'b-7']]);
  });

  it('shows one that no registry knows, and how many heard it', () => {
    const more = [...building, beaconAt(40, 6, 6)];
    const made = makeLinkMatrix(known(building), reportsOf(more), NOW);
    expect(made.unknownHosts).toEqual(['pi-b-40']);
    expect(made.matrix.strangers).toMatchObject([{ heardBy: 12 }]);
    expect(judgeLinks(made.matrix, []).map(({ finding }) => finding)).toEqual(['stranger']);
  });

  it('judges nobody by a matrix to which nobody listened', () => {
    const { matrix } = makeLinkMatrix(known(building), [], NOW);
    expect(judgeLinks(matrix, ['b-0'], before)).toEqual([]);
  });

  it('lies on the map as it stands in the building, but for turning and mirroring', () => {
    const { placed, stress } = layOut(before, new Map(known(building).map((one) => [one.beacon, -59])));
    expect(stress).toBeLessThan(0.2);
    const ratios = placed.flatMap((a, i) =>
      placed.slice(i + 1).map((b) => {
        const [one, other] = [a, b].map(({ beacon }) => building.find((at) => at.known.beacon === beacon) as Standing);
        const trueM = Math.hypot((one?.xM ?? 0) - (other?.xM ?? 0), (one?.yM ?? 0) - (other?.yM ?? 0));
        return Math.hypot(a.xM - b.xM, a.yM - b.yM) / trueM;
      }),
    );
    const wrong = ratios.filter((ratio) => ratio < 0.6 || ratio > 1.6).length;
    expect(wrong / ratios.length).toBeLessThan(0.1);
  });

  it('fits a terminal of 80 columns, each beacon once, those with a finding marked', () => {
    const lines = drawMap(layOut(before, new Map(known(building).map((one) => [one.beacon, -59]))), new Set(['b-3']));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.length).toBeLessThanOrEqual(24);
    const text = lines.join('\n');
    for (const { known: one } of building)
      expect(text.match(new RegExp(`[·!] ${one.beacon}(?!\\d)`, 'g'))?.length).toBe(1);
    expect(text).toContain('! b-3');
  });

  it('is no map where nobody hears anybody', () => {
    expect(drawMap(layOut({ ...before, links: [] }, new Map()), new Set())).toEqual([]);
  });
});

describe('what a daemon printed', () => {
  const report = reportsOf(office(2, 1))[0]?.report;

  it('is read as it was written', () => {
    expect(readNeighbourReport(JSON.stringify({ version: 1, ...report }))).toEqual(report);
  });

  it.each([
    ['nothing', '', 'no JSON'],
    ['another version', '{"version":2}', 'version 1'],
    ['no identity', '{"version":1,"unixMs":1}', 'no identity'],
    ['a torn listening', JSON.stringify({ version: 1, ...report, listened: { atUnixMs: 1 } }), 'malformed'],
    [
      'a neighbour without a level',
      JSON.stringify({ version: 1, ...report, listened: { atUnixMs: 1, forMs: 1, neighbours: [{ major: 1 }] } }),
      'one of its neighbours',
    ],
  ])('is refused with a reason where it is %s', (_what, text, reason) => {
    expect(readNeighbourReport(text)).toContain(reason);
  });
});
