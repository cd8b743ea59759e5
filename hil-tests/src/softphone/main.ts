import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { openRadio, startNoble } from '@deskbeacon/beacon/radio';
import { decodeProfile, type HostCapabilities } from '@deskbeacon/proximity-core';
import { openCall, type PhoneClock, type PhoneNews } from '../phone/phone.js';
import type { SoftphoneNews } from './news.js';
import { openSoftphone } from './softphone.js';

/**
 * The softphone app as a process of its own: SIP on one side, a radio on the other, the call reducer between them. Its settings come
 * from a file; what its user does comes as JSON lines on standard input: `{"do":"answer"}`, `"end"`, `"decline-for-all"`.
 */

interface Settings {
  readonly radio: string;
  readonly profile: unknown;
  readonly user: string;
  readonly password: string;
  readonly proxy: { readonly host: string; readonly port: number; readonly ca?: string };
  readonly push: { readonly host: string; readonly port: number; readonly provider: string };
  /** What its platform permits; all that Android does where absent. */
  readonly host?: HostCapabilities;
}

const LOW_LATENCY = { windowMs: 100, intervalMs: 100 };

const clock: PhoneClock = {
  nowMs: () => performance.now(),
  unixMs: (atMs) => performance.timeOrigin + atMs,
  wakeAt(atMs, wake) {
    const timer = setTimeout(wake, Math.max(0, atMs - performance.now()));
    return () => clearTimeout(timer);
  },
};

/** Each with its instant, so that one clock serves all processes of this machine. */
function tell(news: PhoneNews | SoftphoneNews): void {
  process.stdout.write(`${JSON.stringify({ ...news, unixMs: performance.timeOrigin + performance.now() })}\n`);
}

async function main(): Promise<number> {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    process.stderr.write('usage: softphone SETTINGS\n');
    return 2;
  }
  const { radio, profile, host, ...sip } = JSON.parse(await readFile(file, 'utf8')) as Settings;
  const decoded = decodeProfile(profile);
  if (!decoded.ok) {
    process.stderr.write(`softphone: ${file}: ${decoded.reason}\n`);
    return 65;
  }
  const link = await openRadio(radio);
  const noble = await startNoble(link, { scan: LOW_LATENCY });
  const softphone = await openSoftphone({
    ...sip,
    tell,
    begin: (incoming) => openCall({ noble, profile: decoded.profile, clock, tell, ...(host && { host }) }, incoming),
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: what } = JSON.parse(line) as { readonly do: string };
    if (what === 'answer') await softphone.answer();
    if (what === 'end') softphone.endHere();
    if (what === 'decline-for-all') await softphone.declineForAll();
  }
  await softphone.close();
  await link.close();
  return 0;
}

process.on('SIGINT', () => {}); // Ctrl-C goes to the whole group; who started it closes its input.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`softphone: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
