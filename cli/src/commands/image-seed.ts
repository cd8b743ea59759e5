import type { Command } from 'commander';
import type { SheetName } from '../services/labels/sheets.js';
import type { Terminal } from '../terminal.js';
import { describeSheets, fontOption, sheetOption } from './label-options.js';

interface ImageSeedFlags {
  readonly output: string;
  readonly sheet: SheetName;
  readonly font?: string;
  readonly replace?: boolean;
  readonly json?: boolean;
}

/** `deskbeacon image-seed`: what goes on the cards of beacons, and their labels, before any of them has run. */
export function addImageSeedCommand(program: Command, terminal: Terminal): void {
  program
    .command('image-seed')
    .description('draw setup codes for a plan of desks: a folder for each card, and the sheets of labels')
    .argument('<plan>', 'CSV with the columns desk, extension (may be left out) and name; "-" reads standard input')
    .requiredOption('--output <dir>', 'a folder; made when it is not there')
    .addOption(sheetOption())
    .addOption(fontOption())
    .option('--replace', 'give up seeds and labels that are there; their labels fit no beacon any more')
    .option('--json', 'one JSON object: beacons, sheets, warnings')
    .addHelpText('after', `${describeSheets()}\nExample:\n  $ deskbeacon image-seed plan.csv --output seeds\n`)
    .action(async (file: string, { font, json, ...flags }: ImageSeedFlags) => {
      const [{ readPlan }, { writeImageSeeds }, { formatFinding }] = await Promise.all([
        import('../services/labels/plan-file.js'),
        import('../services/labels/image-seed.js'),
        import('../services/labels/findings.js'),
      ]);
      const { rows, warnings } = await readPlan(file);
      for (const warning of warnings) terminal.say(formatFinding(file, warning));
      const done = await writeImageSeeds({ rows, ...flags, ...(font === undefined ? {} : { fontFile: font }) });
      if (json) return terminal.print(JSON.stringify({ ...done, warnings }));
      const beacons = done.beacons.map(({ desk, tag, folder }) => `${desk}\t${tag}\t${folder}`);
      await terminal.print([...beacons, ...done.sheets].join('\n'));
    });
}
