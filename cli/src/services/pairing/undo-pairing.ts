import { tagOf } from '@deskbeacon/beacon/control';
import { CliError } from '../../errors/cli-error.js';
import type { Session } from '../open-session.js';
import { connectBeacon } from './connect-beacon.js';
import { type Listener, waitToHear } from './listener.js';
import type { OwnerRequest } from './own-beacon.js';
import { noteReport, type WaitingBeacon } from './waiting-beacons.js';

/**
 * Takes a pairing back that was begun: the beacon belongs to nobody afterwards, and the registry knows nothing of it.
 * @param request.beacon the pairing's id, as `status` tells it.
 * @param shallForget drop it without hearing the beacon: it is gone, or was never told anything.
 * @throws CliError `not-found`; `not-heard` when the beacon is not in a window.
 */
export async function undoPairing(
  session: Session,
  listener: Listener | undefined,
  { beacon: id, waitMs, signal }: OwnerRequest,
  shallForget: boolean,
): Promise<{ readonly desk: string; readonly wasReleased: boolean }> {
  const pairing = await session.registry.read((reading) => reading.get('pairings', id));
  if (pairing === undefined || pairing.step !== 'claiming')
    throw new CliError('not-found', `${id}: no pairing of this name is under way`);
  let wasReleased = false;
  if (!shallForget && listener !== undefined) {
    const ring = await session.ring();
    const ownerKey = ring.open(`pairings/${id}/ownerKey`, pairing.ownerKey);
    const ownerTag = Buffer.from(tagOf('owner-key', ownerKey)).toString('hex');
    let waiting: readonly WaitingBeacon[] = [];
    const found = await waitToHear(
      listener,
      (report) => {
        waiting = noteReport(waiting, report);
        return waiting.find(({ told }) =>
          told?.credential === 'setup-code' ? told.tag === id : told?.tag === ownerTag,
        );
      },
      { forMs: waitMs, signal },
    );
    if (found === undefined)
      throw new CliError('not-heard', `the beacon of this pairing was not heard in its window in ${waitMs / 1000} s`);
    if (found.told?.credential === 'owner-key') {
      const { status } = await connectBeacon(listener, found.address, 'owner-key', ownerKey, (client) =>
        client.ask({ asks: 'release' }),
      );
      if (status !== 'done') throw new CliError('beacon-refused', `the beacon answers ${status}`);
      wasReleased = true;
    }
  }
  await session.registry.change(session.by('undo'), async (changing) => {
    const now = await changing.get('pairings', id);
    if (now !== undefined) await changing.remove('pairings', now);
  });
  return { desk: pairing.desk, wasReleased };
}
