import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { junitOf } from './junit.js';
import { reportPage } from './report-page.js';
import type { Conclusion, RunDescription, RunVerdict } from './run-verdict.js';
import { countResults, type ScenarioResult, verdictOf } from './scenario-result.js';
import { readVersions } from './versions.js';
import { syncTree, writeWhole } from './write-whole.js';

/** The record of one run on one rig: a folder that never reads as passed before it is whole. */
export interface RunFolder {
  readonly path: string;
  /** Writes report, JUnit and results, and the verdict last. */
  conclude(results: readonly ScenarioResult[]): Promise<Conclusion>;
}

export interface RunOptions {
  readonly path: string;
  readonly rig: string;
  readonly seed: number;
  /** Names of all claims there are. */
  readonly claims: readonly string[];
  /** See `Rig.facts`. */
  readonly facts?: (() => Promise<Readonly<Record<string, string>>>) | undefined;
}

export const VERDICT_FILE = 'verdict.json';
export const RESULTS_FILE = 'results.json';

/** The folder has something in it already: one run must not be taken for part of another. */
export class FolderNotEmpty extends Error {
  constructor(path: string) {
    super(`${path} is not empty`);
    this.name = 'FolderNotEmpty';
  }
}

/** Makes or takes an empty folder. @throws FolderNotEmpty */
export async function openRunFolder({ path, rig, seed, claims, facts }: RunOptions): Promise<RunFolder> {
  await mkdir(path, { recursive: true });
  if ((await readdir(path)).length > 0) throw new FolderNotEmpty(path);
  const write = (name: string, text: string): Promise<void> => writeWhole(join(path, name), text);
  const writeVerdict = (verdict: RunVerdict): Promise<void> => write(VERDICT_FILE, json(verdict));
  const begun = { rig, seed, startedAt: new Date().toISOString() };
  await writeVerdict({ verdict: 'incomplete', ...begun, versions: {} });
  const description: RunDescription = { ...begun, versions: { ...(await readVersions()), ...(await facts?.()) } };
  await writeVerdict({ verdict: 'incomplete', ...description });
  return {
    path,
    async conclude(results) {
      const conclusion = { verdict: verdictOf(results), counts: countResults(results, claims) };
      const lines = results.map(({ heard, drawings: _inTheirFiles, ...rest }) => ({ ...rest, packets: heard.length }));
      await write(RESULTS_FILE, json(lines));
      await write('junit.xml', junitOf(description, results));
      await write('report.html', reportPage(description, results, conclusion));
      // A verdict must not outlive what it rests on.
      await syncTree(path);
      await writeVerdict({ ...conclusion, ...description, endedAt: new Date().toISOString() });
      return conclusion;
    },
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
