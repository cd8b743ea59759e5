import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeskPhone, DeskPhoneOptions } from './desk-phone.js';
import { startForeign } from './process.js';

/** A desk phone on "do not disturb": sipp, which registers and answers each INVITE with 480 and without a ring, as such phones do. */
export async function startQuietDeskPhone(options: Omit<DeskPhoneOptions, 'controlPort'>): Promise<DeskPhone> {
  const { user, host, proxyPort, sipPort, directory } = options;
  const refuses = join(directory, `quiet-${user}-refuses.xml`);
  await writeFile(refuses, refusal());
  const from = ['-i', host, '-p', String(sipPort), '-nostdin'];
  const register = async (expiresS: number): Promise<void> => {
    const file = join(directory, `quiet-${user}-registers.xml`);
    await writeFile(file, registration(options, expiresS), { mode: 0o600 });
    const once = ['-sf', file, '-m', '1', '-timeout', '5', '-timeout_error'];
    const sipp = startForeign('sipp', [`${host}:${proxyPort}`, ...once, ...from], directory);
    if ((await sipp.ended) !== 0) throw new Error(`the quiet desk phone: ${sipp.lastWords()}`);
  };
  await register(120);
  const phone = startForeign('sipp', ['-sf', refuses, ...from], directory);
  return {
    answer: async () => {}, // Nobody hears it.
    async close() {
      await phone.stop();
      await register(0);
    },
  };
}

function registration(
  { user, password, host, proxyPort }: Omit<DeskPhoneOptions, 'controlPort'>,
  expiresS: number,
): string {
  const register = (sequence: number, authorization: readonly string[]): string =>
    request([
      `REGISTER sip:${host}:${proxyPort} SIP/2.0`,
      'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
      `From: <sip:${user}@${host}>;tag=[call_number]`,
      `To: <sip:${user}@${host}>`,
      'Call-ID: [call_id]',
      `CSeq: ${sequence} REGISTER`,
      `Contact: <sip:${user}@[local_ip]:[local_port]>`,
      `Expires: ${expiresS}`,
      'Max-Forwards: 70',
      ...authorization,
      'Content-Length: 0',
    ]);
  return scenario([
    register(1, []),
    '<recv response="401" auth="true"/>',
    register(2, [`[authentication username=${user} password=${password}]`]),
    '<recv response="200"/>',
  ]);
}

function refusal(): string {
  const answer = [
    'SIP/2.0 480 Temporarily Unavailable',
    '[last_Via:]',
    '[last_From:]',
    '[last_To:];tag=[call_number]',
    '[last_Call-ID:]',
    '[last_CSeq:]',
    'Content-Length: 0',
  ];
  return scenario(['<recv request="INVITE"/>', request(answer), '<recv request="ACK"/>']);
}

function request(lines: readonly string[]): string {
  return `<send retrans="500"><![CDATA[\n${lines.join('\n')}\n\n]]></send>`;
}

function scenario(steps: readonly string[]): string {
  return `<?xml version="1.0"?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n<scenario name="desk">\n${steps.join('\n')}\n</scenario>\n`;
}
