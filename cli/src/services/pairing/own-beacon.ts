import { randomBytes } from 'node:crypto';
import { type Answer, type Asked, tagOf } from '@deskbeacon/beacon/control';
import { asCliError } from '../../errors/beacon-failure.js';
import { CliError } from '../../errors/cli-error.js';
import type { KeyRing } from '../../registry/key-ring.js';
import type { Stored } from '../../registry/tables.js';
import type { Session } from '../open-session.js';
import { connectBeacon } from './connect-beacon.js';
import { type Listener, waitToHear } from './listener.js';
import { createEar } from './own-identity.js';
import { hearIdentity, type PairProgress, retired, siteOf } from './pair-beacon.js';
import { noteReport, strongestDbm, type WaitingBeacon } from './waiting-beacons.js';

/** What the owner of a beacon asks of it. Its window has to be open: `deskbeacond pair-window`, or the button. */
export interface OwnerRequest {
  readonly beacon: string;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

type Tell = (progress: PairProgress) => void;

/** Shows a person which beacon it is. @param seconds 1..60. */
export async function identifyBeacon(
  session: Session,
  listener: Listener,
  request: OwnerRequest & { readonly seconds: number },
  tell: Tell,
): Promise<void> {
  const { beacon, ownerKey } = await ownedBeacon(session, request.beacon);
  const asked = { asks: 'identify', seconds: request.seconds } as const;
  requireDone(await askOwner(listener, ownerKey, request, asked, tell), beacon.id);
  let waiting: readonly WaitingBeacon[] = [];
  let toldAtMs = Number.NEGATIVE_INFINITY;
  await waitToHear(
    listener,
    (report) => {
      waiting = noteReport(waiting, report);
      const shown = waiting.find(({ address, told }) => address === report.address && told?.isIdentifying === true);
      const rssiDbm = shown === undefined ? undefined : strongestDbm(shown);
      if (rssiDbm === undefined || report.atMs - toldAtMs < TELL_EVERY_MS) return undefined;
      toldAtMs = report.atMs;
      tell({ step: 'identifying', rssiDbm });
      return undefined;
    },
    { forMs: request.seconds * 1000, signal: request.signal },
  );
}

/**
 * Gives a beacon up: it draws a new setup code and new keys, and the registry forgets its keys.
 * @returns the desk that is free now.
 */
export async function releaseBeacon(
  session: Session,
  listener: Listener,
  request: OwnerRequest,
  tell: Tell,
): Promise<string> {
  const { beacon, ownerKey } = await ownedBeacon(session, request.beacon);
  requireDone(await askOwner(listener, ownerKey, request, { asks: 'release' }, tell), beacon.id);
  await retireBeacon(session, beacon.id, 'release');
  return beacon.desk;
}

/** Takes a beacon out of service without asking it: it is lost, stolen or broken. Profiles exported from now on do not know it. */
export async function retireBeacon(session: Session, id: string, verb: string): Promise<void> {
  await session.registry.change(session.by(verb), async (changing) => {
    const beacon = await changing.get('beacons', id);
    if (beacon === undefined) throw new CliError('not-found', `${id}: no such beacon`);
    await changing.update('beacons', retired(beacon));
  });
}

/**
 * Gives a beacon a new root key: profiles of its old one are worth nothing from then on. The key is written down before the beacon is
 * told; run again after anything broke, this finishes with the same key.
 */
export async function rotateKeys(
  session: Session,
  listener: Listener,
  request: OwnerRequest,
  tell: Tell,
): Promise<void> {
  const { beacon, ownerKey, ring } = await ownedBeacon(session, request.beacon);
  const underWay = await beginRotation(session, ring, beacon);
  const rootKey = ring.open(`pairings/${beacon.id}/rootKey`, underWay.rootKey);
  const { organisationUuid } = await siteOf(session.registry);
  const ear = createEar({ ...beacon, rootKey }, organisationUuid, () => session.nowMs());
  const answer = await askOwner(listener, ownerKey, request, { asks: 'rotate-keys', rootKey }, tell, ear);
  if (answer !== 'rotated') requireDone(answer, beacon.id);
  await hearIdentity(listener, ear, request.signal, tell);
  await session.registry.change(session.by('rotate-keys'), async (changing) => {
    const [now, row] = [await changing.get('beacons', beacon.id), await changing.get('pairings', beacon.id)];
    if (now === undefined || row === undefined)
      throw new CliError('registry-conflict', `${beacon.id}: is gone meanwhile`);
    const heardAtMs = session.nowMs();
    await changing.update('beacons', {
      ...now,
      rootKey: ring.seal(`beacons/${beacon.id}/rootKey`, rootKey),
      lastHeardAtMs: heardAtMs,
    });
    await changing.remove('pairings', row);
  });
  tell({ step: 'recorded' });
}

interface Owned {
  readonly beacon: Stored<'beacons'>;
  readonly ownerKey: Uint8Array;
  readonly ring: KeyRing;
}

async function ownedBeacon(session: Session, id: string): Promise<Owned> {
  const beacon = await session.registry.read((reading) => reading.get('beacons', id));
  if (beacon === undefined || beacon.lifecycle === 'retired')
    throw new CliError('not-found', `${id}: no such beacon in service`);
  const ring = await session.ring();
  return { beacon, ring, ownerKey: ring.open(`beacons/${id}/ownerKey`, beacon.ownerKey) };
}

async function beginRotation(session: Session, ring: KeyRing, beacon: Stored<'beacons'>): Promise<Stored<'pairings'>> {
  return session.registry.change(session.by('rotate-keys'), async (changing) => {
    const known = await changing.get('pairings', beacon.id);
    if (known !== undefined) return known;
    const row = {
      id: beacon.id,
      desk: beacon.desk,
      step: 'rotating',
      settings: {},
      setupCode: new Uint8Array(0),
      rootKey: ring.seal(`pairings/${beacon.id}/rootKey`, new Uint8Array(randomBytes(32))),
      ownerKey: new Uint8Array(0),
      startedAtMs: session.nowMs(),
    };
    await changing.insert('pairings', row);
    return { ...row, revision: 1 };
  });
}

const TRIES = 3;
const TELL_EVERY_MS = 1000;

/** Waits for the owner's window and asks; `rotated` when an identity is on the air that only follows from the answer. */
async function askOwner(
  listener: Listener,
  ownerKey: Uint8Array,
  { waitMs, signal }: OwnerRequest,
  asked: Asked,
  tell: Tell,
  ear?: ReturnType<typeof createEar>,
): Promise<Answer | 'rotated'> {
  const tag = Buffer.from(tagOf('owner-key', ownerKey)).toString('hex');
  for (let attempt = 1; ; attempt += 1) {
    let waiting: readonly WaitingBeacon[] = [];
    tell({ step: 'looking', waiting, tag });
    const found = await waitToHear(
      listener,
      (report) => {
        if (ear?.(report) === 'present') return 'rotated' as const;
        waiting = noteReport(waiting, report);
        return waiting.find(({ told }) => told?.credential === 'owner-key' && told.tag === tag)?.address;
      },
      { forMs: waitMs, signal },
    );
    if (found === undefined)
      throw new CliError('not-heard', `the window of this beacon was not heard in ${waitMs / 1000} s`);
    if (found === 'rotated') return found;
    const beacon = waiting.find(({ address }) => address === found);
    const rssiDbm = beacon === undefined ? undefined : strongestDbm(beacon);
    if (rssiDbm !== undefined) tell({ step: 'found', rssiDbm });
    try {
      return await connectBeacon(listener, found, 'owner-key', ownerKey, (client) => client.ask(asked));
    } catch (error) {
      const failure = asCliError(error);
      if (!(failure instanceof CliError) || failure.code !== 'beacon-unreachable' || attempt >= TRIES) throw failure;
      tell({ step: 'retrying', because: failure.message });
    }
  }
}

function requireDone(answer: Answer | 'rotated', beacon: string): void {
  if (answer !== 'rotated' && answer.status !== 'done')
    throw new CliError('beacon-refused', `${beacon}: the beacon answers ${answer.status}`);
}
