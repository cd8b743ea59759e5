import type { Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { LinkMatrix } from '../services/links/link-matrix.js';
import type { LinkSurvey } from '../services/links/survey-links.js';
import type { Terminal } from '../terminal.js';
import { type HostFlags, readHosts, withHosts } from './host-options.js';
import { type RegistryFlags, sessionOf, withRegistry } from './options.js';
import { printRecord } from './output.js';

interface LinksFlags extends RegistryFlags, HostFlags {
  readonly now?: boolean;
  readonly before?: string;
  readonly output?: string;
}

const WORST_STRESS = 0.3;

/** `deskbeacon links`: what the beacons hear of each other. */
export function addLinksCommand(program: Command, terminal: Terminal): void {
  withHosts(withRegistry(program.command('links')))
    .description(
      'what the beacons hear of each other: moved, exchanged, dead, with a wrong clock; and a map nobody drew',
    )
    .option('--now', 'let them listen now, for ten seconds, instead of what they heard last night')
    .option('--before <file>', 'an earlier matrix, to tell what was moved')
    .option('--output <file>', 'keep the matrix there; it is replaced')
    .addHelpText(
      'after',
      '\nExit code 3 where there is something to look at.\n' +
        'Example:\n  $ deskbeacon links --hosts beacons.txt --before links.json --output links.json\n',
    )
    .action(async (flags: LinksFlags) => {
      const [{ withSession }, { surveyLinks }, { readMatrix }, { writeSecretFile }, asked] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/links/survey-links.js'),
        import('../services/links/matrix-file.js'),
        import('../services/files.js'),
        readHosts(flags, terminal),
      ]);
      if (asked.hosts.length === 0) throw new CliError('bad-usage', 'name the machines: --host HOST or --hosts FILE');
      const before: LinkMatrix | undefined = flags.before === undefined ? undefined : readMatrix(flags.before);
      const survey = await withSession(sessionOf(flags, terminal), (session) =>
        surveyLinks(
          session,
          { ...asked, isNow: flags.now === true, ...(before === undefined ? {} : { before }) },
          (host, failure) => terminal.say(failure === undefined ? `${host}: told` : `${host}: NOT REACHED: ${failure}`),
        ),
      );
      if (flags.output !== undefined) writeSecretFile(flags.output, `${JSON.stringify(survey.matrix)}\n`);
      await printRecord(terminal, flags, survey, (await describe(survey)).join('\n'));
      const open = survey.findings.length + survey.missing.length;
      if (open > 0) throw new CliError('findings', open === 1 ? 'one thing to look at' : `${open} things to look at`);
    });
}

async function describe({ matrix, layout, findings, missing }: LinkSurvey): Promise<readonly string[]> {
  const { drawMap } = await import('../services/links/draw-map.js');
  const map = drawMap(layout, new Set(findings.flatMap(({ beacons }) => beacons)));
  const guess = layout.stress > WORST_STRESS ? ['The levels fit no map well: take it for a guess.'] : [];
  return [
    `${matrix.listeners.length} beacons listened, ${matrix.links.length} links`,
    ...(map.length === 0 ? [] : ['', ...map, ...guess]),
    '',
    ...findings.flatMap(({ text, advice }) => [`! ${text}`, `    ${advice}`]),
    ...missing.map(({ host, reason }) => `! ${host}: ${reason}`),
    ...(findings.length + missing.length === 0 ? ['Nothing to look at.'] : []),
  ];
}
