import { encodeHex } from '../../advertisement/bytes.js';
import { eidFrame, iBeaconFrame, neighbourKey, nowMs } from '../../call/testing/desk.js';
import type { OpenCall } from '../calls.js';
import { type ProximityCore, proximityCore } from '../facade.js';
import { type ProximityCoreTools, proximityCoreTools } from '../tools.js';

/** The facade as a host sees it: texts. */

export type Answer = Readonly<Record<string, unknown>> & { readonly ok: boolean };

/** All functions from text to text, of both globals. */
export const asked: Omit<ProximityCore, 'version' | 'openCall' | 'resumeCall'> & ProximityCoreTools = {
  ...proximityCore,
  ...proximityCoreTools,
};

/** Asks one function; the answer must be JSON. */
export function ask(name: keyof typeof asked, request: unknown): Answer {
  return JSON.parse(asked[name](JSON.stringify(request))) as Answer;
}

export function tell(call: OpenCall, event: unknown): Answer {
  return JSON.parse(call.step(JSON.stringify(event))) as Answer;
}

export function stateOf(call: OpenCall): Readonly<Record<string, unknown>> {
  return (JSON.parse(call.state()) as { readonly state: Readonly<Record<string, unknown>> }).state;
}

/** A call under the profile of `call/testing/desk.ts`, at the own desk: raw frames of it and of the neighbour. */
export function eventsAtDesk(untilMs = 1500): readonly object[] {
  const frames = [
    { data: eidFrame(nowMs), rssiDbm: -52 },
    { data: iBeaconFrame(nowMs, neighbourKey), rssiDbm: -70 },
  ];
  const events: object[] = [
    { t: 0, event: 'call', deadlineMs: 1500 },
    { t: 2, event: 'scan-started', mode: 'low-latency' },
  ];
  for (let i = 0; 10 + 40 * i < untilMs; i += 1) {
    const { data, rssiDbm } = frames[i % 2] as { readonly data: string; readonly rssiDbm: number };
    events.push({ t: 10 + 40 * i, event: 'advertisement', address: '', rssiDbm: rssiDbm - (i % 3), data });
  }
  return events;
}

/** Octets that no codec of ours writes. */
export function octets(...values: readonly number[]): string {
  return encodeHex(Uint8Array.from(values));
}
