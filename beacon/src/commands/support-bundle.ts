import { rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { BeaconError } from '../errors.js';
import { collectBundle } from '../health/support-bundle.js';
import type { Terminal } from './terminal.js';

interface BundleFlags {
  readonly config: string;
  readonly beacon?: string;
  readonly output: string;
  readonly unit: string;
  readonly journal: boolean;
  readonly json?: boolean;
}

/** `deskbeacond support-bundle`. */
export function addSupportBundleCommand(program: Command, terminal: Terminal): void {
  program
    .command('support-bundle')
    .description('write one file for whoever helps: versions, settings, status, adapters, last log lines; no secrets')
    .requiredOption('--config <file>', 'settings, TOML')
    .option('--beacon <name>', 'which one, of several in [radios]')
    .requiredOption('--output <file>', 'write there (.tar.gz), mode 0600; an existing file is not replaced')
    .option('--unit <name>', 'the unit whose log lines are taken', 'deskbeacond')
    .option('--no-journal', 'without log lines')
    .option('--json', 'as JSON: output, members, removed')
    .action(async ({ config, beacon, output, unit, journal, json }: BundleFlags) => {
      const request = {
        file: config,
        nowUnixMs: Date.now(),
        ...(journal ? { unit } : {}),
        ...(beacon === undefined ? {} : { beacon }),
      };
      const { archive, members, removed } = await collectBundle(request);
      await writeNew(output, gzipSync(archive));
      const left = removed === 0 ? '' : `; ${removed} line${removed === 1 ? '' : 's'} with a secret left out`;
      const text = `${output}: ${members.join(', ')}${left}\nRead it before you send it.\n`;
      await terminal.print(json === true ? `${JSON.stringify({ output, members, removed })}\n` : text);
    });
}

async function writeNew(path: string, octets: Uint8Array): Promise<void> {
  try {
    await writeFile(path, octets, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    // A part of one is of no use; one that was there before stays.
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') await rm(path, { force: true }).catch(() => {});
    throw new BeaconError('output-unwritable', `cannot write ${path}`, { cause });
  }
}
