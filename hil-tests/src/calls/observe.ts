import type { News } from './apps.js';
import type { Observed } from './judge.js';
import type { SeenMessage } from './telephony/hep.js';

/** One app's part of a call, told from the messages and from what the app did, on this machine's one clock. */
export function observe(
  messages: readonly SeenMessage[],
  news: readonly News[],
  { deskPorts, callerPort }: { readonly deskPorts: readonly number[]; readonly callerPort: number },
): Observed {
  const appPorts = news.flatMap(({ port }) => port ?? []);
  const invite = messages.find(({ text, fromPort }) => fromPort === callerPort && text.startsWith('INVITE '));
  const startMs = invite?.unixMs ?? Number.NaN;
  const since = (unixMs: number | undefined): number | null => (unixMs === undefined ? null : unixMs - startMs);
  const status = (code: number): readonly SeenMessage[] =>
    messages.filter(({ text }) => text.startsWith(`SIP/2.0 ${code} `) && /\nCSeq: *\d+ INVITE/i.test(text));
  const fromDesk = ({ fromPort }: SeenMessage): boolean => deskPorts.includes(fromPort);
  const fromApp = ({ fromPort }: SeenMessage): boolean => appPorts.includes(fromPort);
  const answer = status(200).find((message) => fromDesk(message) || fromApp(message));
  const decided = news.find((one) => one.news === 'decided');
  const at = (name: string): number | null => since(news.find((one) => one.news === name)?.unixMs);
  const finals = messages
    .filter((message) => fromApp(message) && /\nCSeq: *\d+ INVITE/i.test(message.text))
    .map(({ text }) => Number(/^SIP\/2\.0 ([2-6]\d\d)/.exec(text)?.[1] ?? 0))
    .filter((code) => code > 0);
  return {
    deskAlertedAtMs: since(status(180).find(fromDesk)?.unixMs),
    mobileAlertedAtMs: at('ring'),
    decision: decided?.decision?.decision ?? null,
    reason: decided?.decision?.reason ?? null,
    decidedAtMs: since(decided?.unixMs),
    scanStartedAtMs: at('scan-started'),
    scanStoppedAtMs: at('scan-stopped'),
    answeredBy: answer === undefined ? null : fromDesk(answer) ? 'desk' : 'mobile',
    mobileFinals: finals,
    answeredSound: answer === undefined ? null : soundOf(answer.text),
  };
}

/** SRTP is what names a key for it (RFC 4568). */
function soundOf(answer: string): 'rtp' | 'srtp' {
  return /\r\nm=audio [1-9]\d* RTP\/SAVPF? /.test(answer) && /\r\na=crypto:\d+ \S+ inline:/.test(answer)
    ? 'srtp'
    : 'rtp';
}
