import { checkPhoneOffset, type PhoneOffset } from '../decision/phone-offset.js';
import type { Reason } from '../decision/reasons.js';
import type { Site } from '../decision/site.js';
import { siteOfProfile, siteOfTrace, type TraceSite } from '../decision/site.js';
import { type Evidence, noEvidence } from '../evidence/evidence.js';
import type { EncryptAes128Block } from '../identity/aes.js';
import { requireCounter } from '../identity/checks.js';
import { ownValue, putOwn } from '../own-value.js';
import { compileLookup, type IdentityLookup } from '../profile/lookup.js';
import type { SiteProfile } from '../profile/profile.js';
import type { AudioRoute, HostCapabilities } from './events.js';
import type { Watch } from './watch.js';

/** One look that was taken: the very numbers the rule compared. */
export interface LookTaken {
  /** On the events' clock. */
  readonly atMs: number;
  /** Natural log of the likelihood ratio, at an own desk against out of earshot. */
  readonly llr: number;
  /** Probability of being at an own desk, 0..1. */
  readonly pDesk: number;
  /** Nats above (or below) the line of silence. */
  readonly marginNats: number;
}

/** How a call was decided, and why. */
export interface Decision {
  /** In doubt `ring`. */
  readonly decision: 'ring' | 'silence';
  /** A code of docs/reasons.md. */
  readonly reason: Reason;
  /** On the events' clock. */
  readonly decidedAtMs: number;
  /** Only with silence: how long it lasts; 0 means until the call is over. */
  readonly ringAfterMs?: number;
  /** Natural log of the likelihood ratio, at an own desk against out of earshot; always finite. */
  readonly llr: number;
  /** Probability of being at an own desk, 0..1. */
  readonly pDesk: number;
}

/** Plain JSON: it may be written down and read again after the process died, and the call goes on. */
export interface CallState {
  /** Of this form. */
  readonly version: 1;
  /** Before the event `call`, until the decision, silenced, rings or rang, ended. */
  readonly phase: 'waiting' | 'deciding' | 'silent' | 'ringing' | 'over';
  /** What the host's platform lets it do. */
  readonly host: HostCapabilities;
  /** What is known of the building. */
  readonly site: Site;
  /** The identities of this moment; absent without a profile. */
  readonly lookup?: IdentityLookup;
  /** The newest time seen; events never take the call back behind it. */
  readonly nowMs: number;
  /** When the call came, on the events' clock. */
  readonly calledAtMs?: number;
  /** When it is decided at the latest. */
  readonly deadlineAtMs?: number;
  /** Whether the host was asked to scan and not yet to stop. */
  readonly isScanning: boolean;
  /** What was heard until the decision. */
  readonly evidence: Evidence;
  /** The looks that were taken at it, in order. */
  readonly looks: readonly LookTaken[];
  /** Absent until it is taken. */
  readonly decision?: Decision;
  /** When silence turns into ringing. */
  readonly ringsAtMs?: number;
  /** The newest route told, before the call or in it. */
  readonly audioRoute?: AudioRoute;
  /** Only while silent, and only where the host watches on. */
  readonly watch?: Watch;
  /** Why and when a silence was ended by a ring. */
  readonly rangLate?: { readonly reason: Reason; readonly atMs: number };
}

/** What a call is made of; everything is optional, and without a desk it rings. */
export interface CallOptions {
  /** Desks of the phone's owner; the profile's when absent. */
  readonly desks?: readonly string[];
  /** What the host's platform lets it do; see each capability for what absence means. */
  readonly host?: HostCapabilities;
  /** As `decodeProfile` gave it. */
  readonly profile?: SiteProfile;
  /** Unix milliseconds at t = 0; needed with a profile, for identities follow the clock. */
  readonly wallClockMs?: number;
  /**
   * The profile's table, compiled beforehand by `compileLookup` for the same own desks: it serves until `nextLookupChangeMs` of the
   * instant it was made for, and the caller sees to that. Derived from the profile when absent.
   */
  readonly lookup?: IdentityLookup;
  /** The site as a trace's header gives it, where there is no profile. */
  readonly traceSite?: TraceSite;
  /** What the host knows of the phone's receiver: from a table of models, or learned. Absent: nothing. */
  readonly phone?: PhoneOffset;
  /**
   * Newest identity window heard of own desks in earlier calls, from `newestOwnWindows`: what is older now is a recording.
   * A host that keeps it drops the entry of a beacon whose profile entry changes. Absent: every call starts afresh.
   */
  readonly newestWindowsS?: Readonly<Record<string, number>>;
  /** AES-128 of one block; the bundled one when absent. */
  readonly encryptBlock?: EncryptAes128Block;
}

/**
 * A call before its first event. Make it when the push arrives, or earlier: it costs a few AES blocks a beacon.
 * @param options profile and clock, or what a trace says of its site.
 * @returns the state to give to `step`.
 * @throws RangeError when a profile is given without `wallClockMs`, a phone's offset is out of bounds, or a remembered
 * window is no counter.
 * @example createCall({ desks: ['d-12'] }).phase // 'waiting'
 */
export function createCall(options: CallOptions): CallState {
  const { profile, phone } = options;
  if (phone !== undefined) checkPhoneOffset(phone);
  const known = {
    ...(phone === undefined ? {} : { phone }),
    ...(options.host?.hearsOwnDesksOnly === true ? { othersAtMost: 0 } : {}),
  };
  const ownDesks = options.desks ?? profile?.ownDesks ?? [];
  const base = {
    version: 1 as const,
    phase: 'waiting' as const,
    host: options.host ?? {},
    nowMs: 0,
    isScanning: false,
    evidence: { ...noEvidence, ...remembered(ownDesks, options.newestWindowsS) },
    looks: [],
  };
  if (profile === undefined) return { ...base, site: { ...siteOfTrace(ownDesks, options.traceSite), ...known } };
  if (options.wallClockMs === undefined || !Number.isFinite(options.wallClockMs)) {
    throw new RangeError(`wallClockMs: expected Unix milliseconds with a profile, got ${String(options.wallClockMs)}`);
  }
  const owned: SiteProfile = { ...profile, ownDesks };
  return {
    ...base,
    site: { ...siteOfProfile(owned), ...known },
    lookup: options.lookup ?? compileLookup(owned, options.wallClockMs, options.encryptBlock),
  };
}

/** Of the host's memory, what concerns own desks: others' is of no use, and the state stays bounded. */
function remembered(
  ownDesks: readonly string[],
  newestWindowsS: Readonly<Record<string, number>> | undefined,
): Pick<Evidence, 'windowsS' | 'provenWindowsS'> {
  const windowsS: Record<string, number> = {};
  for (const desk of ownDesks) {
    const windowS = ownValue(newestWindowsS ?? {}, desk);
    if (windowS === undefined) continue;
    requireCounter(windowS);
    putOwn(windowsS, desk, windowS);
  }
  return { windowsS, provenWindowsS: windowsS };
}

/**
 * What a host may remember for its next call: per own desk the newest identity window that a frame proved, or that was
 * remembered before. Plain JSON, one number a desk, no keys and no places.
 * @param state of a call at any time.
 * @returns desk → start of the window, seconds of the beacon's counter.
 * @example newestOwnWindows(createCall({ desks: ['d-12'], newestWindowsS: { 'd-12': 1024, 'd-13': 512 } })) // { 'd-12': 1024 }
 */
export function newestOwnWindows(state: CallState): Readonly<Record<string, number>> {
  return state.evidence.provenWindowsS;
}
