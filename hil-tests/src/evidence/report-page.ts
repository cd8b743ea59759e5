import { gapPlot, levelPlot } from './plots.js';
import type { Conclusion, RunDescription } from './run-folder.js';
import type { CheckedCapture, ScenarioResult } from './scenario-result.js';
import { escapeXml } from './xml.js';

/** @returns one page that fetches nothing: what was claimed, what became of it, what was heard, and where the logs are. */
export function reportPage(
  description: RunDescription,
  results: readonly ScenarioResult[],
  { verdict, counts }: Conclusion,
): string {
  const { versions, rig, seed, startedAt } = description;
  // What went wrong is what somebody opens the page for.
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const others = results.filter(({ outcome }) => outcome !== 'failed');
  const facts = Object.entries({ seed: String(seed), started: startedAt, ...versions }).map(
    ([name, value]) => `<tr><th scope="row">${escapeXml(name)}</th><td>${escapeXml(value)}</td></tr>`,
  );
  const numbers = Object.entries(counts).map(([name, count]) => `<li class="${name}"><b>${count}</b> ${name}</li>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Deskbeacon on ${escapeXml(rig)}: ${verdict}</title>
<style>${style}</style>
<h1>Rig ${escapeXml(rig)}: ${verdict}</h1>
<ul class="counts">${numbers.join('')}</ul>
<p>Unverified are all claims there are that this run has not shown, be it that the rig cannot show them or that nobody can yet.</p>
<details><summary>Seed, commit, machine, versions</summary><table>${facts.join('')}</table></details>
${[...failed, ...others].map(section).join('\n')}
</html>
`;
}

const style = `
:root { color-scheme: light dark; --good: #2a8a2a; --bad: #c22; --quiet: #777; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
th { text-align: left; padding-right: 1rem; font-weight: normal; color: var(--quiet); vertical-align: top; }
td { overflow-wrap: anywhere; }
.counts { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; list-style: none; padding: 0; font-size: 1.125rem; }
.counts .passed b { color: var(--good); } .counts .failed b { color: var(--bad); }
section { border-left: 4px solid var(--quiet); padding-left: 1rem; margin: 2rem 0; }
section.passed { border-color: var(--good); } section.failed { border-color: var(--bad); }
h2 { font-size: 1.125rem; margin: 0; }
figure { margin: 1rem 0; }
svg { max-width: 100%; height: auto; }
figcaption, .quiet { color: var(--quiet); font-size: 0.875rem; }
`;

function section(result: ScenarioResult): string {
  const { scenario, engine, claim, outcome, reason, tookMs, heard } = result;
  const plots = [
    ['Level of each packet heard (round: iBeacon format, square: Eddystone-EID)', levelPlot(heard)],
    ['Time from one packet to the next', gapPlot(heard)],
  ]
    .filter(([, plot]) => plot !== '')
    .map(([caption, plot]) => `<figure>${plot}<figcaption>${caption}</figcaption></figure>`);
  return `<section class="${outcome}">
<h2>${escapeXml(scenario)}${engine === undefined ? '' : ` on ${escapeXml(engine)}`}: ${outcome}</h2>
<p>${escapeXml(claim)}</p>
${reason === undefined ? '' : `<p><strong>${escapeXml(reason)}</strong></p>`}
${outcome === 'skipped' ? '' : `<p class="quiet">${(tookMs / 1000).toFixed(1)} s, ${heard.length} packets heard. ${files(result)}</p>`}
${plots.join('\n')}
</section>`;
}

function files({ folder, captures = [] }: ScenarioResult): string {
  if (folder === undefined) return '';
  const link = (file: string): string =>
    `<a href="${escapeXml(encodeURI(`${folder}/${file}`))}">${escapeXml(file)}</a>`;
  return [
    `Files: <a href="${escapeXml(encodeURI(folder))}/">folder</a>`,
    ...captures.map((one) => describe(one, link)),
  ].join(', ');
}

function describe({ file, packets, problem }: CheckedCapture, link: (file: string) => string): string {
  if (problem !== undefined) return `${link(file)} (unreadable: ${escapeXml(problem)})`;
  if (packets === undefined) return `${link(file)} (not checked: no tshark here)`;
  return `${link(file)} (${packets} packets by tshark: ${link(file.replace(/\.btsnoop$/, '.hci.txt'))})`;
}
