import { Argument, type Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { Terminal } from '../terminal.js';
import { type RegistryFlags, sessionOf, withRegistry } from './options.js';
import { printRecord } from './output.js';

interface RingAllFlags extends RegistryFlags {
  readonly host?: readonly string[];
  readonly hosts?: string;
  readonly rsh: string;
  readonly config: string;
}

const MOST_HOSTS = 10_000;

/** `deskbeacon ring-all`: the administrator's switch. */
export function addRingAllCommand(program: Command, terminal: Terminal): void {
  withRegistry(program.command('ring-all'))
    .description('let every phone of the site ring: its daemons take the frame off the air that silences')
    .argument('<site>')
    .addArgument(new Argument('[on|off]').choices(['on', 'off']).default('on'))
    .option('--host <host...>', 'machines with a daemon, as ssh takes them')
    .option('--hosts <file>', 'the same, one a line; "-" reads standard input')
    .option('--rsh <command>', 'what reaches them', 'ssh -o BatchMode=yes')
    .option('--config <file>', 'the configuration of the daemons', '/etc/deskbeacon/deskbeacond.toml')
    .addHelpText(
      'after',
      '\nWithout hosts it only marks the profiles that are exported from now on.\n' +
        'Example:\n  $ deskbeacon ring-all head-office on --hosts beacons.txt\n',
    )
    .action(async (site: string, asked: string, flags: RingAllFlags) => {
      const [{ withSession }, { ringAll }, { readText }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/ring-all.js'),
        import('../services/files.js'),
      ]);
      const listed = flags.hosts === undefined ? [] : readText(flags.hosts).split(/\r?\n/);
      const hosts = [...(flags.host ?? []), ...listed].map((host) => host.trim()).filter((host) => host !== '');
      if (hosts.length > MOST_HOSTS) throw new CliError('bad-usage', `expected at most ${MOST_HOSTS} hosts`);
      const reached = await withSession(sessionOf(flags, terminal), (session) =>
        ringAll(
          session,
          {
            site,
            isOn: asked === 'on',
            hosts,
            shell: flags.rsh.split(/\s+/),
            config: flags.config,
            signal: terminal.signal,
          },
          ({ host, isDone, reason }) => {
            if (!flags.json) terminal.say(isDone ? `${host}: ${asked}` : `${host}: NOT REACHED: ${reason}`);
          },
        ),
      );
      const done = reached.filter(({ isDone }) => isDone).length;
      await printRecord(
        terminal,
        flags,
        { site, isRingAll: asked === 'on', hosts: reached },
        `ring-all is ${asked}: ${done} of ${hosts.length} daemons reached; profiles exported from now on say so`,
      );
      if (done < hosts.length)
        throw new CliError('hosts-unreached', `${hosts.length - done} of ${hosts.length} daemons were not reached`);
    });
}
