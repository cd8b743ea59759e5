import type { CallState } from '../call/state.js';
import { step } from '../call/step.js';
import { isPhoneOffset } from '../decision/phone-offset.js';
import { reasons } from '../decision/reasons.js';
import { MAX_BEACONS, MAX_LEVELS } from '../evidence/evidence.js';
import { MAX_PROFILE_BEACONS } from '../profile/decode-profile.js';
import { decodeSiteModel } from '../profile/site-model.js';
import { hostFlags } from '../trace/decode-trace.js';
import { failed, type Outcome } from './errors.js';
import { anyNumber, flag, listOf, numberIn, objectOf, oneOf, type Shape, tableOf, text } from './shapes.js';

/** The shape of a call's state as it comes back from a host: what is not right here would be found out in the middle of a call. */

/** Desks a state may name: the profile's, and what traces and sightings add. */
const MOST_DESKS = 4096;
/** Own desks, each with at most 64 acceptable windows and 128 on either side of them. */
const MOST_IDENTITIES = 65_536;
/** As long as `step` lets a deadline be and a policy a silence. */
const LONGEST_MS = 60_000;
/** Times are milliseconds of any monotonic clock; up to here a millisecond more is still another number. */
export const LATEST_MS = Number.MAX_SAFE_INTEGER;

const time = numberIn(0, LATEST_MS);
/** Decibels of whatever reference: receivers know no more than −127..20, and a sum of squares must not leave the numbers. */
const level = numberIn(-1000, 1000);
const amplitude = numberIn(0, 1e100);
/** As far as profiles and traces go. */
const metres = numberIn(-1e5, 1e5);
const count = numberIn(0, Number.MAX_SAFE_INTEGER);
const reason = oneOf(Object.keys(reasons));
const windows = tableOf(numberIn(0, 0xffffffff), 2 * MOST_IDENTITIES);
const framePowers = objectOf({}, { eid: level, ibeacon: level, 'deskbeacon-eid': level });
const place: Shape = (value, path) =>
  Array.isArray(value) && value.length === 2 ? listOf(metres, 2)(value, path) : `${path}: expected [x, y]`;
const model: Shape = (value, path) => {
  const decoded = decodeSiteModel(value);
  return decoded.ok ? undefined : `${path}.${decoded.reason}`;
};
const phone: Shape = (value, path) =>
  isPhoneOffset(value) ? undefined : `${path}: expected offsetDb -15..15 and sdDb 1.5..6`;

const host: Shape = objectOf({}, Object.fromEntries(hostFlags.map((name) => [name, flag])));

const site: Shape = objectOf(
  {
    ownDesks: listOf(text, 1000),
    powersDbm: tableOf(level, MOST_DESKS),
    defaultPowerDbm: level,
    framePowersDbm: tableOf(framePowers, MOST_DESKS),
    intervalsMs: tableOf(numberIn(20, 10_240), MOST_DESKS),
    defaultIntervalMs: numberIn(20, 10_240),
    positionsM: tableOf(place, MOST_DESKS),
    policy: objectOf(
      {
        ringAfterMs: numberIn(0, LONGEST_MS),
        deskPhoneUnknown: oneOf(['ring', 'decide']),
        clockToleranceS: numberIn(0, 600),
      },
      { neighbourWeight: numberIn(0, 10) },
    ),
    isCalibrationStale: flag,
    isRingAll: flag,
  },
  { othersAtMost: numberIn(0, 1e6), model, phone },
);

const deskOrNull: Shape = (value, path) => (value === null ? undefined : text(value, path));

export const lookupShape: Shape = objectOf({
  organisationUuid: text,
  eids: tableOf(text, MOST_IDENTITIES),
  staleEids: tableOf(text, MOST_IDENTITIES),
  futureEids: tableOf(text, MOST_IDENTITIES),
  recognitionIds: tableOf(deskOrNull, 64 * MAX_PROFILE_BEACONS),
  windowsS: tableOf(numberIn(0, 0xffffffff), 64 * MAX_PROFILE_BEACONS + MOST_IDENTITIES),
});

const levels = listOf(level, MAX_LEVELS);
const reported = objectOf({ count, isVaried: flag }, { firstDbm: level });

const beacon: Shape = objectOf({
  packets: count,
  authenticated: count,
  slots: count,
  lastSlot: anyNumber,
  strongestDb: level,
  levelsDb: levels,
  provenLevelsDb: levels,
  cycles: count,
  rangedPackets: count,
  reported,
  last: objectOf({ atMs: anyNumber, gainDb: level, isAuthenticated: flag }),
});

const evidence: Shape = objectOf(
  {
    beacons: tableOf(beacon, MAX_BEACONS),
    anonymousPackets: count,
    anonymousAmplitude: amplitude,
    used: count,
    dropped: tableOf(count, 64),
    exposureMs: time,
    scanDuty: numberIn(0, 1),
    reported,
    windowsS: windows,
    provenWindowsS: windows,
  },
  { scanningSinceMs: time },
);

const sighting: Shape = objectOf(
  { desk: deskOrNull, atMs: anyNumber, gainDb: level, isAuthenticated: flag, isOwn: flag },
  { rssiDbm: level, cyclePackets: anyNumber },
);

const state: Shape = objectOf(
  {
    version: oneOf([1]),
    phase: oneOf(['waiting', 'deciding', 'silent', 'ringing', 'over']),
    host,
    site,
    nowMs: time,
    isScanning: flag,
    evidence,
    looks: listOf(objectOf({ atMs: time, llr: anyNumber, pDesk: anyNumber, marginNats: anyNumber }), 16),
  },
  {
    lookup: lookupShape,
    calledAtMs: time,
    deadlineAtMs: time,
    decision: objectOf(
      { decision: oneOf(['ring', 'silence']), reason, decidedAtMs: time, llr: anyNumber, pDesk: anyNumber },
      { ringAfterMs: numberIn(0, LONGEST_MS) },
    ),
    ringsAtMs: time,
    audioRoute: oneOf(['phone', 'watch', 'car', 'headset']),
    watch: objectOf({
      cusumNats: anyNumber,
      nextLookAtMs: time,
      duty: numberIn(0, 1),
      recent: listOf(sighting, MAX_LEVELS * 16),
    }),
    rangLate: objectOf({ reason, atMs: time }),
  },
);

/**
 * Reads a state that a host kept.
 * @param value what stood under `state`.
 * @returns the state itself, or what is wrong: its shape, or times with which it would never decide or never ring.
 */
export function readState(value: unknown): Outcome<{ readonly state: CallState }> {
  const fault = state(value, 'state') ?? faultOfTimes(value as CallState);
  return fault === undefined ? { ok: true, state: value as CallState } : failed('bad-state', fault);
}

/** A call that waits must know until when: one that does not would stay quiet for ever. */
function faultOfTimes(call: CallState): string | undefined {
  const { phase, nowMs, calledAtMs, deadlineAtMs, ringsAtMs, watch, decision, site: known } = call;
  if (calledAtMs !== undefined && calledAtMs > nowMs) return 'state.calledAtMs: expected no time to come';
  if (ringsAtMs !== undefined && ringsAtMs > nowMs + LONGEST_MS) return 'state.ringsAtMs: expected within a minute';
  if (watch !== undefined && !(watch.nextLookAtMs >= nowMs)) return 'state.watch.nextLookAtMs: expected a time to come';
  if (phase === 'silent') {
    if (decision?.decision !== 'silence') return 'state.decision: expected silence in phase silent';
    const isEndless = decision.ringAfterMs === 0 || known.policy.ringAfterMs === 0;
    return ringsAtMs === undefined && !isEndless ? 'state.ringsAtMs: expected a time in phase silent' : undefined;
  }
  if (phase !== 'deciding') return undefined;
  if (calledAtMs === undefined || deadlineAtMs === undefined || deadlineAtMs > calledAtMs + LONGEST_MS) {
    return 'state.deadlineAtMs: expected within a minute of the call in phase deciding';
  }
  const isWaitedFor = step(call, { t: nowMs, event: 'tick' });
  return isWaitedFor.state.phase === 'deciding' && isWaitedFor.nextDeadlineMs === undefined
    ? 'state.looks: expected one look still to take in phase deciding'
    : undefined;
}
