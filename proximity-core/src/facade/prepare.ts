import type { CallOptions } from '../call/state.js';
import { decodeProfile } from '../profile/decode-profile.js';
import { compileLookup, type IdentityLookup, nextLookupChangeMs } from '../profile/lookup.js';
import type { SiteProfile } from '../profile/profile.js';
import { failed, type Outcome } from './errors.js';
import type { Fields } from './json-text.js';
import { lookupShape } from './state-shape.js';

/**
 * What a host makes outside the call path and keeps: the profile, and the table of the identities that are on the air while it
 * serves. Plain JSON with the profile's keys in it, to be kept as the profile is.
 */
export interface Prepared {
  readonly deskbeacon: 'prepared-profile';
  readonly version: 1;
  readonly profile: SiteProfile;
  readonly lookup: IdentityLookup;
  /** Unix milliseconds from which and before which the table serves. Outside of them a call derives its own. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Checks a profile and derives its table for one instant and as long as no identity changes. */
export function prepare(profile: unknown, wallClockMs: number): Outcome<{ readonly prepared: Prepared }> {
  const decoded = decodeProfile(profile);
  if (!decoded.ok) return failed('bad-profile', `profile.${decoded.reason}`);
  return {
    ok: true,
    prepared: {
      deskbeacon: 'prepared-profile',
      version: 1,
      profile: decoded.profile,
      lookup: compileLookup(decoded.profile, wallClockMs),
      fromMs: wallClockMs,
      untilMs: nextLookupChangeMs(decoded.profile, wallClockMs),
    },
  };
}

/**
 * What a call takes over from what was prepared. A table that is too old, or of other desks than the call's, is left alone: the
 * call derives its own then, and decides the same.
 */
export function openPrepared(
  prepared: Fields,
  wallClockMs: number,
  desks: readonly string[] | undefined,
): Outcome<{ readonly options: CallOptions }> {
  const { deskbeacon, version, lookup, fromMs, untilMs } = prepared;
  if (deskbeacon !== 'prepared-profile' || version !== 1) {
    return failed('bad-prepared', 'prepared: expected what `prepare` returned, version 1');
  }
  const decoded = decodeProfile(prepared.profile);
  if (!decoded.ok) return failed('bad-prepared', `prepared.profile.${decoded.reason}`);
  const fault = lookupShape(lookup, 'prepared.lookup');
  if (fault !== undefined) return failed('bad-prepared', fault);
  if (typeof fromMs !== 'number' || typeof untilMs !== 'number') {
    return failed('bad-prepared', 'prepared.fromMs, prepared.untilMs: expected Unix milliseconds');
  }
  const { profile } = decoded;
  const isServing = wallClockMs >= fromMs && wallClockMs < untilMs && (desks === undefined || isSame(desks, profile));
  return { ok: true, options: isServing ? { profile, lookup: lookup as IdentityLookup } : { profile } };
}

function isSame(desks: readonly string[], { ownDesks }: SiteProfile): boolean {
  return desks.length === ownDesks.length && desks.every((desk, i) => desk === ownDesks[i]);
}
