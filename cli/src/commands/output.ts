import { type Command, Option } from 'commander';
import { renderFields } from '../screens/table.js';
import type { Terminal } from '../terminal.js';

/** How what a command has to say is written: for people, for programs, for `cut` and `awk`. */

export interface OutputFlags {
  readonly json?: boolean | undefined;
  readonly plain?: boolean | undefined;
}

/** Every command takes both, in the same words. */
export function withOutput(command: Command): Command {
  return command
    .option('--json', 'one JSON object a record')
    .addOption(
      new Option('--plain', 'no head, no screen; tabs in a record of a list, else a field a line').conflicts('json'),
    );
}

/** One record: its JSON, its fields, or words. */
export async function printRecord(
  terminal: Terminal,
  { json, plain }: OutputFlags,
  record: object,
  words: string,
): Promise<void> {
  if (json) return terminal.print(JSON.stringify(record));
  await terminal.print(plain ? renderFields(record).join('\n') : words);
}

/** A list: an object a line, cells with tabs between, or lines for people. Nothing is printed where there are none. */
export async function printRecords<T>(
  terminal: Terminal,
  { json, plain }: OutputFlags,
  records: readonly T[],
  write: {
    readonly plain: (records: readonly T[]) => readonly string[];
    readonly words: (records: readonly T[]) => readonly string[];
  },
): Promise<void> {
  const lines = json
    ? records.map((record) => JSON.stringify(record))
    : plain
      ? write.plain(records)
      : write.words(records);
  if (lines.length > 0) await terminal.print(lines.join('\n'));
}
