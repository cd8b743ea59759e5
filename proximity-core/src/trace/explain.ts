import { type Reason, reasons } from '../decision/reasons.js';
import type { HeardBeacon } from './heard.js';
import type { ReplayedCall } from './replay.js';

/**
 * One sentence on why a call was decided as it was: when, the reason, what was heard of the own desk, the strongest other, and
 * the number against the line.
 * @param call as a replay gave it.
 * @returns English, the same bytes on every machine.
 * @example
 * ```ts
 * const begun = replayLine(createReplay(), { kind: 'header', header: { call: 'c-1', desks: [] } });
 * const called = begun.ok ? replayLine(begun.replay, { kind: 'event', event: { t: 0, event: 'call' } }) : begun;
 * const ended = called.ok ? finishReplay(called.replay) : called;
 * ended.ok && ended.finished && explain(ended.finished).split(' (')[0]; // → 'Rings after 0.00 s: The phone has no desk in this site, or no profile'
 * ```
 */
export function explain(call: ReplayedCall): string {
  const silentFor =
    call.decision === 'silence' && (call.ringAfterMs ?? 0) > 0 ? `, for ${seconds(call.ringAfterMs)}` : '';
  const verb = call.decision === 'silence' ? 'Silent' : 'Rings';
  const late =
    call.rangLate === undefined ? '' : `; rang at ${seconds2(call.rangLate.atMs)}: ${sentence(call.rangLate.reason)}`;
  return `${verb} after ${seconds2(call.decidedAtMs)}${silentFor}: ${sentence(call.reason)} (${numbers(call)})${late}.`;
}

function numbers({ heard, packets, llr, pDesk }: ReplayedCall): string {
  const dropped = Object.entries(packets.dropped).map(([reason, count]) => `${count} ${reason}`);
  return [
    heard.own === undefined ? 'own desk not heard' : `own desk ${beaconText(heard.own)}`,
    heard.strongestOther === undefined ? 'no other desk heard' : `strongest other ${beaconText(heard.strongestOther)}`,
    `${llr.toFixed(1)} nats for the desk of ${heard.neededNats.toFixed(1)} needed`,
    `${Math.round(100 * pDesk)} % sure`,
    `${packets.used} packets`,
    ...(dropped.length === 0 ? [] : [`dropped ${dropped.join(' and ')}`]),
  ].join(', ');
}

function beaconText({ desk, packets, levelDb }: HeardBeacon): string {
  return `"${desk}" ${packets} times at ${levelDb.toFixed(1)} dB`;
}

function sentence(reason: string): string {
  const text = reasons[reason as Reason] ?? 'The call was over before it was decided.';
  return text.slice(0, -1);
}

function seconds(ms: number | undefined): string {
  return `${(ms ?? 0) / 1000} s`;
}

function seconds2(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
