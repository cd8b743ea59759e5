import type { HostCapabilities, SiteProfile } from '@deskbeacon/proximity-core';
import { type DeskCall, type Host, openDeskCall, resumeDeskCall } from './desk-call';
import type { Listen, NativeCalls } from './native';
import type { ReasonLog } from './reason-log';
import { readSaved } from './saved';
import type { Scanner } from './scanner';
import type { Shadow } from './shadow';

export interface DeskCallsOptions {
  readonly native: NativeCalls;
  readonly listen: Listen;
  readonly scanner: Scanner;
  readonly capabilities: HostCapabilities;
  /** Asked when a call comes in: the profile that is valid then, already checked. */
  readonly profile: () => SiteProfile | undefined;
  /** Opt-in: what the user may read under “why?”. */
  readonly log?: ReasonLog;
  /** Opt-in: decides and rings all the same. */
  readonly shadow?: Shadow;
}

/** Takes every call that native code announces, and those that were not over when the process died. Call it once, at the start. */
export function startDeskCalls(options: DeskCallsOptions): () => void {
  const { native, listen, log, shadow } = options;
  const calls = new Map<string, DeskCall>();

  const hostOf = (call: string): Host => ({
    native,
    scanner: options.scanner,
    capabilities: options.capabilities,
    profile: profileOrNone(options.profile),
    isShadow: shadow !== undefined,
    note: (reason) => log?.note(reason, shadow !== undefined),
    finished: (state, answeredBy) => {
      calls.delete(call);
      shadow?.finished(state, answeredBy);
    },
  });

  for (const { call, text } of native.unfinished()) {
    const saved = readSaved(text);
    if (saved === undefined) native.ring(call);
    else calls.set(call, resumeDeskCall(hostOf(call), call, saved));
  }

  const stops = [
    listen('deskbeacon-call', (incoming) => {
      if (!calls.has(incoming.call)) calls.set(incoming.call, openDeskCall(hostOf(incoming.call), incoming));
    }),
    listen('deskbeacon-wake', ({ call }) => calls.get(call)?.wake()),
    listen('deskbeacon-told', ({ call, ...news }) => calls.get(call)?.told(news)),
    listen('deskbeacon-answered', ({ call, by }) =>
      calls.has(call) ? calls.get(call)?.answered(by) : native.over(call),
    ),
    listen('deskbeacon-ended', ({ call }) => (calls.has(call) ? calls.get(call)?.ended() : native.over(call))),
    listen('deskbeacon-audio', ({ route }) => {
      for (const call of calls.values()) call.audio(route);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** No profile rings; one that cannot be read is none. */
function profileOrNone(profile: () => SiteProfile | undefined): SiteProfile | undefined {
  try {
    return profile();
  } catch {
    return undefined;
  }
}
