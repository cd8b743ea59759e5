import type { NobleStack } from '@deskbeacon/beacon/radio';
import {
  type AnsweredBy,
  type CallAction,
  type CallEvent,
  type CallState,
  createCall,
  type Decision,
  encodeTraceEvent,
  encodeTraceHeader,
  fromNobleReport,
  type HostCapabilities,
  type LookTaken,
  type ScanFailure,
  type SiteProfile,
  step,
} from '@deskbeacon/proximity-core';

/** The phone's clock: `performance.now()` while it runs, the capture's own time when a capture is read again. */
export interface PhoneClock {
  nowMs(): number;
  /** Unix milliseconds of an instant of `nowMs`. */
  unixMs(atMs: number): number;
  /** Calls back at an instant of `nowMs`, or soon after. */
  wakeAt(atMs: number, wake: () => void): () => void;
}

export interface Phone {
  readonly noble: NobleStack;
  readonly profile: SiteProfile;
  readonly clock: PhoneClock;
  /** What its platform permits: to hold the ring and to ring late, where absent. */
  readonly host?: HostCapabilities;
  /** Hears everything the phone does, for a screen or a record. */
  readonly tell: (news: PhoneNews) => void;
}

export interface IncomingCall {
  readonly call: string;
  readonly deadlineMs?: number;
  /** What the push says of the desk phone; `alerting` where it says nothing. */
  readonly deskPhone?: 'alerting' | 'not-alerting' | 'unknown';
  /** A call-back of an emergency centre (RFC 7090). */
  readonly emergency?: boolean;
}

/** A call that goes on after its decision: a silence ends in a ring, unless somebody answers or hangs up before. */
export interface OngoingCall {
  /** What it came to, once nothing is scanned any more; without a decision where the call ended before it. */
  readonly report: Promise<Omit<CallReport, 'decision'> & Partial<CallReport>>;
  /** Says what has become known of the desk phone since: a silence beside a phone that does not alert ends at once. */
  told(deskPhone: NonNullable<IncomingCall['deskPhone']>): void;
  /** Says what became of the call. Nothing happens after it. */
  end(ending?: AnsweredBy | 'hung-up'): void;
}

export type PhoneNews =
  | { readonly news: 'scan-started' | 'scan-stopped'; readonly call: string; readonly atMs: number }
  | {
      readonly news: 'heard';
      readonly call: string;
      readonly desk: string | null;
      readonly rssiDbm: number;
      readonly atMs: number;
    }
  | { readonly news: 'decided'; readonly call: string; readonly decision: Decision }
  | {
      readonly news: 'ring' | 'silence' | 'end-elsewhere';
      readonly call: string;
      readonly reason: string;
      readonly atMs: number;
    }
  | { readonly news: 'trace'; readonly line: string };

/** What one call came to; all times in milliseconds from the call. */
export interface CallReport {
  readonly call: string;
  readonly decision: Decision;
  readonly packets: { readonly used: number; readonly dropped: Readonly<Record<string, number>> };
  readonly looks: readonly LookTaken[];
  readonly scanStartedAtMs?: number;
  readonly scanStoppedAtMs?: number;
}

const usualHost: HostCapabilities = { canHoldRing: true, canRingLate: true };

/**
 * Takes one call from the push to the decision: scans while it is undecided and not a moment longer.
 * The reducer decides; this only carries out what it asks for and tells it what happened.
 */
export async function takeCall(phone: Phone, incoming: IncomingCall): Promise<CallReport> {
  const call = openCall(phone, incoming);
  const report = await call.report;
  call.end();
  return report as CallReport; // Nobody ended it before: the deadline decides at the latest.
}

/** The same, and on to the end of the call: what rings and what stays quiet is told as it changes. */
export function openCall(phone: Phone, incoming: IncomingCall): OngoingCall {
  const { noble, profile, clock, tell, host = usualHost } = phone;
  const { call } = incoming;
  const calledAtMs = clock.nowMs();
  const wallClockMs = clock.unixMs(calledAtMs);
  let state: CallState = createCall({ profile, host, wallClockMs });
  let cancelWake = (): void => {};
  let scan: 'off' | 'starting' | 'on' | 'stopping' = 'off';
  let scanStartedAtMs: number | undefined;
  tell({ news: 'trace', line: encodeTraceHeader({ call, desks: profile.ownDesks, host, wallClockMs }) });

  let isDecided = false;
  let isConcluded = false;
  let isOver = false;
  let resolve = (_report: Awaited<OngoingCall['report']>): void => {};
  const report: OngoingCall['report'] = new Promise((take) => {
    resolve = take;
  });

  const stopListening = noble.onReport((report) => {
    for (const event of fromNobleReport(report, report.atMs - calledAtMs)) {
      const before = state;
      feed(event);
      const heard = whoseLevel(before, state);
      if (heard !== undefined) tell({ news: 'heard', call, desk: heard, rssiDbm: report.rssiDbm, atMs: event.t });
    }
  });

  const stopWatching = noble.onScanLost((error) => {
    scan = 'off';
    feed({ t: elapsed(), event: 'scan-failed', reason: failureOf(error) });
  });

  const feed = (event: CallEvent): void => {
    tell({ news: 'trace', line: encodeTraceEvent(event) });
    const next = step(state, event);
    state = next.state;
    for (const action of next.actions) carryOut(action, event.t);
    cancelWake();
    if (next.nextDeadlineMs !== undefined && !isOver) {
      cancelWake = clock.wakeAt(calledAtMs + next.nextDeadlineMs, () => feed({ t: elapsed(), event: 'tick' }));
    }
  };

  const elapsed = (): number => clock.nowMs() - calledAtMs;

  const carryOut = (action: CallAction, atMs: number): void => {
    if (action.action === 'start-scan') void startScan();
    if (action.action === 'stop-scan') void stopScan();
    if (action.action === 'ring' || action.action === 'silence' || action.action === 'end-elsewhere') {
      if (!isDecided && state.decision !== undefined) {
        isDecided = true;
        tell({ news: 'decided', call, decision: state.decision });
      }
      tell({ news: action.action, call, reason: action.reason, atMs });
      // Where nothing is scanned there is nothing to wait for.
      if (scan === 'off') queueMicrotask(() => conclude(undefined));
    }
  };

  const startScan = async (): Promise<void> => {
    scan = 'starting';
    try {
      await noble.startScanning();
    } catch (error) {
      scan = 'off';
      feed({ t: elapsed(), event: 'scan-failed', reason: failureOf(error) });
      // Where the call was decided while the scan was still starting, nobody else ends it.
      conclude(undefined);
      return;
    }
    scan = 'on';
    scanStartedAtMs = elapsed();
    tell({ news: 'scan-started', call, atMs: scanStartedAtMs });
    feed({ t: scanStartedAtMs, event: 'scan-started', mode: 'low-latency' });
    // Decided, or over, while the scan was still starting: it must not go on by itself.
    if (state.phase !== 'deciding') await stopScan();
  };

  const stopScan = async (): Promise<void> => {
    if (scan !== 'on') return;
    scan = 'stopping';
    await noble.stopScanning().catch(() => {
      // The link is gone, and the scan with it.
    });
    const scanStoppedAtMs = elapsed();
    tell({ news: 'scan-stopped', call, atMs: scanStoppedAtMs });
    feed({ t: scanStoppedAtMs, event: 'scan-stopped' });
    conclude(scanStoppedAtMs);
  };

  const conclude = (scanStoppedAtMs: number | undefined): void => {
    if (isConcluded) return;
    isConcluded = true;
    stopListening();
    stopWatching();
    resolve({
      call,
      ...(state.decision === undefined ? {} : { decision: state.decision }),
      packets: { used: state.evidence.used, dropped: state.evidence.dropped as Readonly<Record<string, number>> },
      looks: state.looks,
      ...(scanStartedAtMs === undefined ? {} : { scanStartedAtMs }),
      ...(scanStoppedAtMs === undefined ? {} : { scanStoppedAtMs }),
    });
  };

  feed({
    t: 0,
    event: 'call',
    deadlineMs: incoming.deadlineMs ?? 1500,
    ...(incoming.deskPhone === undefined ? {} : { deskPhone: incoming.deskPhone }),
    ...(incoming.emergency === undefined ? {} : { emergency: incoming.emergency }),
  });
  return {
    report,
    told(deskPhone) {
      if (!isOver) feed({ t: elapsed(), event: 'call', deskPhone });
    },
    end(ending) {
      if (isOver) return;
      if (ending === 'hung-up') feed({ t: elapsed(), event: 'call-ended' });
      else if (ending !== undefined) feed({ t: elapsed(), event: 'answered', by: ending });
      isOver = true;
      cancelWake();
      tell({ news: 'trace', line: encodeTraceEvent({ t: elapsed(), event: 'end' }) });
      if (scan === 'off') conclude(undefined);
    },
  };
}

/** A controller that refuses has a fault; one that is silent or gone is off, as far as a phone can tell. */
function failureOf(error: unknown): ScanFailure {
  return (error as { readonly code?: unknown }).code === 'hci-refused' ? 'internal' : 'bluetooth-off';
}

/** Whose packet was counted last: the desk whose count grew; `null` for a beacon of the site that is nobody's. */
function whoseLevel(before: CallState, after: CallState): string | null | undefined {
  if (after.evidence === before.evidence || after.evidence.used === before.evidence.used) return undefined;
  for (const [desk, beacon] of Object.entries(after.evidence.beacons)) {
    if (beacon !== before.evidence.beacons[desk]) return desk;
  }
  return null;
}
