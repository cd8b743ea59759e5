import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { arch, cpus, release } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ScenarioResult } from '../runner/run-rig.js';
import { junitOf } from './junit.js';
import { reportPage } from './report-page.js';

/** The record of one run on one rig: a folder that never reads as passed before it is whole. */
export interface RunFolder {
  readonly path: string;
  /** Writes report, JUnit and results, and the verdict last. */
  conclude(results: readonly ScenarioResult[], verdict: string): Promise<void>;
}

export interface RunDescription {
  readonly rig: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly commit: string;
  readonly node: string;
  readonly machine: string;
}

const VERDICT = 'verdict.json';

/**
 * Makes or takes an empty folder.
 * @throws Error when there is something in it: one run must not be taken for part of another.
 */
export async function openRunFolder(path: string, rig: string, seed: number): Promise<RunFolder> {
  await mkdir(path, { recursive: true });
  if ((await readdir(path)).length > 0) throw new Error(`${path} is not empty; name a new folder with --out`);
  const description: RunDescription = {
    rig,
    seed,
    startedAt: new Date().toISOString(),
    commit: await commitOf(),
    node: process.version,
    machine: `${arch()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, kernel ${release()}`,
  };
  const write = (name: string, text: string): Promise<void> => writeBeside(join(path, name), text);
  await write(VERDICT, json({ verdict: 'incomplete', ...description }));
  return {
    path,
    async conclude(results, verdict) {
      await write('results.json', json(results.map(({ heard, ...rest }) => ({ ...rest, packets: heard.length }))));
      await write('junit.xml', junitOf(description, results));
      await write('report.html', reportPage(description, results, verdict));
      await write(VERDICT, json({ verdict, ...description, endedAt: new Date().toISOString() }));
    },
  };
}

async function writeBeside(path: string, text: string): Promise<void> {
  const beside = `${path}.part`;
  await writeFile(beside, text);
  await rename(beside, path);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** With a mark where the tree was changed: a claim belongs to a commit only if it is that commit. */
async function commitOf(): Promise<string> {
  try {
    const git = async (...args: string[]): Promise<string> => (await promisify(execFile)('git', args)).stdout.trim();
    return `${await git('rev-parse', 'HEAD')}${(await git('status', '--porcelain')) === '' ? '' : '-changed'}`;
  } catch {
    return 'unknown';
  }
}
