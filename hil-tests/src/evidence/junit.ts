import type { RunDescription } from './run-verdict.js';
import { nameOf, type ScenarioResult } from './scenario-result.js';
import { escapeXml } from './xml.js';

/** @returns the results as CI systems read them (JUnit XML, the subset that all of them know). */
export function junitOf(
  description: Pick<RunDescription, 'rig' | 'startedAt'>,
  results: readonly ScenarioResult[],
): string {
  const count = (outcome: ScenarioResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  const seconds = results.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1000;
  const cases = results.map((result) => {
    const attributes = `classname="hil.${escapeXml(description.rig)}" name="${escapeXml(nameOf(result))}" time="${(result.tookMs / 1000).toFixed(3)}"`;
    if (result.outcome === 'passed') return `    <testcase ${attributes}/>`;
    const tag = result.outcome === 'failed' ? 'failure' : 'skipped';
    return `    <testcase ${attributes}><${tag} message="${escapeXml(result.reason ?? '')}"/></testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="hil ${escapeXml(description.rig)}" tests="${results.length}" failures="${count('failed')}" skipped="${count('skipped')}" time="${seconds.toFixed(3)}" timestamp="${description.startedAt.slice(0, 19)}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
