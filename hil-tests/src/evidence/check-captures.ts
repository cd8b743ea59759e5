import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CheckedCapture, logOf, type ScenarioResult } from './scenario-result.js';
import { whyNoTshark } from './tshark.js';

const LIMIT_MS = 60_000;
/** UTC, as the daemon's log has it; the status is what a controller answered, in words. */
const lines = [
  ...['-t', 'ud', '-o'],
  'gui.column.format:"Time","%t","From","%s","To","%d","Packet","%i","Status","%Cus:bthci_evt.status:0:R"',
];

/**
 * Has tshark read every capture of a run to its end, and leaves what it read beside each, a line a packet. A capture that
 * it cannot read is no evidence: what passed by it has failed. What else a scenario left is listed.
 * @param path the run's folder.
 */
export async function checkCaptures(
  results: readonly ScenarioResult[],
  path: string,
): Promise<readonly ScenarioResult[]> {
  const checked: ScenarioResult[] = [];
  for (const result of results) {
    const folder = result.folder === undefined ? undefined : join(path, result.folder);
    const captures = folder === undefined ? [] : await checkFolder(folder);
    const broken = captures.find(({ problem }) => problem !== undefined);
    checked.push({
      ...result,
      captures,
      ...(folder === undefined ? {} : await listFiles(folder, captures)),
      ...(broken !== undefined && result.outcome === 'passed'
        ? { outcome: 'failed' as const, reason: `its capture ${broken.file} is no evidence: ${broken.problem}` }
        : {}),
    });
  }
  return checked;
}

async function checkFolder(folder: string): Promise<readonly CheckedCapture[]> {
  const names = await readdir(folder).catch(() => []);
  const captures: CheckedCapture[] = [];
  for (const file of names.filter((name) => name.endsWith('.btsnoop')).sort())
    captures.push(whyNoTshark() === undefined ? await checkCapture(folder, file) : { file });
  return captures;
}

async function listFiles(
  folder: string,
  captures: readonly CheckedCapture[],
): Promise<Required<Pick<ScenarioResult, 'files' | 'drawings'>>> {
  const known = new Set(captures.flatMap(({ file }) => [file, logOf(file)]));
  const files = (await readdir(folder).catch(() => [])).filter((name) => !known.has(name)).sort();
  const drawn = files.filter((name) => name.endsWith('.svg'));
  return { files, drawings: await Promise.all(drawn.map((name) => readFile(join(folder, name), 'utf8'))) };
}

async function checkCapture(folder: string, file: string): Promise<CheckedCapture> {
  try {
    // With a cut-off tail it prints what it could read, and fails.
    const arguments_ = [...lines, '-r', join(folder, file)];
    const { stdout } = await promisify(execFile)('tshark', arguments_, { timeout: LIMIT_MS, maxBuffer: 256 << 20 });
    await writeFile(join(folder, logOf(file)), stdout);
    return { file, packets: stdout.split('\n').length - 1 };
  } catch (error) {
    const { stderr = '' } = error as { readonly stderr?: string };
    const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Running as user'));
    return { file, problem: said.at(-1) ?? (error as Error).message };
  }
}
