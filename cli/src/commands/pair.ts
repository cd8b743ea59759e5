import type { Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { PairProgress } from '../services/pairing/pair-beacon.js';
import type { Terminal } from '../terminal.js';
import { numberIn, sessionOf, withRadio } from './options.js';
import { printRecord } from './output.js';
import { createTeller, type PairFlags, settingsOf } from './pair-progress.js';

/** `deskbeacon pair`, `replace`: from the label to the registry. */
export function addPairCommands(program: Command, terminal: Terminal): void {
  withPairOptions(withRadio(program.command('pair')))
    .description('pair the beacon beside you with an extension: read its label, claim it, hear it, record it')
    .argument('[extension]', 'whose desk it is; without one, --desk names the place (an anchor)')
    .option('--desk <desk>', 'the place; may be left out where the extension has exactly one')
    .option('--batch <plan>', 'pair all desks of a plan (CSV: desk, extension, name) as you walk past them')
    .option(
      '--codes <file>',
      'for --batch: the folder of image-seed, or a file ("-": standard input) with a desk, a tab and a code a line',
    )
    .addHelpText(
      'after',
      '\nRun again after anything broke: it goes on where it was, with the same keys.\n' +
        'Examples:\n  $ deskbeacon pair 1001\n  $ deskbeacon pair 1001 --desk d-12 --code-file label.txt --radio hci:1\n',
    )
    .action(async (extension: string | undefined, flags: PairFlags) => {
      if (flags.batch === undefined) return pair(terminal, flags, extension);
      const { pairPlan } = await import('./batch.js');
      await pairPlan(terminal, flags.batch, flags);
    });
  withPairOptions(withRadio(program.command('replace')))
    .description(
      'put a new beacon in the place of one that is broken, lost or moved: the desk keeps its name and extensions',
    )
    .argument('<beacon>', 'the beacon that goes; its keys are forgotten')
    .action((beacon: string, flags: PairFlags) => pair(terminal, flags, undefined, beacon));
}

function withPairOptions(command: Command): Command {
  return command
    .option('--code-file <file>', 'the code of the label; "-" reads standard input. Never on the command line')
    .option('--power <dBm>', 'level at 1 m, -100 to 20', numberIn(-100, 20), -59)
    .option('--interval <ms>', 'between two frames, 20 to 10240', numberIn(20, 10_240), 100)
    .option(
      '--exponent <K>',
      'identities change every 2^K seconds, 0 to 15 (default: 9, or 6 where the clock of the beacon is proven right)',
      numberIn(0, 15),
    )
    .option('--nearest <dBm>', 'a beacon heard weaker than this is refused, -100 to 0', numberIn(-100, 0), -70);
}

async function pair(terminal: Terminal, flags: PairFlags, extension?: string, replaces?: string): Promise<void> {
  const [{ withSession }, { pairBeacon }, { openListener }, { findPlace }, { readSetupCode }] = await Promise.all([
    import('../services/open-session.js'),
    import('../services/pairing/pair-beacon.js'),
    import('../services/pairing/listener.js'),
    import('../services/pairing/find-place.js'),
    import('../services/pairing/read-setup-code.js'),
  ]);
  await withSession(sessionOf(flags, terminal), async (session) => {
    const place = await findPlace(session.registry, {
      ...(extension === undefined ? {} : { extension }),
      ...(flags.desk === undefined ? {} : { desk: flags.desk }),
      ...(replaces === undefined ? {} : { replaces }),
    });
    await session.ring();
    if (flags.codeFile === undefined && !terminal.isInteractive)
      throw new CliError('bad-usage', 'nobody can be asked for the code of the label: name a file with --code-file');
    const setupCode = await readSetupCode(
      flags.codeFile === undefined
        ? { ask: () => terminal.askSecret('Code of the label (scan it, paste it, or type it): ') }
        : { file: flags.codeFile },
    );
    const listener = await openListener(flags.radio);
    const whom = place.extension === undefined ? place.desk : `extension ${place.extension} at ${place.desk}`;
    const shown = await showProgress(terminal, flags, `Pairing ${whom}`);
    try {
      const paired = await pairBeacon(
        session,
        listener,
        {
          ...place,
          setupCode,
          settings: settingsOf(flags),
          leastDbm: flags.nearest,
          waitMs: flags.wait * 1000,
          signal: terminal.signal,
          ...(replaces === undefined ? {} : { replaces }),
        },
        shown.tell,
      );
      shown.close();
      const whose = paired.extension === undefined ? '' : ` for extension ${paired.extension}`;
      await printRecord(terminal, flags, paired, `${paired.beacon} stands at ${paired.desk}${whose}.`);
      terminal.say(`Next: deskbeacon calibrate ${paired.extension ?? paired.desk}, then deskbeacon profile export`);
    } finally {
      shown.close();
      await listener.close();
    }
  });
}

/** A screen where there is one, lines where not. */
async function showProgress(terminal: Terminal, flags: PairFlags, title: string): Promise<Shown> {
  const { canvas, columns } = terminal;
  if (canvas === undefined || flags.json || flags.plain) return { tell: createTeller(terminal), close: () => {} };
  const { showPairing } = await import('../screens/pair/show-pair.js');
  return showPairing(title, { stream: canvas, columns });
}

interface Shown {
  readonly tell: (progress: PairProgress) => void;
  readonly close: () => void;
}
