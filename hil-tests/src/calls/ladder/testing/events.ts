import { readFileSync } from 'node:fs';
import type { BuildingEvent, Party } from '../../events.js';
import type { TelephoneCall } from '../../judge.js';
import { type PlannedTelephoneCall, plannedCalls } from '../../plan.js';
import { decodeCapture } from '../capture.js';

/** Events of calls for tests: recorded ones, and ones made up of few lines. */

const ports: Readonly<Record<Party | 'app 2' | 'desk 2', number>> = {
  caller: 1,
  proxy: 2,
  desk: 3,
  'desk 2': 33,
  app: 4,
  'app 2': 44,
  push: 5,
};
export const START_MS = 1_795_000_000_000;
export const CALL_ID = 'c-1';

export function recorded(name: string): readonly BuildingEvent[] {
  const file = new URL(`../../../../../docs/calls/${name}.jsonl`, import.meta.url);
  return decodeCapture(readFileSync(file, 'utf8'), name);
}

export function plan(name: string): PlannedTelephoneCall {
  const planned = plannedCalls.find(({ call }) => call === name);
  if (planned === undefined) throw new RangeError(`no call "${name}"`);
  return planned;
}

export function begin(name: string): BuildingEvent {
  return { type: 'call', planned: plan(name) };
}

/** @param first its first line. @param cseq for example `1 INVITE`. */
export function said(
  atMs: number,
  from: keyof typeof ports,
  to: keyof typeof ports,
  first: string,
  cseq: string,
  more: { readonly branch?: string; readonly headers?: readonly string[]; readonly body?: string } = {},
): BuildingEvent {
  const { branch = `z9-${ports[from] + ports[to]}-${cseq.replace('ACK', 'INVITE')}`, headers = [], body = '' } = more;
  const request = /^[A-Z]+$/.test(first) ? `${first} sip:1001@127.0.0.1 SIP/2.0` : first;
  const head = [
    request,
    `Via: SIP/2.0/UDP 127.0.0.1;branch=${branch}`,
    `Call-ID: ${CALL_ID}`,
    `CSeq: ${cseq}`,
    ...headers,
  ];
  const message = {
    unixMs: START_MS + atMs,
    fromPort: ports[from],
    toPort: ports[to],
    text: `${head.join('\r\n')}\r\n\r\n${body}`,
  };
  return { type: 'message', from: partyOf(from), to: partyOf(to), message };
}

function partyOf(name: keyof typeof ports): Party {
  return name.replace(/ 2$/, '') as Party;
}

export function news(atMs: number, user: string, what: string, more: object = {}): BuildingEvent {
  return { type: 'app', user, news: { news: what, call: CALL_ID, unixMs: START_MS + atMs, ...more } };
}

export function result(name: string, more: Partial<TelephoneCall> = {}): TelephoneCall {
  const { class: where, expected } = plan(name);
  return {
    ...{ call: name, class: where, expected, deskAlertedAtMs: 8, mobileAlertedAtMs: null, decision: 'silence' },
    ...{ reason: 'at-own-desk', decidedAtMs: 546, scanStartedAtMs: 45, scanStoppedAtMs: 547, answeredBy: 'desk' },
    ...{ ok: true, findings: [] },
    ...more,
  };
}
