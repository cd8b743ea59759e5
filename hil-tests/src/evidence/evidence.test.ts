import { describe, expect, it } from 'vitest';
import type { Heard } from '../instruments/listener.js';
import { junitOf } from './junit.js';
import { gapPlot, levelPlot } from './plots.js';
import { reportPage } from './report-page.js';
import type { RunDescription } from './run-verdict.js';
import { type CheckedCapture, countResults, type ScenarioResult, verdictOf } from './scenario-result.js';

const hostile = '</script><b onload="x">&\'\u0000\u001b[31m\uffff';
const description: RunDescription = {
  rig: 'virtual',
  seed: 7,
  startedAt: '2026-11-23T10:00:00.000Z',
  versions: { commit: 'abc', node: hostile },
};

function result(outcome: ScenarioResult['outcome'], more: Partial<ScenarioResult> = {}): ScenarioResult {
  return { scenario: 'first-frame', claim: 'It is so.', outcome, tookMs: 1500, heard: [], ...more };
}

function heard(unixMs: number, more: Partial<Heard> = {}): Heard {
  return { unixMs, address: 'a', addressType: 'random', type: 3, data: '4c000215', rssiDbm: -60, ...more };
}

describe('the verdict of a run', () => {
  it('is failed when anything failed, whatever else passed', () => {
    expect(verdictOf([result('passed'), result('failed'), result('skipped')])).toBe('failed');
  });

  it('is no pass when everything was skipped, or nothing was run', () => {
    expect(verdictOf([result('skipped'), result('skipped')])).toBe('nothing-shown');
    expect(verdictOf([])).toBe('nothing-shown');
  });

  it('counts as unverified what was skipped, what failed, what was left out and what nobody can show', () => {
    const results = [
      result('passed', { scenario: 'a', engine: 'air' }),
      result('failed', { scenario: 'a', engine: 'btvirt -L' }),
      result('passed', { scenario: 'b' }),
      result('skipped', { scenario: 'c' }),
    ];
    expect(countResults(results, ['a', 'b', 'c', 'left-out', 'open'])).toEqual({
      passed: 2,
      failed: 1,
      skipped: 1,
      unverified: 4,
    });
  });
});

describe('a capture that nobody else has read', () => {
  it('leaves its claim unverified', () => {
    const count = (captures: readonly CheckedCapture[]): number =>
      countResults([result('passed', { captures })], ['first-frame']).unverified;
    expect(count([{ file: 'daemon.btsnoop', packets: 0 }])).toBe(0);
    expect(count([{ file: 'daemon.btsnoop', packets: 9 }, { file: 'phone.btsnoop' }])).toBe(1);
  });
});

describe('JUnit', () => {
  it('names rig, scenario and engine, counts failures and skips, and gives their reasons', () => {
    const xml = junitOf(description, [
      result('passed'),
      result('failed', { engine: 'air', reason: 'heard 1 < 2' }),
      result('skipped', { reason: 'it lacks "intervals"' }),
    ]);
    expect(xml).toContain('tests="3" failures="1" skipped="1" time="4.500" timestamp="2026-11-23T10:00:00"');
    expect(xml).toContain('name="first-frame on air" time="1.500"><failure message="heard 1 &lt; 2"/>');
    expect(xml).toContain('<skipped message="it lacks &quot;intervals&quot;"/>');
  });

  it('lets no text break out of its place', () => {
    const xml = junitOf(description, [result('failed', { scenario: hostile, reason: hostile })]);
    expect(xml).not.toContain('</script>');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    expect(xml).not.toContain('\uffff');
    expect(openElements(xml)).toEqual([]);
    expect(xml.match(/<testcase /g)).toHaveLength(1);
  });
});

describe('the page of a run', () => {
  const counts = { passed: 1, failed: 0, skipped: 0, unverified: 3 };

  it('shows counts, claim, captures and what fails about them, and fetches nothing', () => {
    const captures = [
      { file: 'daemon.btsnoop', packets: 12 },
      { file: 'phone.btsnoop', problem: 'cut short' },
    ];
    const left = { folder: 'first-frame', captures, files: ['daemon.log'], drawings: ['<svg/>'] };
    const page = reportPage(
      description,
      [
        result('passed', { ...left, heard: [heard(0), heard(105)] }),
        result('skipped', { scenario: 'b', reason: 'it lacks x' }),
      ],
      { verdict: 'passed', counts },
    );
    expect(page).toContain('<b>3</b> unverified');
    expect(page).toContain('It is so.');
    expect(page).toContain('href="first-frame/daemon.hci.txt"');
    expect(page).toContain('unreadable: cut short');
    expect(page).toContain('href="first-frame/daemon.log"');
    expect(page).toContain('<td>b</td><td><b>skipped</b></td><td>it lacks x</td>');
    expect(page).not.toContain('not checked');
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).toContain('src="data:image/svg+xml;base64,PHN2Zy8+"');
    expect(page).not.toMatch(/https?:|<script|<link/);
  });

  it('says that captures were not checked, and puts what failed first', () => {
    const page = reportPage(
      description,
      [result('passed', { folder: 'a', captures: [{ file: 'daemon.btsnoop' }] }), result('failed', { scenario: 'z' })],
      { verdict: 'failed', counts },
    );
    expect(page).toContain('Captures not checked: tshark is not installed.');
    expect(page.indexOf('z: failed')).toBeLessThan(page.indexOf('first-frame: passed'));
  });

  it('lets no text break out of its place', () => {
    const page = reportPage(description, [result('failed', { claim: hostile, reason: hostile, folder: hostile })], {
      verdict: 'failed',
      counts,
    });
    expect(page).not.toContain('<b onload');
    expect(page).not.toContain('</script>');
  });
});

describe('plots', () => {
  it('leave out what came without a level and what is not ours, and are empty where nothing is left', () => {
    expect(levelPlot([heard(0, { rssiDbm: 127 }), heard(9, { rssiDbm: 0 })])).toBe('');
    expect(levelPlot([heard(0), heard(100, { rssiDbm: 127 })])).toContain('1 frames');
    expect(levelPlot([heard(0), heard(50, { data: '0201061bff' }), heard(100)])).toContain('2 frames');
    expect(gapPlot([heard(0)])).toBe('');
  });

  it('show another level at another height, another frame by another shape, and where the address changes', () => {
    const one = levelPlot([heard(0, { rssiDbm: -40 }), heard(100, { rssiDbm: -80, data: 'aafe30', address: 'b' })]);
    const [round, square] = [/<circle [^>]*cy="([\d.]+)"/, /<rect [^>]* y="([\d.]+)"/].map((mark) =>
      Number(mark.exec(one)?.[1]),
    );
    expect(round).toBeLessThan(square as number);
    expect(one.match(/new address/g)).toHaveLength(1);
    expect(openElements(one)).toEqual([]);
  });

  it('name both axes, and have round numbers on them', () => {
    const plot = gapPlot([heard(0), heard(105), heard(3000)]);
    expect(plot).toContain('Gap in ms');
    expect(plot).toContain('Time in s');
    const numbers = [...plot.matchAll(/>([\d.]+)<\/text>/g)].map(([, number]) => number);
    expect(numbers).toEqual(['0', '1000', '2000', '0', '1', '2']);
  });
});

/** @returns the elements of an XML text that are not closed in order; throws where a tag or an attribute is torn. */
function openElements(xml: string): readonly string[] {
  const open: string[] = [];
  const rest = xml.replace(
    /<\?[^>]*\?>|<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
    (tag, end, name, _, empty) => {
      if (tag.startsWith('<?') || empty === '/') return '';
      if (end === '') open.push(name);
      else if (open.at(-1) === name) open.pop();
      else throw new Error(`</${name}> closes <${open.at(-1)}>`);
      return '';
    },
  );
  if (/[<>]|&(?!(?:amp|lt|gt|quot);)/.test(rest)) throw new Error(`torn: ${rest}`);
  return open;
}
