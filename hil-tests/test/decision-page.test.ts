import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatRecord } from '../src/study/page/format.js';
import { orderStrata, renderPage } from '../src/study/page/markdown.js';
import { renderPlots } from '../src/study/page/plots.js';
import {
  type StratumSummary,
  type StudySummary,
  summarise,
  type WrittenStudy,
  whyNotRecorded,
} from '../src/study/page/summary.js';
import { spread } from '../src/study/page/svg.js';
import { judgeDelayed, judgeDifference, judgeDoubleRings, judgeStratum } from '../src/study/page/targets.js';
import { runHere, runStudy } from '../src/study/run-study.js';
import { settings } from '../src/study/setting.js';

const run = promisify(execFile);
const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const program = fileURLToPath(new URL('../bin/deskbeacon-study-record.mjs', import.meta.url));
const page =
  '# A page\n\n<!-- study:begin, written by npm run study:record -w hil-tests; do not edit -->\nold\n<!-- study:end -->\n\nend\n';

describe('the recorded study', () => {
  it('is what docs/decision.md and its pictures show (npm run study:record -w hil-tests)', async () => {
    const text = await readFile(join(docs, 'decision-study.json'), 'utf8');
    const summary = JSON.parse(text) as StudySummary;
    expect(text).toBe(`${formatRecord(summary)}\n`);
    const written = await readFile(join(docs, 'decision.md'), 'utf8');
    expect(written).toBe(renderPage(written, summary));
    const plots = renderPlots(summary);
    expect((await readdir(join(docs, 'decision'))).sort()).toEqual(Object.keys(plots).sort());
    for (const [name, svg] of Object.entries(plots)) {
      expect(await readFile(join(docs, 'decision', name), 'utf8')).toBe(svg);
    }
  });

  it('has every stratum, in the tables and in the bars', async () => {
    const summary = JSON.parse(await readFile(join(docs, 'decision-study.json'), 'utf8')) as StudySummary;
    expect(Object.keys(summary.strata)).toEqual(settings.map(({ name }) => name).sort());
    const written = await readFile(join(docs, 'decision.md'), 'utf8');
    const bars = await readFile(join(docs, 'decision/strata.svg'), 'utf8');
    for (const { name } of settings) {
      // Carried anyhow, lying, as shipped.
      expect(written.split(`| \`${name}\` |`).length - 1).toBeGreaterThanOrEqual(3);
      expect(bars).toContain(`>${name}</text>`);
    }
  });
});

describe('a study', () => {
  let study: WrittenStudy;
  let summary: StudySummary;
  beforeAll(async () => {
    const options = { seed: 1, seeds: 2, calls: 4, otherCalls: 4 };
    const report = await runStudy({ ...options, settings: settings.slice(0, 2), checkLinks: 20 }, runHere);
    const made = { commit: '0123456789', date: '2026-11-23T00:00:00.000Z', node: 'v20', machine: 'm', tookS: 1 };
    study = JSON.parse(JSON.stringify({ ...made, ...options, ...report })) as WrittenStudy;
    summary = summarise(study);
  });

  it('is taken whole, and of a commit', () => {
    const names = ['main', 'positions-unknown'];
    expect(whyNotRecorded(study, names, false)).toBeUndefined();
    expect(whyNotRecorded({}, names, false)).toMatch(/is not what/);
    expect(whyNotRecorded(study, [...names, 'moon'], false)).toBe('it has no moon');
    const changed = { ...study, commit: '0123456789-dirty' };
    expect(whyNotRecorded(changed, names, false)).toMatch(/is no commit/);
    expect(whyNotRecorded(changed, names, true)).toBeUndefined();
    expect(whyNotRecorded({ ...study, commit: 'unknown' }, names, true)).toMatch(/is no commit/);
  });

  it('is the same record in whatever order its strata come', () => {
    const turned = { ...study, strata: [...study.strata].reverse() };
    expect(JSON.stringify(summarise(turned))).toBe(JSON.stringify(summary));
    expect(orderStrata(summary)[0]?.[0]).toBe('main');
  });

  it('is written between the marks and nowhere else', () => {
    const written = renderPage(page, summary);
    expect(written.startsWith('# A page\n\n<!-- study:begin')).toBe(true);
    expect(written.endsWith('<!-- study:end -->\n\nend\n')).toBe(true);
    expect(written).not.toContain('\nold\n');
    expect(written).not.toMatch(/NaN|undefined|Infinity/);
    expect(renderPage(written, summary)).toBe(written);
    expect(() => renderPage('# A page', summary)).toThrow(RangeError);
  });

  it('is drawn without a script, a number that is none, or a colour for one light alone', () => {
    for (const svg of Object.values(renderPlots(summary))) {
      expect(svg).not.toMatch(/<script|NaN|undefined|Infinity|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
      expect(svg).toContain('prefers-color-scheme:dark');
    }
  });

  it('is recorded by the program, and refused when it is not whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'deskbeacon-record-'));
    try {
      await mkdir(join(folder, 'docs'));
      await cp(join(docs, 'decision.md'), join(folder, 'docs/decision.md'));
      await writeFile(join(folder, 'study.json'), JSON.stringify(study));
      const env = { ...process.env, INIT_CWD: folder };
      const refused = run('node', [program, 'study.json'], { env });
      await expect(refused).rejects.toMatchObject({ code: 65, stderr: expect.stringMatching(/it has no /) });
      expect(await readdir(join(folder, 'docs'))).toEqual(['decision.md']);
      await cp(join(docs, 'decision-study.json'), join(folder, 'docs/decision-study.json'));
      await run('node', [program], { env });
      for (const name of ['decision.md', 'decision-study.json', 'decision/strata.svg']) {
        expect(await readFile(join(folder, 'docs', name), 'utf8')).toBe(await readFile(join(docs, name), 'utf8'));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a target', () => {
  it('is met with its limit, reached by the figure alone, or missed', () => {
    expect(judgeDelayed([0, 2.9])).toBe('met');
    expect(judgeDelayed([3, 3.1])).toBe('unproven');
    expect(judgeDelayed([3.1, 6])).toBe('missed');
    expect(judgeDifference([0.01, -0.02, 0.03])).toBe('met');
    expect(judgeDifference([-0.01, -0.02, 0.01])).toBe('unproven');
    expect(judgeDifference([-0.02, -0.03, -0.01])).toBe('missed');
  });

  it('is judged in every stratum, and against the peers where one desk stands alone', () => {
    const stratum: StratumSummary = {
      about: '',
      calls: { threshold: 1, trial: 1 },
      methods: [
        {
          method: 'llr',
          carrying: 'lying-on-the-desk',
          falseSilence: 0.01,
          trueSilence: [0.985, 0.97, 0.99],
          neighbour: 0,
          worstAway: 0,
        },
      ],
      versus: [
        {
          against: 'peer:mean',
          carrying: 'carried-anyhow',
          falseSilence: 0.01,
          difference: [-0.05, -0.09, -0.01],
          isBestPeer: true,
        },
      ],
      shipped: {
        trueSilence: [0.85, 0.82, 0.88],
        doubleRings: 150,
        silenced: {},
        delayed: { room: [5, 9] },
        fromScanMs: null,
        fromPushMs: null,
      },
      native: [],
      curves: [],
      reliability: null,
    };
    expect(judgeDoubleRings(stratum)).toBe('met');
    const reached = (name: string): readonly string[] => judgeStratum(name, stratum).map((one) => one.reached);
    expect(reached('anything')).toEqual(['missed', 'met']);
    expect(reached('one-desk')).toEqual(['missed', 'met', 'missed']);
    expect(reached('calibrated')).toEqual(['missed', 'met', 'unproven']);
  });
});

describe('labels at the ends of lines', () => {
  it('keep their order and a gap, within the frame', () => {
    const places = spread([50, 51, 10, 99], 16, 100);
    expect(places[2]).toBe(10);
    const sorted = [...places].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i += 1) {
      expect((sorted[i] as number) - (sorted[i - 1] as number)).toBeGreaterThanOrEqual(16);
    }
    expect(Math.max(...places)).toBeLessThanOrEqual(100);
    expect((places[0] as number) < (places[1] as number)).toBe(true);
  });
});
