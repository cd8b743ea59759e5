import type { Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { ImportPlan, PlannedChange } from '../services/places/import-places.js';
import type { Terminal } from '../terminal.js';
import { type RegistryFlags, sessionOf, withRegistry } from './options.js';
import { printRecord } from './output.js';

interface ImportFlags extends RegistryFlags {
  readonly dryRun?: boolean;
  readonly plan?: string;
}

const MOST_LINES = 200;

/** `deskbeacon import`, `apply`, `export`: desks, anchors and extensions as a sheet. */
export function addImportCommands(program: Command, terminal: Terminal): void {
  withRegistry(program.command('import'))
    .description('take desks, anchors and extensions from a sheet (CSV); nothing is removed')
    .argument('<file>', 'as deskbeacon export writes it; the help ends with its columns')
    .option('--dry-run', 'say what would change and change nothing; exit code 3 where something would')
    .option('--plan <file>', 'write the plan of a dry run here, for deskbeacon apply')
    .addHelpText(
      'after',
      '\nColumns: extension, display_name, desk, desk_name, floor, x_m, y_m, anchor. Comma, semicolon or tab; UTF-8 or\n' +
        'Windows-1252. An empty cell leaves what is there.\n',
    )
    .action((file: string, flags: ImportFlags) => importFile(terminal, file, flags));
  withRegistry(program.command('apply'))
    .description('do what a plan of deskbeacon import --dry-run says, whole or not at all')
    .argument('<plan>')
    .action(async (file: string, flags: RegistryFlags) => {
      const [{ decodePlan }, { readText }] = await Promise.all([
        import('../services/places/import-places.js'),
        import('../services/files.js'),
      ]);
      await apply(terminal, decodePlan(readText(file)), flags);
    });
  withRegistry(program.command('export'))
    .description('all desks, anchors and extensions as a sheet that deskbeacon import reads')
    .action(async (flags: RegistryFlags) => {
      const [{ withSession }, { exportPlaces }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/places/export-places.js'),
      ]);
      const lines = await withSession(sessionOf(flags, terminal), ({ registry }) => exportPlaces(registry));
      await terminal.print(flags.json ? JSON.stringify(lines) : lines.join('\n'));
    });
}

async function importFile(terminal: Terminal, file: string, flags: ImportFlags): Promise<void> {
  const [{ withSession }, { planImport }, { readPlaceFile }, { writeSecretFile }] = await Promise.all([
    import('../services/open-session.js'),
    import('../services/places/import-places.js'),
    import('../services/places/place-file.js'),
    import('../services/files.js'),
  ]);
  const read = await readPlaceFile(file, terminal.signal);
  const plan = await withSession(sessionOf(flags, terminal), (session) => planImport(session, read));
  for (const { line, column, expected, got } of plan.findings.slice(0, MOST_LINES))
    terminal.say(`${file}:${line}: ${column}: expected ${expected}, got ${got}; the row is left out`);
  if (flags.dryRun !== true) return apply(terminal, plan, flags);
  if (flags.plan !== undefined) writeSecretFile(flags.plan, `${JSON.stringify(plan, null, 1)}\n`);
  if (flags.json) await terminal.print(JSON.stringify(plan));
  else if (plan.changes.length > 0)
    await terminal.print(
      (flags.plain
        ? plan.changes.map(({ table, row, revision }) => [revision === undefined ? '+' : '~', table, row.id].join('\t'))
        : [...plan.changes.slice(0, MOST_LINES).map(describe), ...more(plan)]
      ).join('\n'),
    );
  terminal.say(`${plan.changes.length} changes, ${plan.unchanged} as they are, ${plan.findings.length} rows left out`);
  if (plan.changes.length > 0 || plan.findings.length > 0)
    throw new CliError('findings', 'this was a dry run: nothing was changed');
}

async function apply(terminal: Terminal, plan: ImportPlan, flags: RegistryFlags): Promise<void> {
  const [{ withSession }, { applyPlan }] = await Promise.all([
    import('../services/open-session.js'),
    import('../services/places/import-places.js'),
  ]);
  const done = await withSession(sessionOf(flags, terminal), (session) =>
    applyPlan(session, plan, (count, of) => terminal.say(`${count} of ${of} …`)),
  );
  const leftOut = plan.findings.length;
  await printRecord(
    terminal,
    flags,
    { ...done, unchanged: plan.unchanged, leftOut },
    `${done.added} added, ${done.changed} changed, ${plan.unchanged} as they were, ${leftOut} rows left out.`,
  );
  if (leftOut > 0) throw new CliError('findings', `${leftOut} rows were left out, as said above`);
}

function describe({ table, row, revision }: PlannedChange): string {
  const told = Object.entries(row)
    .filter(([name]) => !['id', 'site', 'source', 'sourceKey'].includes(name))
    .map(([name, value]) => `${name} ${value}`);
  return `${revision === undefined ? '+' : '~'} ${table}/${row.id}: ${told.join(', ')}`;
}

function more({ changes }: ImportPlan): readonly string[] {
  return changes.length > MOST_LINES ? [`… and ${changes.length - MOST_LINES} more (--json shows all)`] : [];
}
