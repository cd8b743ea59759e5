import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

/** On what a result was made. */
export interface Provenance {
  readonly node: string;
  readonly machine: string;
  /** With `-dirty` when the tree differs from it; `unknown` outside a checkout. */
  readonly commit: string;
}

export function readProvenance(): Provenance {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return { node: process.version, machine: `${availableParallelism()} × ${model}`, commit: readCommit() };
}

function readCommit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=10'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
