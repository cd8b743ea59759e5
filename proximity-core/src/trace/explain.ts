import { type Reason, reasons } from '../decision/reasons.js';
import type { ReplayedCall } from './replay.js';

/**
 * One sentence on why a call was decided as it was.
 * @returns English, with the numbers the rule compared.
 */
export function explain(call: ReplayedCall): string {
  const seconds = (call.decidedAtMs / 1000).toFixed(2);
  const why = reasons[call.reason as Reason] ?? 'The call was over before it was decided.';
  const verb = call.decision === 'silence' ? 'Silent' : 'Rings';
  const later =
    call.decision === 'silence' && (call.ringAfterMs ?? 0) > 0 ? `, for ${(call.ringAfterMs as number) / 1000} s` : '';
  return `${verb} after ${seconds} s${later}: ${why} (${call.packets.used} packets, ${call.llr.toFixed(1)} nats for the desk)`;
}
