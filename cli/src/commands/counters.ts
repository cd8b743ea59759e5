import type { Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { Terminal } from '../terminal.js';
import { type RegistryFlags, sessionOf, withRegistry } from './options.js';

/** `deskbeacon counters`: what phones whose owners opted in have counted since a walk. */
export function addCountersCommand(program: Command, terminal: Terminal): void {
  withRegistry(program.command('counters'))
    .description(
      'add what phones have counted since the walk to the certificates of their desks; drift makes them stale',
    )
    .argument('<file...>', 'JSON, an object a line, of all phones at once; "-" reads standard input')
    .addHelpText('after', '\nExit code 3 where a certificate is withdrawn or a calibration is stale.\n')
    .action(async (files: string[], flags: RegistryFlags) => {
      const [{ withSession }, { readCounters, takeCounters }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/calibrate/take-counters.js'),
      ]);
      const counters = readCounters(files);
      const desks = await withSession(sessionOf(flags, terminal), (session) => takeCounters(session, counters));
      const text = desks.map((counted) => {
        const { desk, phones, calls, wouldHaveSilencedAway, verdict, isStale, sentences } = counted;
        if (flags.json) return JSON.stringify(counted);
        if (flags.plain) return [desk, phones, calls, wouldHaveSilencedAway, verdict, isStale].join('\t');
        const stale = isStale ? ['Stale: its phones ring for every call until it is walked again.'] : [];
        return [desk, ...[...stale, ...sentences].map((sentence) => `  ${sentence}`)].join('\n');
      });
      if (text.length > 0) await terminal.print(text.join('\n'));
      const bad = desks.filter(({ verdict, isStale }) => isStale || verdict === 'not-separable');
      if (bad.length > 0)
        throw new CliError('findings', `${bad.length} of ${desks.length} desks have to be walked again`);
    });
}
