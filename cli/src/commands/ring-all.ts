import { Argument, type Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { Terminal } from '../terminal.js';
import { type HostFlags, readHosts, withHosts } from './host-options.js';
import { type RegistryFlags, sessionOf, withRegistry } from './options.js';
import { printRecord } from './output.js';

type RingAllFlags = RegistryFlags & HostFlags;

/** `deskbeacon ring-all`: the administrator's switch. */
export function addRingAllCommand(program: Command, terminal: Terminal): void {
  withHosts(withRegistry(program.command('ring-all')))
    .description('let every phone of the site ring: its daemons take the frame off the air that silences')
    .argument('<site>')
    .addArgument(new Argument('[on|off]').choices(['on', 'off']).default('on'))
    .addHelpText(
      'after',
      '\nWithout hosts it only marks the profiles that are exported from now on.\n' +
        'Example:\n  $ deskbeacon ring-all head-office on --hosts beacons.txt\n',
    )
    .action(async (site: string, state: string, flags: RingAllFlags) => {
      const [{ withSession }, { ringAll }, asked] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/ring-all.js'),
        readHosts(flags, terminal),
      ]);
      const reached = await withSession(sessionOf(flags, terminal), (session) =>
        ringAll(session, { ...asked, site, isOn: state === 'on' }, ({ host, isDone, reason }) => {
          if (!flags.json) terminal.say(isDone ? `${host}: ${state}` : `${host}: NOT REACHED: ${reason}`);
        }),
      );
      const done = reached.filter(({ isDone }) => isDone).length;
      await printRecord(
        terminal,
        flags,
        { site, isRingAll: state === 'on', hosts: reached },
        `ring-all is ${state}: ${done} of ${asked.hosts.length} daemons reached; profiles exported from now on say so`,
      );
      if (done < asked.hosts.length)
        throw new CliError(
          'hosts-unreached',
          `${asked.hosts.length - done} of ${asked.hosts.length} daemons were not reached`,
        );
    });
}
