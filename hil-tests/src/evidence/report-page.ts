import type { ScenarioResult } from '../runner/run-rig.js';
import { gapPlot, levelPlot } from './plots.js';
import type { RunDescription } from './run-folder.js';
import { escapeXml } from './xml.js';

/** @returns one page that needs nothing else: what was claimed, what became of it, and what was heard. */
export function reportPage(description: RunDescription, results: readonly ScenarioResult[], verdict: string): string {
  const facts = Object.entries(description).map(
    ([name, value]) => `<tr><th>${name}</th><td>${escapeXml(String(value))}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Deskbeacon on ${escapeXml(description.rig)}: ${escapeXml(verdict)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
th { text-align: left; padding-right: 1rem; font-weight: normal; color: #555; }
section { border-left: 4px solid #999; padding-left: 1rem; margin: 1.5rem 0; }
section.passed { border-color: #2a2; } section.failed { border-color: #c22; }
svg { max-width: 100%; height: auto; }
figcaption { color: #555; font-size: 0.875rem; }
</style>
<h1>Rig ${escapeXml(description.rig)}: ${escapeXml(verdict)}</h1>
<table>${facts.join('')}</table>
${results.map(section).join('\n')}
</html>
`;
}

function section({ scenario, claim, outcome, reason, tookMs, heard }: ScenarioResult): string {
  const plots = [
    ['Level of each packet (blue: iBeacon format, red: Eddystone-EID)', levelPlot(heard)],
    ['Time between packets', gapPlot(heard)],
  ]
    .filter(([, plot]) => plot !== '')
    .map(([caption, plot]) => `<figure>${plot}<figcaption>${caption}</figcaption></figure>`);
  return `<section class="${outcome}">
<h2>${escapeXml(scenario)}: ${outcome}</h2>
<p>${escapeXml(claim)}</p>
${reason === undefined ? '' : `<p><strong>${escapeXml(reason)}</strong></p>`}
<p>${(tookMs / 1000).toFixed(1)} s, ${heard.length} packets heard</p>
${plots.join('\n')}
</section>`;
}
