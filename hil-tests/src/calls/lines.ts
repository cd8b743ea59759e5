import type { BuildingEvent } from './events.js';
import type { TelephoneCall } from './judge.js';

/** What `npm run demo:call` prints where no screen is shown. */

export function messageLine({ from, to, message }: Extract<BuildingEvent, { type: 'message' }>): string {
  return `${from.padEnd(6)} → ${to.padEnd(6)}  ${message.text.split('\r\n')[0]}`;
}

/** What was not as expected is told where something was not. */
export function jsonOf({ findings, ...call }: TelephoneCall): string {
  return JSON.stringify(call.ok ? call : { ...call, findings });
}

export function lineOf(call: TelephoneCall, text: string): string {
  const at = (ms: number | null): string => (ms === null ? '–' : `${Math.round(ms)} ms`);
  const { ok, decision, reason, deskAlertedAtMs, mobileAlertedAtMs, decidedAtMs, findings } = call;
  return [
    `${ok ? 'ok   ' : 'WRONG'} ${call.call}: ${text}`,
    `      desk alerts ${at(deskAlertedAtMs)}, app ${decision ?? 'undecided'} ${at(decidedAtMs)} (${reason ?? '–'}), app rings ${at(mobileAlertedAtMs)}`,
    ...findings.map((finding) => `      ${finding}`),
  ].join('\n');
}

export function summaryLine(calls: readonly TelephoneCall[]): string {
  const right = calls.filter(({ ok }) => ok).length;
  const doubled = calls.filter((one) => one.class === 'desk-pocket' && one.decision === 'ring').length;
  return `${right} of ${calls.length} calls as expected; double rings in a pocket: ${doubled}`;
}
