import { isUnixMs } from './call-options.js';
import { createCallState, type OpenCall, openCall, resumeCall, stepState } from './calls.js';
import { failed } from './errors.js';
import { answer, limits } from './json-text.js';
import { prepare } from './prepare.js';

export type { OpenCall } from './calls.js';

/**
 * What hosts find as `proximityCore` that are no modules: Swift over a JSContext, Kotlin over a JavaScript sandbox, a page. Every
 * function takes one JSON text and gives one, `{"ok":true,…}` or `{"ok":false,"error":{"code","message"}}`, and throws nothing.
 * On an error the host rings. All that a call needs is here; `proximityCoreTools` is a file of its own.
 */
export interface ProximityCore {
  /** Of the package. */
  readonly version: string;
  /** `{"profile","wallClockMs"}` → `{"ok","prepared"}`: the checked profile and its identities, to be made outside the call path. */
  readonly prepare: (json: string) => string;
  /** `{"profile"|"prepared"|"traceSite","wallClockMs","desks"?,"host"?,"phone"?,"newestWindowsS"?}` → the call. */
  readonly openCall: (json: string) => OpenCall;
  /** `{"state"}` → the call, after the process died. */
  readonly resumeCall: (json: string) => OpenCall;
  /** As `openCall` → `{"ok","state"}`. */
  readonly createCall: (json: string) => string;
  /** `{"state","event"}` → `{"ok","state","actions","nextDeadlineMs"?}`. */
  readonly step: (json: string) => string;
}

export const proximityCore: ProximityCore = {
  version: '0.1.0',
  prepare: (json) =>
    answer(json, limits.profile, ({ profile, wallClockMs }) =>
      isUnixMs(wallClockMs)
        ? prepare(profile, wallClockMs)
        : failed('bad-request', 'wallClockMs: expected Unix milliseconds'),
    ),
  openCall,
  resumeCall,
  createCall: createCallState,
  step: stepState,
};
