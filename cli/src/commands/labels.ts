import { type Command, Option } from 'commander';
import type { LabelFormat } from '../services/labels/label-files.js';
import type { SheetName } from '../services/labels/sheets.js';
import type { Terminal } from '../terminal.js';
import { describeSheets, fontOption, sheetOption } from './label-options.js';
import { numberIn } from './options.js';
import { type OutputFlags, printRecord, withOutput } from './output.js';

interface LabelFlags extends OutputFlags {
  readonly codes: string;
  readonly sheet: SheetName;
  readonly format: LabelFormat;
  readonly output: string;
  readonly skip: number;
  readonly font?: string;
  readonly replace?: boolean;
}

/** `deskbeacon labels`: label sheets for beacons whose codes are known. */
export function addLabelsCommand(program: Command, terminal: Terminal): void {
  withOutput(program.command('labels'))
    .description('lay out labels for printing: QR code, setup code and desk')
    .requiredOption('--codes <file>', 'lines of desk, tab, setup code; "-" reads standard input')
    .requiredOption('--output <path>', 'written with mode 0600; several SVG pages get a number before the ending')
    .addOption(sheetOption())
    .addOption(new Option('--format <format>', 'an SVG holds one page').choices(['pdf', 'svg']).default('pdf'))
    .option('--skip <n>', 'labels that are used up already on the first sheet', numberIn(0, 999), 0)
    .addOption(fontOption())
    .option('--replace', 'give up what is there')
    .addHelpText(
      'after',
      `${describeSheets()}\nExample:\n  $ deskbeacon labels --codes codes.tsv --output labels.pdf\n`,
    )
    .action(async ({ codes, font, json, plain, ...flags }: LabelFlags) => {
      const { readCodes } = await import('../services/labels/codes-file.js');
      const { writeLabels } = await import('../services/labels/label-files.js');
      const labels = readCodes(codes);
      const files = await writeLabels({ labels, ...flags, ...(font === undefined ? {} : { fontFile: font }) });
      const told = { labels: labels.length, sheet: flags.sheet, files };
      await printRecord(terminal, { json, plain }, told, files.join('\n'));
    });
}
