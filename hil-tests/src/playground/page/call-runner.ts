import type { SiteProfile } from '@deskbeacon/proximity-core';
import type { Pose } from '../../air/channel-parameters.js';
import type { Point } from '../../air/plan.js';
import { type CallSetting, type Ending, type OfficeCall, takeCall } from '../office-call.js';
import type { OfficeKeys } from '../office-keys.js';

/** Lets the time of one call pass: as the page's clock does, or at once up to the decision. */

/** A walked office: what the traces of its calls need to be read again. */
export interface OpenOffice {
  readonly seed: number;
  readonly keys: OfficeKeys;
  readonly profile: SiteProfile;
}

export interface CallRunner {
  readonly call: () => OfficeCall | undefined;
  readonly begin: (office: OpenOffice, setting: Omit<CallSetting, 'seed' | 'number'>, isAtOnce: boolean) => void;
  readonly move: (at: Point, pose: Pose) => void;
  /** Passes over what is left of a silence. */
  readonly skipSilence: () => void;
  readonly end: (ending: Ending) => void;
  /** Puts the call away; the next one is the first of its office. */
  readonly forget: () => void;
}

/** Between two looks at whether a call is decided that does not wait for the clock. */
const STEP_MS = 50;

/** @param onChange told whenever time has passed or somebody did something. */
export function createRunner(onChange: (call: OfficeCall) => void): CallRunner {
  let call: OfficeCall | undefined;
  let number = 0;
  let startedAtMs = 0;

  const hangUp = (): void => {
    if (call?.isOver() === false) call.end('hung-up');
  };
  const followClock = (followed: OfficeCall): void => {
    if (call !== followed || followed.isOver()) return;
    followed.advanceTo(Math.max(followed.nowMs(), performance.now() - startedAtMs));
    onChange(followed);
    // Once it rings nothing changes any more until somebody answers.
    if (followed.ringing().mobile !== 'ringing') requestAnimationFrame(() => followClock(followed));
  };
  return {
    call: () => call,
    begin({ seed, keys, profile }, setting, isAtOnce) {
      hangUp();
      number += 1;
      const begun = takeCall({ ...setting, seed, number }, keys, profile);
      call = begun;
      startedAtMs = performance.now();
      if (!isAtOnce) return followClock(begun);
      while (begun.ringing().mobile === 'listening') begun.advanceTo(begun.nowMs() + STEP_MS);
      onChange(begun);
    },
    move: (at, pose) => call?.move(at, pose),
    skipSilence() {
      const ringsAtMs = call?.ringing().ringsAtMs;
      if (call === undefined || ringsAtMs === undefined) return;
      startedAtMs -= Math.max(0, ringsAtMs - call.nowMs());
      call.advanceTo(ringsAtMs);
      onChange(call);
    },
    end(ending) {
      if (call === undefined) return;
      call.end(ending);
      onChange(call);
    },
    forget() {
      hangUp();
      call = undefined;
      number = 0;
    },
  };
}
