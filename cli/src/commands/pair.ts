import type { Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { PairProgress } from '../services/pairing/pair-beacon.js';
import type { Terminal } from '../terminal.js';
import { numberIn, type RadioFlags, sessionOf, withRadio } from './options.js';

export interface PairFlags extends RadioFlags {
  readonly batch?: string;
  readonly codes?: string;
  readonly desk?: string;
  readonly codeFile?: string;
  readonly power: number;
  readonly interval: number;
  readonly exponent: number;
  readonly nearest: number;
}

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
    .option('--exponent <K>', 'identities change every 2^K seconds, 0 to 15', numberIn(0, 15), 9)
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
          settings: { exponentK: flags.exponent, intervalMs: flags.interval, measuredPowerDbm: flags.power },
          leastDbm: flags.nearest,
          waitMs: flags.wait * 1000,
          signal: terminal.signal,
          ...(replaces === undefined ? {} : { replaces }),
        },
        shown.tell,
      );
      shown.close();
      if (flags.json) return await terminal.print(JSON.stringify(paired));
      const whose = paired.extension === undefined ? '' : ` for extension ${paired.extension}`;
      await terminal.print(`${paired.beacon} stands at ${paired.desk}${whose}.`);
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
  if (canvas === undefined || flags.json) return { tell: createTeller(terminal), close: () => {} };
  const { showPairing } = await import('../screens/pair/show-pair.js');
  return showPairing(title, { stream: canvas, columns });
}

interface Shown {
  readonly tell: (progress: PairProgress) => void;
  readonly close: () => void;
}

/** One line a step; what is near is told once a second. */
export function createTeller(terminal: Terminal): (progress: PairProgress) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (progress.step !== 'looking') return terminal.say(sentences[progress.step](progress));
    if (performance.now() - toldAtMs < 1000) return;
    toldAtMs = performance.now();
    const near = progress.waiting.filter(({ levelsDbm }) => levelsDbm.length > 0);
    const list = near.slice(0, 5).map(({ told, levelsDbm }) => {
      const mark = told?.tag === progress.tag ? ' (this one)' : '';
      return `${told?.tag ?? 'unknown'} ${levelsDbm.at(-1)} dBm${mark}`;
    });
    terminal.say(`looking … ${list.length === 0 ? 'no beacon waits to be paired here yet' : list.join(' · ')}`);
  };
}

const sentences: { readonly [S in Exclude<PairProgress['step'], 'looking'>]: (progress: PairProgress) => string } = {
  found: (progress) => `found it, ${progress.step === 'found' ? progress.rssiDbm : ''} dBm`,
  identifying: (progress) =>
    `it shows itself, ${progress.step === 'identifying' ? progress.rssiDbm : ''} dBm; nearer is louder`,
  claiming: () => 'claiming it …',
  claimed: () => 'claimed: it admits nobody else from now on',
  listening: () => 'listening for its new identity …',
  heard: () => 'heard: it is on the air with the keys of this site',
  recorded: () => 'recorded',
  retrying: (progress) => `trying again: ${progress.step === 'retrying' ? progress.because : ''}`,
};
