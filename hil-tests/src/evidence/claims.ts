import type { RunVerdict } from './run-folder.js';
import type { ScenarioResult } from './scenario-result.js';

/** Which claim was shown on which rung of reality, when, and for which commit: `docs/hil.json`, and `docs/hil.md` made of it. */

/** From what is all ours to what is all real. */
export const rungs = [
  { name: 'virtual', isOurs: true },
  { name: 'simulated', isOurs: true },
  { name: 'btvirt', isOurs: false },
  { name: 'kernel', isOurs: false },
  { name: 'hardware', isOurs: false },
] as const;

export interface ClaimRecord {
  /** The sentence that was shown; another sentence is another claim. */
  readonly claim: string;
  readonly outcome: 'passed' | 'failed';
  /** Day of the run, ISO 8601. */
  readonly date: string;
  readonly commit: string;
  /** Whose controllers, on a rig that has a choice. */
  readonly engines?: readonly string[];
}

/** By rung, then by the scenario's name. */
export type ClaimRecords = Readonly<Record<string, Readonly<Record<string, ClaimRecord>>>>;

interface Claim {
  readonly id: string;
  readonly claim: string;
}

/** @throws SyntaxError for what is no JSON. */
export function parseRecords(text: string): ClaimRecords {
  return JSON.parse(text) as ClaimRecords;
}

/** @returns the records with one run taken in; what a run skipped stays as it was. */
export function recordRun(
  records: ClaimRecords,
  { rig, startedAt, versions }: RunVerdict,
  results: readonly Omit<ScenarioResult, 'heard'>[],
): ClaimRecords {
  const ofRig: Record<string, ClaimRecord> = { ...records[rig] };
  for (const { scenario, claim } of results) {
    const ran = results.filter((one) => one.scenario === scenario && one.outcome !== 'skipped');
    if (ran.length === 0) continue;
    const engines = ran.flatMap(({ engine }) => (engine === undefined ? [] : [engine]));
    ofRig[scenario] = {
      claim,
      outcome: ran.every(({ outcome }) => outcome === 'passed') ? 'passed' : 'failed',
      date: startedAt.slice(0, 10),
      commit: versions.commit ?? '',
      ...(engines.length === 0 ? {} : { engines }),
    };
  }
  return { ...records, [rig]: ofRig };
}

/** @returns the page `docs/hil.md`. */
export function renderClaims(
  records: ClaimRecords,
  claims: readonly Claim[],
  openClaims: readonly (Claim & { readonly why: string })[],
): string {
  const shownOn = (claim: Claim): readonly (typeof rungs)[number][] =>
    rungs.filter(({ name }) => recordOf(records, name, claim)?.outcome === 'passed');
  const shown = claims.filter((claim) => shownOn(claim).length > 0);
  const oursOnly = shown.filter((claim) => shownOn(claim).every(({ isOurs }) => isOurs));
  const unverified = claims.length - shown.length + openClaims.length;
  return [
    '# Claims and rungs',
    '',
    '<!-- Generated from docs/hil.json by `npm run hil:record`; do not edit. -->',
    '',
    `${claims.length + openClaims.length} claims: ${shown.length} shown, of these ${oursOnly.length} only on rungs of our own (marked †); ${unverified} unverified.`,
    'A claim counts as shown for the commit that is named, on the day that is named, and for the sentence as it stands here.',
    'What each rung is stands in [rigs.md](rigs.md). ✗ is a run in which the claim did not hold.',
    '',
    `| claim | ${rungs.map(({ name }) => name).join(' | ')} |`,
    `|---|${rungs.map(() => '---|').join('')}`,
    ...claims.map((claim) => {
      const mark = oursOnly.includes(claim) ? ' †' : '';
      const cells = rungs.map(({ name }) => cellOf(recordOf(records, name, claim)));
      return `| **${claim.id}**${mark}: ${claim.claim} | ${cells.join(' | ')} |`;
    }),
    '',
    '## Not yet shown',
    '',
    '| claim | why |',
    '|---|---|',
    ...openClaims.map(({ id, claim, why }) => `| **${id}**: ${claim} | ${why} |`),
    '',
  ].join('\n');
}

function recordOf(records: ClaimRecords, rung: string, { id, claim }: Claim): ClaimRecord | undefined {
  const record = records[rung]?.[id];
  return record?.claim === claim ? record : undefined;
}

function cellOf(record: ClaimRecord | undefined): string {
  if (record === undefined) return '';
  const { outcome, date, commit, engines } = record;
  const where = engines === undefined ? '' : ` on ${engines.join(', ')}`;
  return `${outcome === 'passed' ? '✓' : '✗'} ${date} \`${commit.slice(0, 7)}\`${where}`;
}
