import type { CallReport } from '../phone/phone.js';
import type { CallClass, PlannedCall } from './scenes.js';

/** One call of the demo, as `--json` prints it. */
export interface DemoCall {
  readonly call: string;
  readonly class: CallClass;
  readonly truth: 'at-desk' | 'away';
  readonly expected: 'ring' | 'silence' | 'either';
  readonly decision: 'ring' | 'silence';
  readonly ok: boolean;
  readonly reason: string;
  readonly packets: { readonly used: number; readonly dropped: Readonly<Record<string, number>> };
  readonly decidedAtMs: number;
  readonly scanStartedAtMs: number | null;
  readonly scanStoppedAtMs: number | null;
  readonly llr: number;
  readonly pDesk: number;
  /** Some look lay within one nat of the line: another run may fall on the other side. */
  readonly close: boolean;
}

export interface Summary {
  readonly calls: number;
  readonly ok: number;
  /** Phones out of earshot, without power or beside a forger that were silenced: the error that costs a call. */
  readonly wronglySilenced: readonly string[];
  /** Phones at their desk that rang all the same: the nuisance. */
  readonly doubleRings: readonly string[];
  readonly neighboursSilenced: readonly string[];
}

const CLOSE_NATS = 1;

export function resultOf(planned: PlannedCall, report: CallReport): DemoCall {
  const { decision } = report;
  return {
    call: planned.call,
    class: planned.class,
    truth: planned.truth,
    expected: planned.expected,
    decision: decision.decision,
    ok: planned.expected === 'either' || planned.expected === decision.decision,
    reason: decision.reason,
    packets: report.packets,
    decidedAtMs: rounded(decision.decidedAtMs),
    scanStartedAtMs: report.scanStartedAtMs === undefined ? null : rounded(report.scanStartedAtMs),
    scanStoppedAtMs: report.scanStoppedAtMs === undefined ? null : rounded(report.scanStoppedAtMs),
    llr: decision.llr,
    pDesk: decision.pDesk,
    close: report.looks.some((look) => Math.abs(look.marginNats) < CLOSE_NATS),
  };
}

export function summarise(calls: readonly DemoCall[]): Summary {
  const names = (fits: (call: DemoCall) => boolean): readonly string[] => calls.filter(fits).map(({ call }) => call);
  return {
    calls: calls.length,
    ok: calls.filter(({ ok }) => ok).length,
    wronglySilenced: names((call) => call.expected === 'ring' && call.decision === 'silence'),
    doubleRings: names((call) => call.expected === 'silence' && call.decision === 'ring'),
    neighboursSilenced: names((call) => call.expected === 'either' && call.decision === 'silence'),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
