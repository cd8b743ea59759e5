import { fromReport, isLibrary, libraries } from '../scanners/table.js';
import { failed } from './errors.js';
import { answer, limits } from './json-text.js';
import { instantOf } from './ranging.js';

/**
 * Makes events of what a BLE library reports. What is binary in a report stands as base64, as a list of numbers, or as the object that
 * JSON makes of a Node Buffer.
 * @param json `{"library","report","t"}`: the library by the name of its adapter, `t` on the call's clock.
 * @returns `{"ok":true,"events":[…]}`, each for `step`; none for a report that says nothing, and none of `ibeacon-ranging`, which
 *   needs the identities of a call: that call's `ranged`.
 */
export function toEvent(json: string): string {
  return answer(json, limits.report, ({ library, report, t }) => {
    if (!isLibrary(library)) return failed('unknown-library', `library: expected one of ${libraries.join(', ')}`);
    const instant = instantOf(t);
    return instant.ok ? { ok: true, events: fromReport(library, report, instant.t) } : instant;
  });
}
