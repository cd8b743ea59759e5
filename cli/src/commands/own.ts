import type { Command } from 'commander';
import type { Session } from '../services/open-session.js';
import type { Listener } from '../services/pairing/listener.js';
import type { OwnerRequest } from '../services/pairing/own-beacon.js';
import type { PairProgress } from '../services/pairing/pair-beacon.js';
import type { Terminal } from '../terminal.js';
import {
  numberIn,
  type RadioFlags,
  type RegistryFlags,
  requireConfirmed,
  sessionOf,
  withRadio,
  withRegistry,
} from './options.js';
import { printRecord } from './output.js';
import { createTeller } from './pair-progress.js';

type OwnBeacon = typeof import('../services/pairing/own-beacon.js');

interface Asking {
  readonly session: Session;
  readonly listener: Listener;
  readonly request: OwnerRequest;
  readonly tell: (progress: PairProgress) => void;
}

const WINDOW = '\nOpen its window first: deskbeacond pair-window on its machine, or the button.\n';

/** What the owner asks of a beacon: `identify`, `rotate-keys`, `release`, `retire`. */
export function addOwnerCommands(program: Command, terminal: Terminal): void {
  withRadio(program.command('identify'))
    .description('let a beacon show which one it is')
    .argument('<beacon>')
    .option('--seconds <n>', '1 to 60', numberIn(1, 60), 10)
    .addHelpText('after', WINDOW)
    .action((beacon: string, flags: RadioFlags & { readonly seconds: number }) =>
      asOwner(terminal, flags, beacon, async (own, { session, listener, request, tell }) => {
        await own.identifyBeacon(session, listener, { ...request, seconds: flags.seconds }, tell);
        return { beacon, identifies: flags.seconds };
      }),
    );
  withRadio(program.command('rotate-keys'))
    .description('give a beacon a new root key: profiles that are out end now, and have to be exported again')
    .argument('<beacon>')
    .addHelpText('after', WINDOW)
    .action((beacon: string, flags: RadioFlags) =>
      asOwner(terminal, flags, beacon, async (own, { session, listener, request, tell }) => {
        await own.rotateKeys(session, listener, request, tell);
        return { beacon, rotated: true };
      }),
    );
  withRadio(program.command('release'))
    .description('give a beacon up: it draws a new code and new keys, and belongs to nobody')
    .argument('<beacon>')
    .option('--confirm <beacon>', 'its name again')
    .addHelpText('after', WINDOW)
    .action((beacon: string, flags: RadioFlags & { readonly confirm?: string }) => {
      requireConfirmed(beacon, flags.confirm);
      return asOwner(terminal, flags, beacon, async (own, { session, listener, request, tell }) => ({
        beacon,
        free: await own.releaseBeacon(session, listener, request, tell),
      }));
    });
  withRadio(program.command('undo'))
    .description('take a pairing back that was begun and not finished; deskbeacon status names them')
    .argument('<pairing>')
    .option('--forget', 'without hearing the beacon: it is gone, or was never told anything')
    .addHelpText('after', WINDOW)
    .action((pairing: string, flags: RadioFlags & { readonly forget?: boolean }) => undo(terminal, pairing, flags));
  withRegistry(program.command('retire'))
    .description('take a beacon out of service that cannot be asked any more: lost, stolen, broken')
    .argument('<beacon>')
    .option('--confirm <beacon>', 'its name again')
    .action(async (beacon: string, flags: RegistryFlags & { readonly confirm?: string }) => {
      requireConfirmed(beacon, flags.confirm);
      const [{ withSession }, { retireBeacon }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/pairing/own-beacon.js'),
      ]);
      await withSession(sessionOf(flags, terminal), (session) => retireBeacon(session, beacon, 'retire'));
      await printRecord(terminal, flags, { beacon, retired: true }, `${beacon} is out of service.`);
    });
}

async function asOwner(
  terminal: Terminal,
  flags: RadioFlags,
  beacon: string,
  work: (own: OwnBeacon, asking: Asking) => Promise<object>,
): Promise<void> {
  const [{ withSession }, own, { openListener }] = await Promise.all([
    import('../services/open-session.js'),
    import('../services/pairing/own-beacon.js'),
    import('../services/pairing/listener.js'),
  ]);
  await withSession(sessionOf(flags, terminal), async (session) => {
    await session.ring();
    const listener = await openListener(flags.radio);
    const request = { beacon, waitMs: flags.wait * 1000, signal: terminal.signal };
    try {
      const done = await work(own, { session, listener, request, tell: createTeller(terminal) });
      await printRecord(terminal, flags, done, `${beacon}: done.`);
    } finally {
      await listener.close();
    }
  });
}

async function undo(
  terminal: Terminal,
  pairing: string,
  flags: RadioFlags & { readonly forget?: boolean },
): Promise<void> {
  const [{ withSession }, { undoPairing }, { openListener }] = await Promise.all([
    import('../services/open-session.js'),
    import('../services/pairing/undo-pairing.js'),
    import('../services/pairing/listener.js'),
  ]);
  await withSession(sessionOf(flags, terminal), async (session) => {
    const listener = flags.forget ? undefined : await openListener(flags.radio);
    const request = { beacon: pairing, waitMs: flags.wait * 1000, signal: terminal.signal };
    try {
      const done = await undoPairing(session, listener, request, flags.forget === true);
      const what = done.wasReleased ? 'the beacon was released' : 'the beacon was never claimed';
      await printRecord(terminal, flags, { pairing, ...done }, `${pairing}: undone${flags.forget ? '' : `, ${what}`}.`);
    } finally {
      await listener?.close();
    }
  });
}
