import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ForeignProcess, startForeign } from './process.js';

/** Somebody who calls: sipp, one call a process. */
export interface CallerOptions {
  readonly callId: string;
  readonly extension: string;
  readonly host: string;
  readonly proxyPort: number;
  readonly port: number;
  readonly password: string;
  readonly directory: string;
  /** What it waits for: an answer, after which the call ends in half a second; to hang up so long after it rings; to be declined. */
  readonly until: 'answered' | 'declined' | { readonly hangsUpAfterMs: number };
  /** Sound by SRTP and by nothing else. */
  readonly sound?: 'srtp' | undefined;
  /** A call-back of an emergency centre (RFC 7090). */
  readonly isEmergency?: boolean;
}

const LIMIT_S = 40;

export async function startCaller(options: CallerOptions): Promise<ForeignProcess> {
  const { callId, extension, host, proxyPort, port, directory } = options;
  const file = join(directory, `${callId}.xml`);
  await writeFile(file, scenarioOf(options), { mode: 0o600 });
  const remote = `${host}:${proxyPort}`;
  const args = ['-sf', file, '-i', host, '-p', String(port), '-s', extension, '-m', '1', '-cid_str', callId];
  return startForeign(
    'sipp',
    [
      remote,
      ...args,
      '-nostdin',
      '-default_behaviors',
      'all,-abortunexp',
      '-timeout',
      String(LIMIT_S),
      '-timeout_error',
    ],
    directory,
  );
}

function scenarioOf({ host, proxyPort, password, until, sound, isEmergency }: CallerOptions): string {
  const to = `<sip:[service]@${host}>`;
  const from = `<sip:caller@${host}>;tag=[call_number]`;
  const via = 'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]';
  const provisional = ['100', '180', '180', '180'].map((code) => `<recv response="${code}" optional="true"/>`).join('');
  const invite = (sequence: number, authorization: readonly string[]): string =>
    message([
      `INVITE sip:[service]@${host}:${proxyPort} SIP/2.0`,
      via,
      `From: ${from}`,
      `To: ${to}`,
      'Call-ID: [call_id]',
      `CSeq: ${sequence} INVITE`,
      'Contact: <sip:caller@[local_ip]:[local_port]>',
      'Max-Forwards: 70',
      ...authorization,
      ...(isEmergency ? ['Priority: psap-callback'] : []),
      'Content-Type: application/sdp',
      'Content-Length: [len]',
      '',
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio 41000 RTP/${sound === 'srtp' ? 'SAVP' : 'AVP'} 0`,
      'a=rtpmap:0 PCMU/8000',
      ...(sound === 'srtp' ? [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${soundKey}`] : []),
    ]);
  // Key and salt (RFC 4568 §6.2), the same in both INVITEs; no sound is ever sent under it.
  const soundKey = randomBytes(30).toString('base64');
  const digest = `[authentication username=caller password=${password}]`;
  const challenged = [
    send(invite(1, [])),
    '<recv response="407" auth="true"/>',
    `<send>${late('ACK', '[last_To:]', 1)}</send>`,
    send(invite(2, [digest])),
  ];
  const body = typeof until === 'object' ? cancelled(until.hangsUpAfterMs) : taken[until](to, from, via, provisional);
  return `<?xml version="1.0"?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n<scenario name="caller">\n${challenged.join('\n')}\n${body}\n</scenario>\n`;
}

const taken = { answered, declined };

function declined(_to: string, _from: string, _via: string, provisional: string): string {
  return `${provisional}<recv response="603"/>\n<send>${late('ACK', '[last_To:]', 2)}</send>`;
}

function answered(to: string, from: string, via: string, provisional: string): string {
  const inDialog = (method: string, sequence: number): string =>
    message([
      `${method} [next_url] SIP/2.0`,
      via,
      '[routes]',
      `From: ${from}`,
      `To: ${to}[peer_tag_param]`,
      'Call-ID: [call_id]',
      `CSeq: ${sequence} ${method}`,
      'Max-Forwards: 70',
      'Content-Length: 0',
    ]);
  return [
    `${provisional}<recv response="200" rrs="true"/>`,
    `<send>${inDialog('ACK', 2)}</send>`,
    '<pause milliseconds="500"/>',
    send(inDialog('BYE', 3)),
    '<recv response="200"/>',
  ].join('\n');
}

/** RFC 3261 §9.1 and §17.1.1.3: the same Via, and nothing of the answers but what names the call. */
function late(method: string, to: string, sequence: number): string {
  return message([
    `${method} [last_Request_URI] SIP/2.0`,
    '[last_Via:]',
    '[last_From:]',
    to,
    '[last_Call-ID:]',
    `CSeq: ${sequence} ${method}`,
    'Max-Forwards: 70',
    'Content-Length: 0',
  ]);
}

function cancelled(afterMs: number): string {
  const more = ['100', '180', '180', '180'].map((code) => `<recv response="${code}" optional="true"/>`).join('');
  return [
    '<recv response="100" optional="true"/><recv response="180"/>',
    `<pause milliseconds="${afterMs}"/>`,
    send(late('CANCEL', 'To: <sip:[service]@127.0.0.1>', 2)),
    `${more}<recv response="200"/>`,
    `${more}<recv response="487"/>`,
    `<send>${late('ACK', '[last_To:]', 2)}</send>`,
  ].join('\n');
}

function send(content: string): string {
  return `<send retrans="500">${content}</send>`;
}

function message(lines: readonly string[]): string {
  return `<![CDATA[\n${lines.join('\n')}\n\n]]>`;
}
