import type { RunVerdict } from './run-verdict.js';
import { isShown, type ScenarioResult } from './scenario-result.js';

/** Which claim was shown on which rung of reality, when, and for which commit: `docs/hil.json`, and `docs/hil.md` made of it. */

/** From what is all ours to what is all real. */
export const rungs = [
  { name: 'virtual', isOurs: true },
  { name: 'simulated', isOurs: true },
  { name: 'btvirt', isOurs: false },
  { name: 'kernel', isOurs: false },
  { name: 'hardware', isOurs: false },
] as const;

const concluded: readonly string[] = ['passed', 'failed', 'nothing-shown'];
/** The kernel's engine with our controllers plugged in; there the kernel is real, and no more. */
const OUR_ENGINE = 'air';

export interface ClaimRecord {
  /** The sentence that was shown; another sentence is another claim. */
  readonly claim: string;
  readonly outcome: ScenarioResult['outcome'];
  /** Why it was skipped. */
  readonly reason?: string;
  /** Beginning of the run, ISO 8601. */
  readonly date: string;
  /** With `-changed` behind it where the tree was another than the commit's. */
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

/** @returns why a run says nothing of a commit; nothing when it does. */
export function whyNotRecorded(run: Partial<RunVerdict>, allowsChanged: boolean): string | undefined {
  const { verdict, rig, versions } = run;
  if (verdict === undefined || !concluded.includes(verdict)) return 'the run has not concluded';
  if (!rungs.some(({ name }) => name === rig)) return `there is no rung "${rig}"`;
  const commit = versions?.commit ?? 'unknown';
  if (/^[0-9a-f]{40}$/.test(commit) || (allowsChanged && /^[0-9a-f]{40}-changed$/.test(commit))) return undefined;
  return `it ran on ${commit}, which is no commit`;
}

/** @returns the records with one run taken in. A newer run wins; what a run skipped stays as it was shown before. */
export function recordRun(
  records: ClaimRecords,
  { rig, startedAt, versions }: RunVerdict,
  results: readonly Recorded[],
): ClaimRecords {
  const ofRig: Record<string, ClaimRecord> = { ...records[rig] };
  for (const { scenario, claim } of results) {
    const became = outcomeOf(results.filter((one) => one.scenario === scenario));
    const before = ofRig[scenario];
    if (before !== undefined && before.date > startedAt) continue;
    if (became.outcome === 'skipped' && before?.claim === claim && before.outcome !== 'skipped') continue;
    ofRig[scenario] = { claim, ...became, date: startedAt, commit: versions.commit ?? '' };
  }
  return { ...records, [rig]: ofRig };
}

type Recorded = Omit<ScenarioResult, 'heard'>;

/** Of one scenario on every engine on which it ran. */
function outcomeOf(results: readonly Recorded[]): Pick<ClaimRecord, 'outcome' | 'reason' | 'engines'> {
  const ran = results.filter(({ outcome }) => outcome !== 'skipped');
  const engines = ran.flatMap(({ engine }) => (engine === undefined ? [] : [engine]));
  const where = engines.length === 0 ? {} : { engines };
  if (ran.some(({ outcome }) => outcome === 'failed')) return { outcome: 'failed', ...where };
  if (ran.length > 0 && ran.every(isShown)) return { outcome: 'passed', ...where };
  return { outcome: 'skipped', reason: results[0]?.reason ?? 'its captures were not checked' };
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
  const reasons = new Set<string>();
  const rows = claims.map((claim) => {
    const mark = oursOnly.includes(claim) ? ' †' : '';
    const cells = rungs.map(({ name }) => cellOf(recordOf(records, name, claim), reasons));
    return `| **${claim.id}**${mark}: ${claim.claim} | ${cells.join(' | ')} |`;
  });
  return [
    '# Claims and rungs',
    '',
    'Generated from [hil.json](hil.json) by `npm run hil:record`, see [ci.md](ci.md); do not edit.',
    '',
    `${claims.length + openClaims.length} claims: ${shown.length} shown, of these ${oursOnly.length} only on rungs of our own (marked †); ${unverified} unverified.`,
    'A claim counts as shown for the commit that is named, on the day that is named, and for the sentence as it stands here.',
    'What each rung is stands in [rigs.md](rigs.md). ✗ is a run in which the claim did not hold, – one that skipped it and why;',
    'where nothing stands, it was never run.',
    '',
    `| claim | ${rungs.map(({ name }) => name).join(' | ')} |`,
    `|---|${rungs.map(() => '---|').join('')}`,
    ...rows,
    ...(reasons.size === 0 ? [] : ['', 'Skipped:', '']),
    ...[...reasons].map((reason, i) => `${i + 1}. ${reason}`),
    ...(openClaims.length === 0 ? [] : ['', '## Not yet shown', '', '| claim | why |', '|---|---|']),
    ...openClaims.map(({ id, claim, why }) => `| **${id}**: ${claim} | ${why} |`),
    '',
  ].join('\n');
}

function recordOf(records: ClaimRecords, rung: string, { id, claim }: Claim): ClaimRecord | undefined {
  const record = records[rung]?.[id];
  return record?.claim === claim ? record : undefined;
}

/** @param reasons numbered as they come; a skip's is added. */
function cellOf(record: ClaimRecord | undefined, reasons: Set<string>): string {
  if (record === undefined) return '';
  const { outcome, reason = '', date, commit, engines = [] } = record;
  if (outcome === 'skipped') return `– (${[...reasons.add(reason)].indexOf(reason) + 1})`;
  const where = engines.map((engine) => (engine === OUR_ENGINE ? 'our controllers' : engine)).join(', ');
  const [hash = '', isChanged] = commit.split('-');
  return [
    `${outcome === 'passed' ? '✓' : '✗'} ${date.slice(0, 10)} \`${hash.slice(0, 7)}\``,
    ...(isChanged === undefined ? [] : ['of a changed tree']),
    ...(where === '' ? [] : [`on ${where}`]),
  ].join(' ');
}
