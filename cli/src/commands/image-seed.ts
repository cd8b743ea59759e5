import { type Command, Option } from 'commander';
import type { SheetName } from '../services/labels/sheets.js';
import type { Terminal } from '../terminal.js';
import { describeSheets, fontOption, sheetOption } from './label-options.js';
import { type OutputFlags, withOutput } from './output.js';

interface ImageSeedFlags extends OutputFlags {
  readonly output: string;
  readonly sheet: SheetName;
  readonly font?: string;
  readonly replace?: boolean;
  readonly register?: boolean;
  readonly registry?: string;
}

/** `deskbeacon image-seed`: what goes on the cards of beacons, and their labels, before any of them has run. */
export function addImageSeedCommand(program: Command, terminal: Terminal): void {
  withOutput(program.command('image-seed'))
    .description('draw setup codes for a plan of desks: a folder for each card, and the sheets of labels')
    .argument('<plan>', 'CSV with the columns desk, extension (may be left out) and name; "-" reads standard input')
    .requiredOption('--output <dir>', 'a folder; made when it is not there')
    .addOption(sheetOption())
    .addOption(fontOption())
    .option('--replace', 'give up seeds and labels that are there; their labels fit no beacon any more')
    .option('--register', 'write desks, extensions and beacons into the registry, as to be deployed')
    .addOption(new Option('--registry <place>', 'for --register: a file, or postgresql://…').env('DESKBEACON_REGISTRY'))
    .addHelpText('after', `${describeSheets()}\nExample:\n  $ deskbeacon image-seed plan.csv --output seeds\n`)
    .action(async (file: string, { font, json, plain: _plain, register, registry, ...flags }: ImageSeedFlags) => {
      const [{ readPlan }, { writeImageSeeds }, { formatFinding }] = await Promise.all([
        import('../services/labels/plan-file.js'),
        import('../services/labels/image-seed.js'),
        import('../services/labels/findings.js'),
      ]);
      const { rows, warnings } = await readPlan(file);
      for (const warning of warnings) terminal.say(formatFinding(file, warning));
      const done = await writeImageSeeds({ rows, ...flags, ...(font === undefined ? {} : { fontFile: font }) });
      if (register) {
        const [{ withSession }, { registerPlan }] = await Promise.all([
          import('../services/open-session.js'),
          import('../services/labels/register-plan.js'),
        ]);
        const place = registry === undefined ? {} : { registry };
        await withSession(place, (session) => registerPlan(session, rows, done.beacons));
      }
      if (json) return terminal.print(JSON.stringify({ ...done, warnings }));
      const beacons = done.beacons.map(({ desk, tag, folder }) => `${desk}\t${tag}\t${folder}`);
      await terminal.print([...beacons, ...done.sheets].join('\n'));
    });
}
