import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { openRadio, startNoble } from '@deskbeacon/beacon/radio';
import { decodeProfile } from '@deskbeacon/proximity-core';
import { type IncomingCall, type PhoneClock, type PhoneNews, takeCall } from './phone.js';

/**
 * A phone as a process of its own. It is started with a radio and a profile and is told of calls, one JSON line each on
 * standard input, as a push would. It is told neither where it is nor what is right.
 */

/** A phone listens all the time on one channel after the other: 100 ms each (Android 13 and newer, low latency). */
const LOW_LATENCY = { windowMs: 100, intervalMs: 100 };

const clock: PhoneClock = {
  nowMs: () => performance.now(),
  unixMs: (atMs) => performance.timeOrigin + atMs,
  wakeAt(atMs, wake) {
    const timer = setTimeout(wake, Math.max(0, atMs - performance.now()));
    return () => clearTimeout(timer);
  },
};

function tell(
  news: PhoneNews | { readonly news: 'ready' } | { readonly news: 'report'; readonly report: unknown },
): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}

async function main(): Promise<number> {
  const [radio, profileFile] = process.argv.slice(2);
  if (radio === undefined || profileFile === undefined) {
    process.stderr.write('usage: phone RADIO PROFILE\n');
    return 2;
  }
  const decoded = decodeProfile(JSON.parse(await readFile(profileFile, 'utf8')));
  if (!decoded.ok) {
    process.stderr.write(`phone: ${profileFile}: ${decoded.reason}\n`);
    return 65;
  }
  const link = await openRadio(radio);
  const noble = await startNoble(link, { scan: LOW_LATENCY });
  tell({ news: 'ready' });
  for await (const line of createInterface({ input: process.stdin })) {
    const incoming = JSON.parse(line) as IncomingCall;
    const report = await takeCall({ noble, profile: decoded.profile, clock, tell }, incoming);
    tell({ news: 'report', report });
  }
  await link.close();
  return 0;
}

process.on('SIGINT', () => {}); // Ctrl-C goes to the whole group; the demo ends its phone by closing its input.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`phone: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
