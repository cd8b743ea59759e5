import { type CallAction, type CallEvent, type Reason, type ReplayedCall, reasons } from '@deskbeacon/proximity-core';
import type { CallTrack, TrackedEvent } from './call-track.js';

/** What happens, in words: for those who do not see a picture, and for those who do. */

/** @returns such as `0.52 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

export function reasonInWords(reason: string): string {
  return reasons[reason as Reason] ?? 'The call was over before it was decided.';
}

/** @returns one event and what the reducer asked for, such as `d-15 at −52 dBm`. */
export function eventInWords({ event, packet, actions }: TrackedEvent): string {
  const asked = actions.map(actionInWords).join(', ');
  return `${happened(event, packet)}${asked === '' ? '' : ` → ${asked}`}`;
}

function happened(event: CallEvent, packet: TrackedEvent['packet']): string {
  switch (event.event) {
    case 'call':
      return 'A call comes in';
    case 'scan-started':
      return `The scan has started${event.mode === undefined ? '' : ` (${event.mode})`}`;
    case 'scan-stopped':
      return 'The scan has stopped';
    case 'scan-failed':
      return `The scan failed: ${event.reason}`;
    case 'advertisement':
    case 'sighting':
    case 'ranging': {
      const level = `${signed(event.rssiDbm)} dBm`;
      if (packet?.dropped !== undefined) return `A packet at ${level}, not counted: ${packet.dropped}`;
      return `${packet?.desk ?? 'A beacon of the site'} at ${level}`;
    }
    case 'region':
      return `Region ${event.change}`;
    case 'audio-route':
      return `Audio goes to the ${event.route}`;
    case 'answered':
      return `Answered${event.by === undefined ? '' : ` by ${event.by === 'desk' ? 'the desk phone' : event.by}`}`;
    case 'call-ended':
      return 'The call has ended';
    case 'tick':
      return 'The host’s timer';
    default:
      return 'The record ends';
  }
}

function actionInWords(action: CallAction): string {
  switch (action.action) {
    case 'hold-ring':
      return 'hold the ring';
    case 'start-scan':
      return 'start to scan';
    case 'stop-scan':
      return 'stop scanning';
    case 'ring':
      return `ring (${action.reason})`;
    case 'silence':
      return `stay silent (${action.reason})`;
    default:
      return `end here (${action.reason})`;
  }
}

/** @returns a number with a minus sign and not a hyphen. */
export function signed(value: number, digits = 0): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** @returns a sentence for a picture of the evidence. */
export function evidenceInWords(track: CallTrack, call: ReplayedCall | undefined): string {
  const { looks } = track.state();
  const last = looks[looks.length - 1];
  const found =
    last === undefined
      ? 'No look at the evidence was taken'
      : `Last look after ${seconds(last.atMs)}: ${aboveLine(last.marginNats)}`;
  return call === undefined
    ? `${found}. Not decided yet.`
    : `${found}. Decision: ${call.decision} after ${seconds(call.decidedAtMs)}.`;
}

/** @returns where evidence lies, such as `1.3 nats below the line of silence`. */
export function aboveLine(marginNats: number): string {
  return `${Math.abs(marginNats).toFixed(1)} nats ${marginNats < 0 ? 'below' : 'above'} the line of silence`;
}
