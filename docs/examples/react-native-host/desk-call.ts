import {
  type AnsweredBy,
  type CallAction,
  type CallEvent,
  type CallState,
  createCall,
  type HostCapabilities,
  type SiteProfile,
  step,
} from '@deskbeacon/proximity-core';
import type { IncomingCall, NativeCalls, News } from './native';
import { isOfThisBoot, type Saved, savedText } from './saved';
import type { Scanner } from './scanner';

/**
 * One incoming call: tells the reducer what happens and carries out what it asks for. Whatever throws here, in the core or in a
 * library, rings the phone; where not even that can be said, native code rings by itself at the instant it was given last.
 */

export interface Host {
  readonly native: NativeCalls;
  readonly scanner: Scanner;
  readonly capabilities: HostCapabilities;
  /** The profile of the phone's owner, checked by `decodeProfile` when it was fetched; absent: every call rings. */
  readonly profile: SiteProfile | undefined;
  /** Shadow mode: decides as ever and rings in every call. */
  readonly isShadow: boolean;
  /** Each reason to ring or to be silent, as it comes up. */
  readonly note: (reason: string) => void;
  /** Once, when the call is over for this phone. */
  readonly finished: (call: CallState | undefined, answeredBy: AnsweredBy | undefined) => void;
}

export interface DeskCall {
  wake(): void;
  told(news: News): void;
  audio(route: 'phone' | 'watch' | 'car' | 'headset'): void;
  answered(by: AnsweredBy): void;
  ended(): void;
}

/** From the push to the last moment of deciding. */
export const DECIDE_MS = 1500;
/** By how much native code waits longer than the reducer before it rings by itself. */
export const GRACE_MS = 250;

/** A call that a push has announced. */
export function openDeskCall(host: Host, incoming: IncomingCall): DeskCall {
  const { native } = host;
  const { call, atMs, ...news } = incoming;
  return hostCall(host, call, atMs, (begin) => {
    if (host.isShadow) native.ring(call);
    const elapsedMs = native.monotonicMs() - atMs;
    const wallClockMs = native.unixMs() - elapsedMs;
    const { profile, capabilities } = host;
    const state = createCall({ host: capabilities, ...(profile === undefined ? {} : { profile, wallClockMs }) });
    // A JavaScript engine that was started late has the less time to decide.
    begin(state, { ...news, t: elapsedMs, event: 'call', deadlineMs: Math.max(0, DECIDE_MS - elapsedMs) });
  });
}

/** A call that was not over when the process died. */
export function resumeDeskCall(host: Host, call: string, { state, atMs, bootUnixMs }: Saved): DeskCall {
  const { native } = host;
  return hostCall(host, call, atMs, (begin) => {
    if (!isOfThisBoot(native, bootUnixMs)) throw new Error('the phone was started anew since');
    // What rang has fallen quiet with the process. Nothing is scanned any more, and the time to decide is short: it rings.
    if (state.phase === 'ringing' || host.isShadow) native.ring(call);
    const t = native.monotonicMs() - atMs;
    if (state.phase === 'deciding') begin(state, { t, event: 'scan-failed', reason: 'internal' });
    else begin(state, { t, event: 'tick' });
  });
}

type Begin = (start: (state: CallState, first: CallEvent) => void) => void;

function hostCall(host: Host, call: string, atMs: number, begin: Begin): DeskCall {
  const { native, scanner, note } = host;
  let state: CallState | undefined;
  let condition: 'well' | 'broken' | 'over' = 'well';
  let scan: 'off' | 'starting' | 'on' = 'off';
  let wakeAtMs: number | undefined;

  /** Whatever goes wrong: ring. */
  const guarded = (work: () => void): void => {
    if (condition !== 'well') return;
    try {
      work();
    } catch {
      condition = 'broken';
      try {
        native.ring(call);
      } finally {
        stopScan();
        note('host-failed');
      }
    }
  };

  const feed = (event: CallEvent): void => {
    if (state === undefined) return;
    const next = step(state, event);
    state = next.state;
    for (const action of next.actions) carryOut(action);
    if (next.nextDeadlineMs !== undefined && next.nextDeadlineMs !== wakeAtMs) {
      wakeAtMs = next.nextDeadlineMs;
      native.wakeAt(call, atMs + wakeAtMs);
    }
    if (next.actions.length > 0) native.save(call, savedText(native, { state, atMs }));
  };

  const carryOut = (action: CallAction): void => {
    if (action.action === 'start-scan') startScan();
    else if (action.action === 'stop-scan') stopScan();
    else if (action.action === 'hold-ring') hold();
    else {
      if (action.reason !== 'answered') note(action.reason);
      sound(action);
    }
  };

  const hold = (): void => {
    if (!host.isShadow) native.ringBy(call, atMs + (state?.deadlineAtMs ?? 0) + GRACE_MS);
  };

  const sound = (action: Extract<CallAction, { reason: string }>): void => {
    if (action.action === 'ring') native.ring(call);
    else if (action.action === 'end-elsewhere') {
      if (!host.isShadow || action.reason === 'answered') native.endElsewhere(call);
    } else if (!host.isShadow) {
      if (action.ringAfterMs > 0) native.ringBy(call, atMs + elapsed() + action.ringAfterMs + GRACE_MS);
      else native.stayQuiet(call);
    }
  };

  const elapsed = (): number => native.monotonicMs() - atMs;

  const startScan = (): void => {
    scan = 'starting';
    scanner
      .start(
        (read) => guarded(() => scan !== 'off' && read(elapsed()).forEach(feed)),
        (error) => guarded(() => scanFailed(error)),
      )
      .then(
        () => {
          // Decided, or over, while the scan was still starting: it must not go on by itself.
          if (scan === 'off') endScan();
          else guarded(scanStarted);
        },
        (error) => guarded(() => scanFailed(error)),
      );
  };

  const scanStarted = (): void => {
    scan = 'on';
    feed({ t: elapsed(), event: 'scan-started', mode: 'low-latency' });
  };

  const scanFailed = (error: unknown): void => {
    if (scan === 'off') return;
    stopScan();
    const t = elapsed();
    const known = scanner.failureOf(error, t);
    if (known.length === 0) feed({ t, event: 'scan-failed', reason: 'internal' });
    for (const event of known) feed(event);
  };

  const stopScan = (): void => {
    if (scan === 'off') return;
    scan = 'off';
    endScan();
  };

  const endScan = (): void => {
    try {
      // A scan that cannot be stopped is the platform's; the ring that comes after it must come.
      scanner.stop().catch(() => undefined);
    } catch {
      // The same, thrown at once.
    }
  };

  /** Once, and without the reducer's leave: who has answered is not rung for. */
  const finish = (event: CallEvent, answeredBy: AnsweredBy | undefined): void => {
    if (condition === 'over') return;
    guarded(() => feed(event));
    condition = 'over';
    stopScan();
    native.over(call);
    host.finished(state, answeredBy);
  };

  guarded(() =>
    begin((created, first) => {
      state = created;
      feed(first);
    }),
  );
  return {
    wake: () => guarded(() => feed({ t: elapsed(), event: 'tick' })),
    told: (news) => guarded(() => feed({ ...news, t: elapsed(), event: 'call' })),
    audio: (route) => guarded(() => feed({ t: elapsed(), event: 'audio-route', route })),
    answered: (by) => finish({ t: elapsed(), event: 'answered', by }, by),
    ended: () => finish({ t: elapsed(), event: 'call-ended' }, undefined),
  };
}
