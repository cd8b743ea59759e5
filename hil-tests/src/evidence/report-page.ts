import { gapPlot, levelPlot } from './plots.js';
import type { Conclusion, RunDescription } from './run-verdict.js';
import { type CheckedCapture, isChecked, logOf, nameOf, type ScenarioResult } from './scenario-result.js';
import { escapeXml } from './xml.js';

/** @returns one page that fetches nothing: what was claimed, what became of it, what was heard, and where the logs are. */
export function reportPage(
  description: RunDescription,
  results: readonly ScenarioResult[],
  { verdict, counts }: Conclusion,
): string {
  const { versions, rig, seed, startedAt } = description;
  // What went wrong is what somebody opens the page for.
  const ordered = ['failed', 'passed', 'skipped'].flatMap((one) => results.filter(({ outcome }) => outcome === one));
  const facts = Object.entries({ seed: String(seed), started: startedAt, ...versions }).map(
    ([name, value]) => `<tr><th scope="row">${escapeXml(name)}</th><td>${escapeXml(value)}</td></tr>`,
  );
  const numbers = Object.entries(counts).map(
    ([name, count]) => `<li class="${count > 0 ? name : ''}"><b>${count}</b> ${name}</li>`,
  );
  const isUnchecked = results.some(({ captures = [] }) => !captures.every(isChecked));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Deskbeacon on ${escapeXml(rig)}: ${verdict}</title>
<style>${style}</style>
<h1>Rig ${escapeXml(rig)}: ${verdict}</h1>
<ul class="counts">${numbers.join('')}</ul>
<p>Unverified are all claims there are that this run has not shown, be it that the rig cannot show them or that nobody can yet.</p>
${isUnchecked ? '<p><strong>Captures not checked: tshark is not installed.</strong> What rests on them is counted as unverified.</p>' : ''}
<details><summary>Seed, commit, machine, versions</summary><table>${facts.join('')}</table></details>
<table class="all">${ordered.map(row).join('\n')}</table>
${ordered.map((result, i) => (result.outcome === 'skipped' ? '' : section(result, i))).join('\n')}
</html>
`;
}

const style = `
:root { color-scheme: light dark; --good: #1a7a1a; --bad: #b11; --quiet: #666; }
@media (prefers-color-scheme: dark) { :root { --good: #6c6; --bad: #f88; --quiet: #aaa; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
th { text-align: left; padding-right: 1rem; font-weight: normal; color: var(--quiet); vertical-align: top; }
td { overflow-wrap: anywhere; vertical-align: top; padding-right: 1rem; }
.all { margin: 1.5rem 0; font-size: 0.875rem; }
.all b { white-space: nowrap; }
.all tr { border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
.counts { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; list-style: none; padding: 0; font-size: 1.125rem; }
.passed b { color: var(--good); } .failed b { color: var(--bad); }
section { border-left: 4px solid var(--good); padding-left: 1rem; margin: 2rem 0; }
section.failed { border-color: var(--bad); }
h2 { font-size: 1.125rem; margin: 0; }
p { overflow-wrap: anywhere; }
figure { margin: 1rem 0; overflow-x: auto; }
svg, img { display: block; width: 100%; min-width: 32rem; height: auto; }
figcaption, .quiet { color: var(--quiet); font-size: 0.875rem; }
`;

/** A line of the overview; what was skipped has nothing more to show. */
function row(result: ScenarioResult, i: number): string {
  const { outcome, reason = '' } = result;
  const name = escapeXml(nameOf(result));
  const linked = outcome === 'skipped' ? name : `<a href="#r${i}">${name}</a>`;
  return `<tr class="${outcome}"><td>${linked}</td><td><b>${outcome}</b></td><td>${escapeXml(reason)}</td></tr>`;
}

function section(result: ScenarioResult, i: number): string {
  const { claim, outcome, reason, tookMs, heard, drawings = [] } = result;
  const plots = [
    ['Level of each frame heard; round: iBeacon format, square: Eddystone-EID.', levelPlot(heard)],
    ['Time from one frame to the next.', gapPlot(heard)],
    ...drawings.map((svg) => ['Drawn by the scenario.', imageOf(svg)]),
  ]
    .filter(([, plot]) => plot !== '')
    .map(([caption, plot]) => `<figure>${plot}<figcaption>${caption}</figcaption></figure>`);
  return `<section class="${outcome}" id="r${i}">
<h2>${escapeXml(nameOf(result))}: ${outcome}</h2>
<p>${escapeXml(claim)}</p>
${reason === undefined ? '' : `<p><strong>${escapeXml(reason)}</strong></p>`}
<p class="quiet">${(tookMs / 1000).toFixed(1)} s, ${heard.length} packets heard. ${linksOf(result)}</p>
${plots.join('\n')}
</section>`;
}

/** As an image it can run nothing, whatever stands in it. */
function imageOf(svg: string): string {
  return `<img alt="" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}">`;
}

function linksOf({ folder, captures = [], files = [] }: ScenarioResult): string {
  if (folder === undefined) return '';
  const link = (file: string): string =>
    `<a href="${escapeXml(encodeURI(`${folder}/${file}`))}">${escapeXml(file)}</a>`;
  return `Files: ${[...captures.map((one) => describe(one, link)), ...files.map(link)].join(', ') || 'none'}.`;
}

function describe(capture: CheckedCapture, link: (file: string) => string): string {
  const { file, packets, problem } = capture;
  if (problem !== undefined) return `${link(file)} (unreadable: ${escapeXml(problem)})`;
  if (!isChecked(capture)) return `${link(file)} (not checked)`;
  return `${link(file)} (${packets} packets by tshark: ${link(logOf(file))})`;
}
