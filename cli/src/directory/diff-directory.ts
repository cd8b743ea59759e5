import type { CollectedDirectory } from './collect-directory.js';
import type { DirectoryEntry } from './directory-source.js';

/** What the registry knows of an entry. */
export interface KnownEntry {
  readonly source: string;
  readonly key: string;
  readonly extension: string;
  readonly displayName: string;
}

export type DiffField = 'extension' | 'displayName';

export interface DirectoryChange {
  readonly key: string;
  /** The extension after the change. */
  readonly extension: string;
  readonly field: DiffField;
  readonly before: string;
  readonly after: string;
}

export interface DirectoryRemoval {
  readonly entry: KnownEntry;
  /** `gone`: no longer listed. `disabled`: listed, and switched off. */
  readonly reason: 'gone' | 'disabled';
}

/** One extension that several entries would have after the plan. */
export interface DirectoryConflict {
  readonly extension: string;
  readonly holders: readonly { readonly source: string; readonly key: string; readonly displayName: string }[];
}

export interface DirectoryPlan {
  readonly source: string;
  readonly added: readonly DirectoryEntry[];
  readonly changed: readonly DirectoryChange[];
  readonly removed: readonly DirectoryRemoval[];
  readonly conflicts: readonly DirectoryConflict[];
  readonly unchanged: number;
  /** Known entries that were not listed and are kept all the same, for the listing was not whole. */
  readonly heldBack: number;
}

const fields: readonly DiffField[] = ['extension', 'displayName'];

/**
 * Compares what the registry knows with what a source listed.
 *
 * A removal needs proof. Of an incomplete listing absence proves nothing: what is missing is held back, and counted.
 * @param known entries of all sources; only those of the listed source are changed or removed, all take part in conflicts
 */
export function diffDirectory(
  known: readonly KnownEntry[],
  listed: Pick<CollectedDirectory, 'source' | 'entries' | 'complete'>,
): DirectoryPlan {
  const own = known.filter(({ source }) => source === listed.source);
  const listedByKey = new Map<string, DirectoryEntry>();
  const doubles: DirectoryEntry[] = [];
  for (const entry of listed.entries) {
    if (listedByKey.has(entry.key)) doubles.push(entry);
    else listedByKey.set(entry.key, entry);
  }
  const knownKeys = new Set(own.map(({ key }) => key));
  const added = [...listedByKey.values()].filter(({ key, enabled }) => enabled && !knownKeys.has(key));
  const changed: DirectoryChange[] = [];
  const removed: DirectoryRemoval[] = [];
  const kept: KnownEntry[] = [];
  let unchanged = 0;
  let heldBack = 0;
  for (const entry of own) {
    const now = listedByKey.get(entry.key);
    if (now === undefined && listed.complete) removed.push({ entry, reason: 'gone' });
    else if (now === undefined) {
      heldBack += 1;
      kept.push(entry);
    } else if (!now.enabled) removed.push({ entry, reason: 'disabled' });
    else {
      const changes = changesOf(entry, now);
      if (changes.length === 0) unchanged += 1;
      changed.push(...changes);
      kept.push(now);
    }
  }
  const others = known.filter(({ source }) => source !== listed.source);
  const conflicts = findConflicts([...others, ...kept, ...added, ...doubles.filter(({ enabled }) => enabled)]);
  return { source: listed.source, added, changed, removed, conflicts, unchanged, heldBack };
}

/** @returns whether the plan would change anything or needs a person: the exit code 3 of a dry run. */
export function hasFindings({ added, changed, removed, conflicts, heldBack }: DirectoryPlan): boolean {
  return added.length + changed.length + removed.length + conflicts.length + heldBack > 0;
}

/** @returns the plan for people, a line each, conflicts first; the last line counts. */
export function planLines(plan: DirectoryPlan): readonly string[] {
  const { added, changed, removed, conflicts, unchanged, heldBack } = plan;
  const held = heldBack === 0 ? [] : [`held back: ${heldBack} not listed and kept, for the listing was not complete`];
  return [
    ...conflicts.map(({ extension, holders }) => {
      const names = holders.map(({ source, key, displayName }) => `${displayName} (${source} ${key})`);
      return `! ${extension} has ${holders.length} holders: ${names.join(', ')}`;
    }),
    ...added.map(({ extension, displayName }) => `+ ${extension} ${displayName}`),
    ...changed.map(({ extension, field, before, after }) => `~ ${extension} ${field}: ${before} -> ${after}`),
    ...removed.map(({ entry, reason }) => `- ${entry.extension} ${entry.displayName} (${reason})`),
    ...held,
    `${plan.source}: ${added.length} to add, ${changed.length} to change, ${removed.length} to remove, ${conflicts.length} in conflict, ${unchanged} as they are`,
  ];
}

/** @returns a line a change, tabs between: sign, extension, what, before, after. What cannot be decided has the sign `!`. */
export function planFields(plan: DirectoryPlan): readonly string[] {
  const lines = [
    ...plan.conflicts.map(({ extension, holders }) => ['!', extension, 'holders', '', holders.map(({ key }) => key)]),
    ...plan.added.map(({ extension, displayName }) => ['+', extension, 'displayName', '', displayName]),
    ...plan.changed.map(({ extension, field, before, after }) => ['~', extension, field, before, after]),
    ...plan.removed.map(({ entry, reason }) => ['-', entry.extension, reason, entry.displayName, '']),
  ];
  return lines.map((cells) => cells.map((cell) => String(cell).replace(/[\t\n]/g, ' ')).join('\t'));
}

/** @returns the plan as plain data for JSON, with the verdict. */
export function planJson(plan: DirectoryPlan): DirectoryPlan & { readonly hasFindings: boolean } {
  return { ...plan, hasFindings: hasFindings(plan) };
}

function changesOf(before: KnownEntry, after: DirectoryEntry): readonly DirectoryChange[] {
  const { key, extension } = after;
  return fields
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ key, extension, field, before: before[field], after: after[field] }));
}

function findConflicts(entries: readonly KnownEntry[]): readonly DirectoryConflict[] {
  const holders = new Map<string, KnownEntry[]>();
  for (const entry of entries) {
    const those = holders.get(entry.extension);
    if (those === undefined) holders.set(entry.extension, [entry]);
    else those.push(entry);
  }
  return [...holders]
    .filter(([, those]) => those.length > 1)
    .map(([extension, those]) => ({
      extension,
      holders: those.map(({ source, key, displayName }) => ({ source, key, displayName })),
    }));
}
