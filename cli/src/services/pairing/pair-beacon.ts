import { randomBytes, randomInt } from 'node:crypto';
import { type Asked, decodeStatus, tagOf } from '@deskbeacon/beacon/control';
import { asCliError } from '../../errors/beacon-failure.js';
import { CliError } from '../../errors/cli-error.js';
import type { KeyRing } from '../../registry/key-ring.js';
import type { Registry } from '../../registry/registry.js';
import type { Stored } from '../../registry/tables.js';
import type { Session } from '../open-session.js';
import { type Chosen, chooseExponent, isChosen, type PairSettings } from './choose-exponent.js';
import { connectBeacon } from './connect-beacon.js';
import { type Listener, waitToHear } from './listener.js';
import { createEar } from './own-identity.js';
import { nearestFirst, noteReport, strongestDbm, type WaitingBeacon } from './waiting-beacons.js';

export interface PairRequest {
  readonly desk: string;
  readonly extension?: string;
  /** 16 octets, from the label. */
  readonly setupCode: Uint8Array;
  readonly settings: PairSettings;
  /** A beacon whose strongest packet is weaker stands elsewhere, −100..0 dBm. */
  readonly leastDbm: number;
  /** How long to wait for its window, 1000..600 000 ms. */
  readonly waitMs: number;
  /** The beacon whose place it takes. */
  readonly replaces?: string;
  readonly signal: AbortSignal;
}

/** In this order; a pairing that is resumed begins later. */
export type PairProgress =
  | { readonly step: 'looking'; readonly waiting: readonly WaitingBeacon[]; readonly tag: string }
  | { readonly step: 'found' | 'identifying'; readonly rssiDbm: number }
  | { readonly step: 'claiming' | 'claimed' | 'listening' | 'heard' | 'recorded' }
  | { readonly step: 'retrying'; readonly because: string };

export interface Paired {
  readonly beacon: string;
  readonly desk: string;
  readonly extension?: string;
  readonly replaced?: string;
}

type Pairing = Stored<'pairings'>;
type Ear = ReturnType<typeof createEar>;

const TRIES = 3;
/** Levels before a beacon is called near enough. */
const LEVELS = 5;
const HEAR_LIMIT_MS = 30_000;
/** A clock further off is set. */
const CLOCK_TOLERANCE_MS = 1000;
const OFFSETS = 65_536;

/**
 * From the label to the registry: finds the beacon by its code, claims it, hears its new identity on the air, records it. What is
 * under way is written down before the beacon is told, so that after a power cut, a broken link or Ctrl-C the same command
 * finishes it, with the same keys.
 * @throws CliError `desk-taken`, `not-heard`, `too-far`, `beacon-refused`, `beacon-unreachable`, `clock-off`.
 */
export async function pairBeacon(
  session: Session,
  listener: Listener,
  request: PairRequest,
  tell: (progress: PairProgress) => void,
): Promise<Paired> {
  const ring = await session.ring();
  let pairing = await begin(session, ring, request);
  const site = await siteOf(session.registry);
  const keys = {
    rootKey: ring.open(placeOf(pairing, 'rootKey'), pairing.rootKey),
    ownerKey: ring.open(placeOf(pairing, 'ownerKey'), pairing.ownerKey),
  };
  const earOf = (): Ear => {
    const { settings } = pairing;
    // The beacon was told nothing before K is chosen.
    if (!isChosen(settings)) return () => undefined;
    return createEar({ ...settings, rootKey: keys.rootKey }, site.organisationUuid, () => session.nowMs());
  };
  const claimOf = (settings: Chosen): Extract<Asked, { asks: 'claim' }> => ({
    asks: 'claim',
    ...keys,
    settings: {
      ...settings,
      organisationUuid: new Uint8Array(Buffer.from(site.organisationUuid, 'hex')),
      name: [...request.desk].slice(0, 24).join(''),
    },
  });

  const find = () => findWaiting(listener, request, pairing, earOf(), tell);
  let found = await find();
  for (let attempt = 1; found !== 'claimed'; attempt += 1) {
    tell({ step: 'claiming' });
    try {
      await connectBeacon(listener, found.address, 'setup-code', request.setupCode, async (client) => {
        const status = decodeStatus((await client.ask({ asks: 'status' })).body);
        if (status !== undefined && Math.abs(status.unixMs - session.nowMs()) > CLOCK_TOLERANCE_MS)
          await client.ask({ asks: 'set-clock', unixMs: session.nowMs() });
        pairing = await chooseExponent(session, pairing, status?.isClockSynchronised === true);
        const answer = await client.ask(claimOf(pairing.settings as Chosen));
        if (answer.status !== 'done')
          throw new CliError('beacon-refused', `the beacon does not let itself be claimed: ${answer.status}`);
      });
      break;
    } catch (error) {
      const failure = asCliError(error);
      // The answer may have been lost after all was done: the air tells.
      if (!(failure instanceof CliError) || failure.code !== 'beacon-unreachable' || attempt >= TRIES) throw failure;
      tell({ step: 'retrying', because: failure.message });
      found = await find();
    }
  }
  tell({ step: 'claimed' });
  await hearIdentity(listener, earOf(), request.signal, tell);
  return record(session, ring, request, pairing, keys, tell);
}

/** The row of a pairing that is under way, or a new one: nothing is told to a beacon before it is written. */
async function begin(session: Session, ring: KeyRing, request: PairRequest): Promise<Pairing> {
  const id = Buffer.from(tagOf('setup-code', request.setupCode)).toString('hex');
  return session.registry.change(session.by('pair'), async (changing) => {
    if ((await changing.get('desks', request.desk)) === undefined)
      throw new CliError('not-found', `${request.desk}: no such desk`);
    if (request.extension !== undefined && (await changing.get('extensions', request.extension)) === undefined)
      throw new CliError('not-found', `${request.extension}: no such extension`);
    const standing = (await changing.list('beacons', { desk: request.desk })).find(
      ({ lifecycle, id: beacon }) => lifecycle === 'deployed' && beacon !== request.replaces,
    );
    if (standing !== undefined && standing.id !== beaconId(id))
      throw new CliError('desk-taken', `${request.desk}: ${standing.id} stands there`);
    const known = await changing.get('pairings', id);
    if (known !== undefined) return known;
    const row = {
      id,
      desk: request.desk,
      ...(request.extension === undefined ? {} : { extension: request.extension }),
      step: 'claiming',
      settings: { ...request.settings, clockOffsetS: randomInt(OFFSETS) },
      setupCode: ring.seal(placeOf({ id }, 'setupCode'), request.setupCode),
      rootKey: ring.seal(placeOf({ id }, 'rootKey'), new Uint8Array(randomBytes(32))),
      ownerKey: ring.seal(placeOf({ id }, 'ownerKey'), new Uint8Array(randomBytes(32))),
      startedAtMs: session.nowMs(),
    };
    await changing.insert('pairings', row);
    return { ...row, revision: 1 };
  });
}

/** Listens for the beacon's window; `claimed` when its new identity is on the air already. */
async function findWaiting(
  listener: Listener,
  { leastDbm, waitMs, signal }: PairRequest,
  { id: tag }: Pairing,
  ear: Ear,
  tell: (progress: PairProgress) => void,
): Promise<WaitingBeacon | 'claimed'> {
  let waiting: readonly WaitingBeacon[] = [];
  let toldAtMs = 0;
  const right = (): WaitingBeacon | undefined =>
    waiting.find(({ told }) => told?.credential === 'setup-code' && told.tag === tag);
  tell({ step: 'looking', waiting, tag });
  const found = await waitToHear(
    listener,
    (report): WaitingBeacon | 'claimed' | undefined => {
      if (ear(report) === 'present') return 'claimed';
      const before = waiting;
      waiting = noteReport(waiting, report);
      if (waiting === before) return undefined;
      if (report.atMs - toldAtMs >= 200) {
        tell({ step: 'looking', waiting: nearestFirst(waiting), tag });
        toldAtMs = report.atMs;
      }
      const beacon = right();
      return beacon !== undefined && isNear(beacon, leastDbm) ? beacon : undefined;
    },
    { forMs: waitMs, signal },
  );
  if (found === 'claimed') return found;
  const beacon = found ?? right();
  const rssiDbm = beacon === undefined ? undefined : strongestDbm(beacon);
  if (rssiDbm === undefined) {
    const others = waiting.length === 0 ? 'no beacon waits to be paired' : `${waiting.length} others wait`;
    throw new CliError('not-heard', `the beacon of this code was not heard in ${waitMs / 1000} s; ${others}`);
  }
  if (found === undefined)
    throw new CliError(
      'too-far',
      `the beacon of this code is heard with ${rssiDbm} dBm at most; from ${leastDbm} dBm on it is near`,
    );
  tell({ step: 'found', rssiDbm });
  return found;
}

/** A hand or a fade takes 15 dB from a packet and nothing adds as much, so the strongest of several tells how near it is. */
function isNear(beacon: WaitingBeacon, leastDbm: number): boolean {
  return beacon.levelsDbm.length >= LEVELS && (strongestDbm(beacon) as number) >= leastDbm;
}

/** @throws CliError `not-heard`, or `clock-off` when it was heard with the identity of another time. */
export async function hearIdentity(
  listener: Listener,
  ear: Ear,
  signal: AbortSignal,
  tell: (progress: PairProgress) => void,
): Promise<void> {
  tell({ step: 'listening' });
  let other: string | undefined;
  const isHeard = await waitToHear(
    listener,
    (report) => {
      const heard = ear(report);
      if (heard !== undefined && heard !== 'present') other = heard;
      return heard === 'present' ? true : undefined;
    },
    { forMs: HEAR_LIMIT_MS, signal },
  );
  if (isHeard) return tell({ step: 'heard' });
  if (other !== undefined)
    throw new CliError('clock-off', `the beacon is on the air with an identity that is too ${other}: a clock is wrong`);
  throw new CliError('not-heard', `the beacon was claimed, and its frames were not heard in ${HEAR_LIMIT_MS / 1000} s`);
}

/** One transaction: the beacon stands at its desk, and the pairing is over. */
async function record(
  session: Session,
  ring: KeyRing,
  request: PairRequest,
  pairing: Pairing,
  keys: { readonly rootKey: Uint8Array; readonly ownerKey: Uint8Array },
  tell: (progress: PairProgress) => void,
): Promise<Paired> {
  const { desk, extension, replaces } = request;
  const id = beaconId(pairing.id);
  const nowMs = session.nowMs();
  await session.registry.change(session.by(replaces === undefined ? 'pair' : 'replace'), async (changing) => {
    const settings = pairing.settings as Chosen;
    const row = {
      id,
      desk,
      name: desk,
      lifecycle: 'deployed',
      ...settings,
      rootKey: ring.seal(`beacons/${id}/rootKey`, keys.rootKey),
      ownerKey: ring.seal(`beacons/${id}/ownerKey`, keys.ownerKey),
      pairedAtMs: nowMs,
      lastHeardAtMs: nowMs,
    };
    const known = await changing.get('beacons', id);
    if (known === undefined) await changing.insert('beacons', row);
    else await changing.update('beacons', { ...row, revision: known.revision });
    const seat = extension === undefined ? undefined : `${extension}/${desk}`;
    if (seat !== undefined && extension !== undefined && (await changing.get('seats', seat)) === undefined)
      await changing.insert('seats', { id: seat, extension, desk });
    const old = replaces === undefined ? undefined : await changing.get('beacons', replaces);
    if (old !== undefined) await changing.update('beacons', retired(old));
    const underWay = await changing.get('pairings', pairing.id);
    if (underWay !== undefined) await changing.remove('pairings', underWay);
  });
  tell({ step: 'recorded' });
  return {
    beacon: id,
    desk,
    ...(extension === undefined ? {} : { extension }),
    ...(replaces === undefined ? {} : { replaced: replaces }),
  };
}

/** A beacon that is out of service keeps its place in the lists and none of its keys. */
export function retired(beacon: Stored<'beacons'>): Stored<'beacons'> {
  return { ...beacon, lifecycle: 'retired', rootKey: new Uint8Array(0), ownerKey: new Uint8Array(0) };
}

export async function siteOf(registry: Registry): Promise<Stored<'sites'>> {
  const [site] = await registry.read((reading) => reading.list('sites'));
  if (site === undefined) throw new CliError('registry-missing', `${registry.location}: no site was made in it`);
  return site;
}

function beaconId(tag: string): string {
  return `b-${tag}`;
}

function placeOf({ id }: Pick<Pairing, 'id'>, column: string): string {
  return `pairings/${id}/${column}`;
}
