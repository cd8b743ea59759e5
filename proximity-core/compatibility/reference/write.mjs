import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pages, scripts } from './pages.mjs';

/**
 * `npm run api -w proximity-core`: writes the API report and the reference from what stands in the sources, which accepts every
 * change of either. With `--into FOLDER` it writes them there instead, for the test that compares.
 */

const core = fileURLToPath(new URL('../..', import.meta.url));
const root = join(core, '..');
const scratch = join(root, 'node_modules/.cache/deskbeacon/reference');
const at = process.argv.indexOf('--into');
const into = at < 0 ? undefined : process.argv[at + 1];
const targets = {
  report: into === undefined ? join(core, 'api-report.md') : join(into, 'api-report.md'),
  reference: into === undefined ? join(root, 'docs/api') : join(into, 'api'),
};

if (!existsSync(new URL('node_modules', import.meta.url))) {
  console.error('Try: npm ci --prefix proximity-core/compatibility/reference');
  process.exit(69);
}
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', core], { stdio: 'inherit' });
const { makeApiReport } = await import('./api-report.mjs');
const { writeReference } = await import('./reference.mjs');
const report = makeApiReport(core);
const written = join(scratch, 'pages');
const faults = await writeReference(core, written);
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
for (const { name, subpath } of pages) {
  const title = subpath === '.' ? '@deskbeacon/proximity-core' : `@deskbeacon/proximity-core/${name}`;
  retitle(join(written, `${name}.md`), title);
}
for (const { name, assigned } of scripts) {
  retitle(join(written, `${name}.md`), `${assigned}, a global of hosts that are no modules`);
}
writeFileSync(join(written, 'README.md'), index());
rmSync(targets.reference, { recursive: true, force: true });
cpSync(written, targets.reference, { recursive: true });
writeFileSync(targets.report, report);

function retitle(file, title) {
  const text = readFileSync(file, 'utf8')
    .replace(/^# .*$/m, `# ${title}`)
    .replace(/\n*$/, '\n');
  writeFileSync(file, text);
}

function index() {
  const rows = [
    [
      '[main](main.md)',
      '`@deskbeacon/proximity-core`: everything of the pages below but the adapters, and identities, keys and clocks',
    ],
    ['[call](call.md)', '`…/call`: one incoming call as a reducer, profiles, reasons; what an app needs to decide'],
    ['[frames](frames.md)', '`…/frames`: advertising data and every frame in it, read and written'],
    ['[calibration](calibration.md)', "`…/calibration`: walks, certificates, drift, a phone's offset"],
    ['[trace](trace.md)', '`…/trace`: calls recorded, replayed and explained'],
    [
      '[reasons](reasons.md)',
      '`…/reasons`: every code with its sentence, apart since a decision needs none of the texts',
    ],
    [
      '[signed-profile](signed-profile.md)',
      "`…/signed-profile`: a profile as it is issued, opened with the host's check of its signature",
    ],
    ...readdirSync(join(written, 'adapters')).map((file) => [
      `[adapters/${file.slice(0, -3)}](adapters/${file})`,
      `\`…/adapters/${file.slice(0, -3)}\`: what this library reports, as events for the reducer`,
    ]),
    ['[global](global.md)', '`…/global`: calls for Swift, Kotlin and pages: JSON texts in and out'],
    [
      '[global-tools](global-tools.md)',
      '`…/global-tools`: a script beside it with what no call needs: traces, advertising data, reports of libraries',
    ],
  ];
  return `# API reference of @deskbeacon/proximity-core

Generated from the docstrings by \`npm run api -w proximity-core\`; every example is compiled and run by the tests. The whole surface
as text is [api-report.md](../../proximity-core/api-report.md). To begin with: [the tutorial](../tutorial.md).

| page | what |
|---|---|
${rows.map(([page, what]) => `| ${page} | ${what} |`).join('\n')}
`;
}
