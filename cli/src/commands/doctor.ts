import type { Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { Check } from '../services/examine.js';
import type { Session } from '../services/open-session.js';
import type { Terminal } from '../terminal.js';
import { passwordFrom } from './directory.js';
import { type RegistryFlags, sessionOf, withRegistry } from './options.js';

interface DoctorFlags extends RegistryFlags {
  readonly radio?: string;
  readonly passwordFile?: string;
}

const marks: Readonly<Record<Check['state'], string>> = { ok: '✓', warning: '!', fault: '✗' };

/** `deskbeacon doctor`: what is wrong, and what to do about it. */
export function addDoctorCommand(program: Command, terminal: Terminal): void {
  withRegistry(program.command('doctor'))
    .description('look at machine and registry, or at one extension from its telephone system to its profile')
    .argument('[extension]')
    .option('--radio <address>', 'look at this adapter too: hci:0, h4:/dev/ttyACM0, …')
    .option('--password-file <file>', 'for a directory that asks for one')
    .addHelpText('after', '\nExit code 3 where something is wrong.\n')
    .action(async (extension: string | undefined, flags: DoctorFlags) => {
      const [{ withSession }, examine] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/examine.js'),
      ]);
      const checks = await withSession(sessionOf(flags, terminal), async (session) => [
        ...(extension === undefined
          ? await examine.examineSite(session)
          : [
              ...(await examine.examineExtension(session, extension)),
              ...(await examineAnswering(terminal, session, extension, flags)),
            ]),
        ...(flags.radio === undefined ? [] : [await examine.examineRadio(flags.radio)]),
      ]);
      for (const check of checks) await terminal.print(lineOf(check, flags));
      const faults = checks.filter(({ state }) => state === 'fault').length;
      if (faults > 0) throw new CliError('findings', `${faults} of ${checks.length} checks failed`);
    });
}

/** Asks every directory that can tell what rings. */
async function examineAnswering(
  terminal: Terminal,
  session: Session,
  extension: string,
  flags: DoctorFlags,
): Promise<readonly Check[]> {
  const [{ listDirectories }, { openDirectory }, { readAnswering }, { asChecks }] = await Promise.all([
    import('../services/directories/directory-settings.js'),
    import('../services/directories/open-directory.js'),
    import('../directory/read-answering.js'),
    import('../services/examine.js'),
  ]);
  const askPassword = await passwordFrom(terminal, flags);
  const checks: Check[] = [];
  for (const settings of (await listDirectories(session)).filter(({ kind }) => kind === 'netsapiens')) {
    try {
      const source = await openDirectory(session, settings, { askPassword });
      const answering = await source.answering?.(extension, terminal.signal);
      checks.push(...asChecks(readAnswering(extension, answering)));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      checks.push({ check: `directory ${settings.id}`, state: 'warning', text: error.message });
    }
  }
  return checks;
}

function lineOf(check: Check, { json, plain }: DoctorFlags): string {
  if (json) return JSON.stringify(check);
  const { check: name, state, text, advice } = check;
  if (plain) return [name, state, text, advice ?? ''].join('\t');
  return `${marks[state]} ${name}: ${text}${advice === undefined ? '' : `\n    Try: ${advice}`}`;
}
