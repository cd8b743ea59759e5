import { createPrivateKey, createPublicKey, type JsonWebKey, sign, verify } from 'node:crypto';
import { profileBeacon } from '@deskbeacon/beacon/identity';
import {
  decodeProfile,
  decodeSiteModel,
  openSignedProfile,
  type SiteModel,
  type SiteProfile,
} from '@deskbeacon/proximity-core';
import { CliError } from '../errors/cli-error.js';
import type { KeyRing } from '../registry/key-ring.js';
import { newestCalibrations } from '../registry/newest-calibrations.js';
import type { Reading } from '../registry/registry.js';
import type { Stored } from '../registry/tables.js';
import type { Session } from './open-session.js';
import { siteOf } from './pairing/pair-beacon.js';

/** What a phone of one extension carries: keys that expire, for its own desks alone; how to recognise all others; what the site wants. */
export interface ExportedProfile {
  readonly lease: string;
  readonly extension: string;
  readonly untilMs: number;
  /** As the core reads it. */
  readonly profile: SiteProfile;
  /** Compact JWS (RFC 7515), ES256, of the profile with its lease. */
  readonly signed: string;
}

const DAY_MS = 86_400_000;
export const MOST_LEASE_DAYS = 30;
const JWS_TYPE = 'deskbeacon-profile+jws';
/** The phone's payload, beside the profile's own fields: readers that do not know them go on (docs/profile.md). */
interface Leased extends SiteProfile {
  readonly lease: {
    readonly id: string;
    readonly extension: string;
    readonly fromMs: number;
    readonly untilMs: number;
  };
}

/**
 * @param days how long its keys serve, 1..30.
 * @throws CliError `not-found` when the extension is unknown or closed; `no-beacon` when no desk of it has one in service.
 */
export async function exportProfile(session: Session, extension: string, days: number): Promise<ExportedProfile> {
  const ring = await session.ring();
  const site = await siteOf(session.registry);
  const fromMs = session.nowMs();
  const untilMs = fromMs + days * DAY_MS;
  return session.registry.change(session.by('profile export'), async (changing) => {
    const owner = await changing.get('extensions', extension);
    if (owner === undefined || !owner.isEnabled || owner.endedAtMs !== undefined)
      throw new CliError('not-found', `${extension}: no such extension in service`);
    const profile = await compileProfile(changing, ring, site, extension, { fromMs, days });
    const lease = `l-${extension}-${fromMs.toString(36)}`;
    await changing.insert('leases', { id: lease, extension, fromMs, untilMs });
    const leased: Leased = { ...profile, lease: { id: lease, extension, fromMs, untilMs } };
    const key = ring.open(`sites/${site.id}/signingKey`, site.signingKey);
    return { lease, extension, untilMs, profile, signed: signProfile(leased, key) };
  });
}

/** The profile of an extension as its phones would get it now; no lease is given. */
export async function profileOfDesk(session: Session, extension: string): Promise<SiteProfile> {
  const ring = await session.ring();
  const site = await siteOf(session.registry);
  const now = { fromMs: session.nowMs(), days: 1 };
  return session.registry.read((reading) => compileProfile(reading, ring, site, extension, now));
}

async function compileProfile(
  reading: Reading,
  ring: KeyRing,
  site: Stored<'sites'>,
  extension: string,
  { fromMs, days }: { readonly fromMs: number; readonly days: number },
): Promise<SiteProfile> {
  const seats = await reading.list('seats', { extension });
  const desks = new Map((await reading.list('desks')).map((desk) => [desk.id, desk]));
  const deployed = (await reading.list('beacons')).filter(({ lifecycle }) => lifecycle === 'deployed');
  const ownDesks = seats.map(({ desk }) => desk).filter((desk) => deployed.some((beacon) => beacon.desk === desk));
  if (ownDesks.length === 0) throw new CliError('no-beacon', `${extension}: none of its desks has a beacon in service`);
  const beacons = deployed.map((row) => {
    const rootKey = ring.open(`beacons/${row.id}/rootKey`, row.rootKey);
    const { temporaryKeys, ...known } = profileBeacon({ ...row, rootKey, nowUnixMs: fromMs, days });
    const { xM, yM } = desks.get(row.desk) ?? {};
    return {
      ...known,
      ...(ownDesks.includes(row.desk) && temporaryKeys !== undefined ? { temporaryKeys } : {}),
      ...(xM === undefined || yM === undefined ? {} : { positionM: [xM, yM] as const }),
    };
  });
  const { model, isStale } = await newestModels(reading, ownDesks);
  const profile = {
    deskbeacon: 'site-profile',
    version: 1,
    site: site.id,
    organisationUuid: site.organisationUuid,
    ownDesks,
    beacons,
    policy: site.policy,
    model:
      model === undefined
        ? { calibration: 'none' }
        : { calibration: isStale ? 'stale' : 'current', fingerprints: model },
    ringAll: site.isRingAll,
  };
  const decoded = decodeProfile(profile);
  if (!decoded.ok) throw new CliError('bad-profile', `the registry makes a profile that is none: ${decoded.reason}`);
  return decoded.profile;
}

/** Fingerprints of every walked desk, the newest of each; stale where an own desk's is. */
async function newestModels(
  reading: Reading,
  ownDesks: readonly string[],
): Promise<{ readonly model?: SiteModel; readonly isStale: boolean }> {
  const newest = newestCalibrations(await reading.list('calibrations'));
  const isStale = ownDesks.some((desk) => newest.get(desk)?.isStale === true);
  const desks: [string, SiteModel['desks'][string]][] = [...newest].flatMap(([desk, { model }]) => {
    const decoded = decodeSiteModel(model);
    const print = decoded.ok ? decoded.model.desks[desk] : undefined;
    return print === undefined ? [] : [[desk, print] as [string, SiteModel['desks'][string]]];
  });
  return desks.length === 0 ? { isStale } : { model: { version: 1, desks: Object.fromEntries(desks) }, isStale };
}

/** Ends every lease of an extension that has not ended. @returns how many, and until when the keys that are out would serve. */
export async function revokeLeases(
  session: Session,
  extension: string,
): Promise<{ readonly revoked: number; readonly untilMs?: number }> {
  const nowMs = session.nowMs();
  return session.registry.change(session.by('revoke'), async (changing) => {
    const open = (await changing.list('leases', { extension })).filter(
      ({ untilMs, revokedAtMs }) => untilMs > nowMs && revokedAtMs === undefined,
    );
    for (const lease of open) await changing.update('leases', { ...lease, revokedAtMs: nowMs });
    const untilMs = Math.max(0, ...open.map((lease) => lease.untilMs));
    return { revoked: open.length, ...(untilMs === 0 ? {} : { untilMs }) };
  });
}

/** @param key PKCS #8, DER. */
function signProfile(profile: Leased, key: Uint8Array): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
  const head = encode({ alg: 'ES256', typ: JWS_TYPE, kid: profile.site });
  const signed = `${head}.${encode(profile)}`;
  const privateKey = createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' });
  // RFC 7518 §3.4: R ‖ S, not DER.
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

/**
 * Checks a signed profile as a host does before it hands it to the core.
 * @param publicKey JWK of the site.
 * @throws CliError `bad-profile` when the signature is not the site's, or the profile is none.
 */
export function verifyProfile(signed: string, publicKey: unknown): SiteProfile {
  const key = createPublicKey({ key: publicKey as JsonWebKey, format: 'jwk' });
  const opened = openSignedProfile(signed.trim(), (signingInput, signature) =>
    verify('sha256', signingInput, { key, dsaEncoding: 'ieee-p1363' }, signature),
  );
  if (!opened.ok) throw new CliError('bad-profile', opened.reason);
  return opened.profile;
}
