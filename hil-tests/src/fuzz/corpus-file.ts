import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeHex, encodeHex } from '@deskbeacon/proximity-core';

/**
 * What is kept of a target, in its folder: `corpus.txt`, inputs that together reach all the code that was reached, and
 * `findings.txt`, inputs that once failed. A line each, in hexadecimal, `-` for the input of no octets; `#` begins a comment.
 */
export interface KeptInputs {
  readonly corpus: readonly Uint8Array[];
  readonly findings: readonly Uint8Array[];
}

const CORPUS = 'corpus.txt';
const FINDINGS = 'findings.txt';

export async function readKept(folder: string): Promise<KeptInputs> {
  return { corpus: await readInputs(join(folder, CORPUS)), findings: await readInputs(join(folder, FINDINGS)) };
}

/** @returns the names of targets of which something is kept. */
export async function keptTargets(root: string): Promise<readonly string[]> {
  if (!existsSync(root)) return [];
  const found = await readdir(root, { withFileTypes: true });
  return found.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

export async function writeCorpus(folder: string, inputs: readonly Uint8Array[]): Promise<void> {
  // Sorted, so that a later run changes few lines.
  const lines = inputs.map(lineOf).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  await writeLines(join(folder, CORPUS), [...new Set(lines)]);
}

/** Adds an input that failed, once, with what it showed. */
export async function addFinding(folder: string, input: Uint8Array, what: string): Promise<void> {
  const path = join(folder, FINDINGS);
  const lines = existsSync(path) ? (await readFile(path, 'utf8')).trimEnd().split('\n') : [];
  if (lines.includes(lineOf(input))) return;
  await writeLines(path, [...lines, `# ${what.replace(/\s+/g, ' ').slice(0, 200)}`, lineOf(input)]);
}

function lineOf(input: Uint8Array): string {
  return input.length === 0 ? '-' : encodeHex(input);
}

async function readInputs(path: string): Promise<readonly Uint8Array[]> {
  if (!existsSync(path)) return [];
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.trim());
  return lines.flatMap((line, at) => {
    if (line === '' || line.startsWith('#')) return [];
    const input = line === '-' ? new Uint8Array(0) : decodeHex(line);
    if (input === undefined) throw new Error(`${path}:${at + 1}: expected an input in hexadecimal`);
    return [input];
  });
}

async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${lines.join('\n')}\n`);
}
