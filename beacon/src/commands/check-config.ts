import type { Command } from 'commander';
import { checkConfig, renderReport } from '../config/check-config.js';
import { BeaconError } from '../errors.js';
import type { Terminal } from './terminal.js';

/** `deskbeacond check-config`. */
export function addCheckConfigCommand(program: Command, terminal: Terminal): void {
  program
    .command('check-config')
    .description('read the settings without starting: all that is wrong, what does not work here, and what counts')
    .argument('<file>', 'settings, TOML')
    .option('--json', 'as JSON: isValid, faults, warnings, settings')
    .action(async (file: string, { json }: { readonly json?: boolean }) => {
      const report = await checkConfig(file);
      if (json === true) await terminal.print(`${JSON.stringify(report)}\n`);
      else if (report.isValid) await terminal.print(renderReport(report));
      if (!report.isValid) throw new BeaconError('config-invalid', report.faults.map(({ text }) => text).join('\n'));
    });
}
