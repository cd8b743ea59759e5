import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultLine, ScenarioResult } from '../evidence/scenario-result.js';
import { firstLineOf } from '../evidence/versions.js';
import { bootGuest } from '../rigs/kernel/boot-guest.js';
import { kernelFolder } from '../rigs/kernel/guest-kernel.js';
import { kernelRigs } from '../rigs/kernel/kernel-rigs.js';
import { programs } from '../rigs/programs.js';
import type { Scenario } from '../scenarios/scenario.js';

export interface GuestRun {
  readonly scenarios: readonly Scenario[];
  readonly seed: number;
  /** What the guest writes is left in here. */
  readonly evidence: string;
  /** Runs each scenario with its saboteur, and expects it to fail for the reason that it names. */
  readonly withSaboteurs?: boolean;
  readonly onResult: (result: ResultLine) => void;
  readonly signal: AbortSignal;
}

const BOOT_LIMIT_MS = 60_000;
/** More than any scenario takes on any engine; the guest's own limits come first. */
const SCENARIO_LIMIT_MS = 60_000;

/**
 * Boots a Linux kernel and runs scenarios in it.
 * @returns one result for each scenario and engine that can carry it, and one for each that none can carry.
 */
export async function runInGuest(run: GuestRun): Promise<readonly ScenarioResult[]> {
  const { scenarios, seed, withSaboteurs = false, onResult, signal } = run;
  const folder = join(run.evidence, 'guest');
  await mkdir(folder, { recursive: true });
  const ids = scenarios.map(({ id }) => id).join(',');
  const status = await bootGuest({
    command: [
      process.execPath,
      programs.guest,
      ...['--folder', '/out', '--seed', String(seed), '--scenarios', ids],
      ...(withSaboteurs ? ['--saboteurs'] : []),
    ],
    folder,
    limitMs: BOOT_LIMIT_MS + scenarios.length * kernelRigs.length * SCENARIO_LIMIT_MS,
    onLine: (line) => {
      const result = parseResult(line);
      if (result !== undefined) onResult(result);
    },
    signal,
  });
  if (status !== 0) throw new Error(`the guest's runner ended with ${status}; its console is in ${folder}/guest.log`);
  const results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as ScenarioResult[];
  const skipped = scenarios
    .filter(({ id }) => !results.some(({ scenario }) => scenario === id))
    .map(
      ({ id, claim, needs }): ScenarioResult => ({
        scenario: id,
        claim,
        outcome: 'skipped',
        reason: `no engine of the rig kernel has ${needs.join(' and ')}`,
        tookMs: 0,
        heard: [],
      }),
    );
  for (const result of skipped) onResult({ ...result, heard: 0 });
  return [...results, ...skipped];
}

/** @returns which kernel it is, and the versions of what runs in it and beneath it. */
export async function guestFacts(): Promise<Readonly<Record<string, string>>> {
  return {
    'kernel of the guest': (await readdir(join(kernelFolder, 'lib/modules'))).join(', '),
    qemu: await firstLineOf('qemu-system-x86_64', '--version'),
    btvirt: await firstLineOf('btvirt', '--version'),
    bluetoothd: await firstLineOf('/usr/libexec/bluetooth/bluetoothd', '--version'),
  };
}

/** The console also carries what the kernel says, in the midst of a line if it must; the file has all results. */
function parseResult(line: string): ResultLine | undefined {
  const start = line.indexOf('{"scenario":');
  if (start < 0) return undefined;
  try {
    return JSON.parse(line.slice(start)) as ResultLine;
  } catch {
    return undefined;
  }
}
