import type { PlannedTelephoneCall } from './plan.js';
import { RING_AFTER_MS } from './plan.js';
import { DECLINES_AFTER_MS } from './telephony/desk-phone.js';

/** One call as its messages and the app's ringer tell it; all times in milliseconds from the INVITE at the proxy. */
export interface TelephoneCall {
  readonly call: string;
  readonly class: string;
  readonly expected: PlannedTelephoneCall['expected'];
  /** The desk phone's first 180; `null` where there was none. */
  readonly deskAlertedAtMs: number | null;
  /** The app began to ring audibly. */
  readonly mobileAlertedAtMs: number | null;
  readonly decision: 'ring' | 'silence' | null;
  readonly reason: string | null;
  readonly decidedAtMs: number | null;
  readonly scanStartedAtMs: number | null;
  readonly scanStoppedAtMs: number | null;
  readonly answeredBy: 'desk' | 'mobile' | null;
  readonly ok: boolean;
  /** What was not as expected, in words. */
  readonly findings: readonly string[];
}

export type Observed = Omit<TelephoneCall, 'ok' | 'findings' | 'call' | 'class' | 'expected'> & {
  /** Final responses that the mobile leg sent itself. */
  readonly mobileFinals: readonly number[];
  /** What the answer to the INVITE agrees to; `null` where nobody answered. */
  readonly answeredSound: 'rtp' | 'srtp' | null;
};

const STOP_LIMIT_MS = 50;
/** Timers of a loaded machine, on top of what is promised. */
const LATE_MS = 400;
const LATEST_DECISION_MS = 1500;

/** What is judged of a plan. */
export type Judged = Omit<PlannedTelephoneCall, 'text' | 'extension' | 'second'>;

/** Pure: what a call was to be against what it was. */
export function judgeCall(planned: Judged, { mobileFinals, answeredSound, ...seen }: Observed): TelephoneCall {
  const findings = [
    ...decisionFindings(planned, seen),
    ...scanFindings(planned, seen),
    ...signalFindings(planned, seen, mobileFinals),
    ...soundFindings(planned, answeredSound),
  ];
  const { call, class: where, expected } = planned;
  return { call, class: where, expected, ...seen, ok: findings.length === 0, findings };
}

type Seen = Omit<Observed, 'mobileFinals' | 'answeredSound'>;

function decisionFindings({ expected, ending, isEmergency, desk }: Judged, seen: Seen): string[] {
  const { decision, decidedAtMs, mobileAlertedAtMs } = seen;
  const findings: string[] = [];
  if (decision === null)
    return ending.by === 'caller' && ending.afterMs < LATEST_DECISION_MS ? [] : ['it was never decided'];
  if (expected !== 'either' && decision !== expected)
    findings.push(`it decided ${decision} (${seen.reason}), not ${expected}`);
  if (decidedAtMs !== null && decidedAtMs > LATEST_DECISION_MS + LATE_MS) findings.push('it decided late');
  if (decision === 'ring' && (mobileAlertedAtMs === null || mobileAlertedAtMs > (decidedAtMs ?? 0) + LATE_MS))
    findings.push('it did not ring when it decided to');
  if (decision === 'silence') {
    const ringsAtMs = desk === 'declines' ? DECLINES_AFTER_MS : (decidedAtMs ?? 0) + RING_AFTER_MS;
    const isOverBefore = ending.afterMs < ringsAtMs;
    if (isOverBefore && mobileAlertedAtMs !== null) findings.push('it rang though it was to stay quiet');
    if (!isOverBefore && (mobileAlertedAtMs === null || Math.abs(mobileAlertedAtMs - ringsAtMs) > LATE_MS))
      findings.push(`it rang not ${Math.round(ringsAtMs)} ms after the call, when it had to`);
  }
  if ((isEmergency || desk === 'unregistered' || desk === 'do-not-disturb') && seen.scanStartedAtMs !== null)
    findings.push('it scanned though it had to ring at once');
  return findings;
}

function scanFindings({ hasBluetooth }: Judged, seen: Seen): string[] {
  const { scanStartedAtMs, scanStoppedAtMs, decidedAtMs } = seen;
  if (scanStartedAtMs === null) return [];
  if (!hasBluetooth) return ['it scanned without Bluetooth'];
  if (scanStoppedAtMs === null) return ['its scan never stopped'];
  return decidedAtMs !== null && scanStoppedAtMs - decidedAtMs > STOP_LIMIT_MS
    ? [`its scan stopped ${Math.round(scanStoppedAtMs - decidedAtMs)} ms after the decision`]
    : [];
}

function signalFindings(planned: Judged, seen: Seen, mobileFinals: readonly number[]): string[] {
  const { ending, desk } = planned;
  const findings: string[] = [];
  if ((desk === 'registered' || desk === 'declines') && seen.deskAlertedAtMs === null)
    findings.push('the desk phone did not alert');
  const answeredBy = ending.by === 'desk' || ending.by === 'mobile' ? ending.by : null;
  if (seen.answeredBy !== answeredBy) findings.push(`answered by ${seen.answeredBy}, not by ${answeredBy}`);
  // Whoever takes the call says 200; a call that is taken back, 487; 603 is never right.
  const allowed = ending.by === 'mobile' ? 200 : 487;
  const others = mobileFinals.filter((code) => code !== allowed);
  if (others.length > 0) findings.push(`the mobile leg sent ${others.join(', ')}`);
  return findings;
}

/** Whoever is offered encrypted sound alone may take it or refuse it, and never take it as plain. */
function soundFindings({ sound }: Judged, answered: Observed['answeredSound']): string[] {
  const offered = sound ?? 'rtp';
  return answered === null || answered === offered ? [] : [`${offered} was offered and ${answered} was answered`];
}
