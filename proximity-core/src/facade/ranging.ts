import type { CallEvent } from '../call/events.js';
import type { IdentityLookup } from '../profile/lookup.js';
import { fromIBeaconRanging, type RangingReport } from '../scanners/ibeacon-ranging.js';
import { failed, type Outcome } from './errors.js';
import type { Fields } from './json-text.js';
import { LATEST_MS } from './state-shape.js';

/** Reads the instant of a report. */
export function instantOf(t: unknown): Outcome<{ readonly t: number }> {
  return typeof t === 'number' && t >= 0 && t <= LATEST_MS
    ? { ok: true, t }
    : failed('bad-request', `t: expected milliseconds 0..${LATEST_MS}`);
}

/** @param lookup the identities of a call, by which ranging tells whose beacon it measured. */
export function rangedEvents(
  { report, t }: Fields,
  lookup: IdentityLookup | undefined,
): Outcome<{ readonly events: readonly CallEvent[] }> {
  const instant = instantOf(t);
  // The adapter finds out for itself what a report really is.
  return instant.ok ? { ok: true, events: fromIBeaconRanging(report as RangingReport, instant.t, lookup) } : instant;
}
