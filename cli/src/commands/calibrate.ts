import type { Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import { renderFields } from '../screens/table.js';
import type { CalibrateDeskResult } from '../services/calibrate/calibrate-desk.js';
import type { DeskVerdict } from '../services/calibrate/survey.js';
import type { Session } from '../services/open-session.js';
import type { Listener } from '../services/pairing/listener.js';
import type { Terminal } from '../terminal.js';
import { numberIn, type RadioFlags, type RegistryFlags, sessionOf, withRadio, withRegistry } from './options.js';
import { printRecord } from './output.js';
import type { CalibrateFlags } from './walk-desk.js';

/** `deskbeacon calibrate`, `calibration-stale`: what a walk teaches, and what it proves. */
export function addCalibrateCommands(program: Command, terminal: Terminal): void {
  withRadio(program.command('calibrate'))
    .description('walk a desk: how its phones hear it, and whether it is told apart from everywhere else')
    .argument('<extension>')
    .option('--desk <desk>', 'which, where the extension has several')
    .option('--traces <folder>', 'a walk that a phone has recorded; without it this computer is carried')
    .option(
      '--listen <port>',
      'take the recordings of a phone on this network; 0 lets the system choose',
      numberIn(0, 65_535),
    )
    .option('--seconds <n>', 'how long --listen waits, 1 to 7200', numberIn(1, 7200), 1800)
    .option('--show-db', 'levels in dB as well')
    .option('--dry-run', 'say what it came to and keep nothing')
    .addHelpText('after', '\nExit code 3 where the desk cannot be told apart, or nothing can be said.\n')
    .action((extension: string, flags: CalibrateFlags) => calibrate(terminal, extension, flags));
  withRadio(program.command('verify'))
    .description('stand at a desk for 20 s: is its beacon heard and proven, and is it the loudest of the site?')
    .argument('<extension>')
    .option('--seconds <n>', 'how long to listen, 5 to 60', numberIn(5, 60), 20)
    .action((extension: string, flags: RadioFlags & { readonly seconds: number }) =>
      verify(terminal, extension, flags),
    );
  withRadio(program.command('survey'))
    .description(
      'listen along a floor: each beacon with its level at every place, and desks that are missing or mistaken',
    )
    .argument('<place...>', 'the places you will stop at, in order: desks of the registry, or any words')
    .option('--seconds <n>', 'how long at each, 3 to 60', numberIn(3, 60), 5)
    .action((places: string[], flags: RadioFlags & { readonly seconds: number }) => survey(terminal, places, flags));
  withRegistry(program.command('calibration-stale'))
    .description(
      'mark the calibration of a desk as out of date: its phones ring for every call until it is walked again',
    )
    .argument('<desk>')
    .action(async (desk: string, flags: RegistryFlags) => {
      const [{ withSession }, { markStale }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/calibrate/keep-calibration.js'),
      ]);
      await withSession(sessionOf(flags, terminal), (session) => markStale(session, desk));
      await printRecord(terminal, flags, { desk, isStale: true }, `${desk}: marked as stale.`);
    });
}

async function calibrate(terminal: Terminal, extension: string, flags: CalibrateFlags): Promise<void> {
  const [{ withSession }, { openCalibration, keepCalibration }, { drawCalibration }, { walkDesk }] = await Promise.all([
    import('../services/open-session.js'),
    import('../services/calibrate/keep-calibration.js'),
    import('../screens/calibrate-picture.js'),
    import('./walk-desk.js'),
  ]);
  await withSession(sessionOf(flags, terminal), async (session) => {
    const { desk, floor, profile } = await openCalibration(session, extension, flags.desk);
    const calibrated = await walkDesk(terminal, session, flags, { desk, floor, profile });
    const isKept = flags.dryRun !== true && calibrated.model !== undefined;
    const kept = isKept ? await keepCalibration(session, desk, calibrated) : undefined;
    if (flags.json) await terminal.print(JSON.stringify({ ...(kept && { kept }), ...calibrated }));
    else if (flags.plain) {
      const { certificate, advice } = calibrated;
      const told = advice.map(({ text }) => text);
      await terminal.print(renderFields({ desk, ...(kept && { kept }), ...certificate, advice: told }).join('\n'));
    } else {
      const picture = drawCalibration(calibrated, { columns: terminal.columns, showDb: flags.showDb === true });
      await terminal.print([`Desk ${desk}`, ...picture].join('\n'));
      terminal.say(
        kept === undefined ? 'Nothing was kept.' : `Kept as ${kept}. Next: deskbeacon profile export ${extension}`,
      );
    }
    requireSeparable(calibrated);
  });
}

/** @throws CliError `findings` where phones would be silenced wrongly, or never. */
function requireSeparable({ certificate: { verdict, sentences } }: CalibrateDeskResult): void {
  if (verdict === 'not-separable' || verdict === 'no-data') throw new CliError('findings', sentences[0] as string);
}

const deskWords: Readonly<Record<DeskVerdict, (loudest: string) => string>> = {
  right: () => 'heard, proven, and the loudest here.',
  'not-heard': () => 'not heard here.',
  'not-proven': () => 'heard, and never proven; is its clock right?',
  weak: () => 'heard and proven, but weak, as from another room: stand at the desk.',
  'not-loudest': (loudest) => `heard and proven, but ${loudest} is louder here. Were two beacons swapped?`,
};

/** @throws CliError `findings` when the desk is not what one hears first at the desk. */
async function verify(
  terminal: Terminal,
  extension: string,
  flags: RadioFlags & { readonly seconds: number },
): Promise<void> {
  const { judgeDesk, scanPlaces } = await import('../services/calibrate/survey.js');
  await withListener(terminal, flags, async (session, listener) => {
    const { openCalibration } = await import('../services/calibrate/keep-calibration.js');
    const { profile } = await openCalibration(session, extension, undefined).catch(async (error: unknown) => {
      if (!(error instanceof CliError) || error.code !== 'bad-usage') throw error;
      const { profileOfDesk } = await import('../services/export-profile.js');
      return { profile: await profileOfDesk(session, extension) };
    });
    terminal.say(`listening for ${flags.seconds} s …`);
    const [heard] = await scanPlaces(session, listener, [extension], {
      ...flags,
      signal: terminal.signal,
      ready: async () => {},
    });
    const judged = judgeDesk(heard?.beacons ?? [], profile.ownDesks);
    const isRight = judged.verdict === 'right';
    const desk = judged.own?.desk ?? profile.ownDesks.join(', ');
    const words = `${desk}: ${deskWords[judged.verdict](judged.loudest?.desk ?? '')}`;
    const verified = { extension, isRight, ...judged };
    await printRecord(terminal, flags, verified, words);
    terminal.say('A computer on the desk cannot speak for a phone in a pocket.');
    if (!isRight) throw new CliError('findings', `${extension}: this is not how its desk should sound`);
  });
}

async function survey(
  terminal: Terminal,
  places: readonly string[],
  flags: RadioFlags & { readonly seconds: number },
): Promise<void> {
  const { scanPlaces, judgeSurvey } = await import('../services/calibrate/survey.js');
  await withListener(terminal, flags, async (session, listener) => {
    const heard = await scanPlaces(session, listener, places, {
      ...flags,
      signal: terminal.signal,
      ready: async (place) => {
        if (terminal.isInteractive) await terminal.askSecret(`Go to ${place}, then press Enter: `);
      },
    });
    const findings = await judgeSurvey(session, heard);
    if (flags.json) await terminal.print(JSON.stringify({ places: heard, findings }));
    else if (flags.plain) {
      const cells = heard.flatMap(({ place, beacons }) =>
        beacons.map(({ desk, medianDbm, isProven }) => [place, desk, medianDbm ?? '', isProven].join('\t')),
      );
      if (cells.length > 0) await terminal.print(cells.join('\n'));
      for (const finding of findings) terminal.say(finding);
    } else {
      for (const { place, beacons } of heard) {
        const loud = beacons.slice(0, 5).map(({ desk, medianDbm }) => `${desk} ${medianDbm ?? '?'}`);
        await terminal.print(`${place}: ${loud.join(', ') || 'nothing'}`.slice(0, terminal.columns));
      }
      for (const finding of findings) terminal.say(finding);
    }
    if (findings.length > 0) throw new CliError('findings', `${findings.length} places do not sound as they should`);
  });
}

async function withListener(
  terminal: Terminal,
  flags: RadioFlags,
  work: (session: Session, listener: Listener) => Promise<void>,
): Promise<void> {
  const [{ withSession }, { openListener }] = await Promise.all([
    import('../services/open-session.js'),
    import('../services/pairing/listener.js'),
  ]);
  await withSession(sessionOf(flags, terminal), async (session) => {
    await session.ring();
    const listener = await openListener(flags.radio);
    try {
      await work(session, listener);
    } finally {
      await listener.close();
    }
  });
}
