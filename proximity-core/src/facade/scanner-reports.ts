import type { CallEvent } from '../call/events.js';
import type { IdentityLookup } from '../profile/lookup.js';
import { fromReport, isLibrary, libraries } from '../scanners/table.js';
import { failed, type Outcome } from './errors.js';
import { answer, type Fields, limits } from './json-text.js';
import { LATEST_MS } from './state-shape.js';

/**
 * Makes events of what a BLE library reports. What is binary in a report stands as base64, as a list of numbers, or as the object that
 * JSON makes of a Node Buffer.
 * @param json `{"library","report","t"}`: the library by the name of its adapter, `t` on the call's clock.
 * @returns `{"ok":true,"events":[…]}`, each for `step`; none for a report that says nothing.
 */
export function toEvent(json: string): string {
  return answer(json, limits.report, (request) => eventsOf(request, undefined));
}

/** @param lookup the identities of a call, by which ranging tells whose beacon it measured. */
export function eventsOf(
  { library, report, t }: Fields,
  lookup: IdentityLookup | undefined,
): Outcome<{ readonly events: readonly CallEvent[] }> {
  if (!isLibrary(library)) return failed('unknown-library', `library: expected one of ${libraries.join(', ')}`);
  if (typeof t !== 'number' || !(t >= 0 && t <= LATEST_MS)) {
    return failed('bad-request', `t: expected milliseconds 0..${LATEST_MS}`);
  }
  return { ok: true, events: fromReport(library, report, t, lookup) };
}
