import type { BuildingEvent, Party } from '../events.js';
import type { PlannedTelephoneCall } from '../plan.js';
import { explainMessage } from './explain-message.js';
import { explainNews } from './explain-news.js';
import { bodyOf, headerOf, isEffectOf, type ReadMessage, readMessage } from './read-message.js';
import type { ArrowRow, Lane, Row } from './row.js';

/** The ladder of one call at a time, from what happens in the building: pure, one event after the other. */
export interface Ladder {
  readonly planned?: PlannedTelephoneCall;
  /** The first INVITE of the caller: where the call's time begins, and its Call-ID. */
  readonly start?: { readonly unixMs: number; readonly callId: string };
  readonly isOver: boolean;
  readonly rows: readonly Row[];
  readonly apps: KnownApps;
  /** Messages that were the same as one before, from the same phone to the same phone. */
  readonly repeated: number;
  readonly texts: readonly string[];
}

/** Whose app speaks from a port, and whose device a push token names; apps say both when they register. */
interface KnownApps {
  readonly laneOfPort: Readonly<Record<number, Lane>>;
  readonly laneOfToken: Readonly<Record<string, Lane>>;
}

type MessageEvent = Extract<BuildingEvent, { type: 'message' }>;
type AppEvent = Extract<BuildingEvent, { type: 'app' }>;

export const emptyLadder: Ladder = {
  isOver: false,
  rows: [],
  apps: { laneOfPort: {}, laneOfToken: {} },
  repeated: 0,
  texts: [],
};

export function addEvent(ladder: Ladder, event: BuildingEvent): Ladder {
  switch (event.type) {
    case 'call':
      return { ...emptyLadder, planned: event.planned, apps: ladder.apps };
    case 'message':
      return addMessage({ ...ladder, apps: learnApps(ladder.apps, event) }, event);
    case 'app':
      return addNews(ladder, event);
    case 'results':
      return { ...ladder, isOver: true };
  }
}

/** @returns the ladder of a capture, whose apps may say who they are after they were first pushed. */
export function ladderOf(events: readonly BuildingEvent[]): Ladder {
  const apps = events.reduce(
    (known, event) => (event.type === 'message' ? learnApps(known, event) : known),
    emptyLadder.apps,
  );
  return events.reduce(addEvent, { ...emptyLadder, apps });
}

function learnApps(known: KnownApps, { from, message: { text, fromPort } }: MessageEvent): KnownApps {
  if (from !== 'app' || !text.startsWith('REGISTER ')) return known;
  const lane = laneOfUser(registeredUser(text));
  if (lane === undefined) return known;
  const token = /;pn-prid=([^;>\s]+)/.exec(headerOf(text, 'Contact') ?? '')?.[1];
  return {
    laneOfPort: { ...known.laneOfPort, [fromPort]: lane },
    laneOfToken: token === undefined ? known.laneOfToken : { ...known.laneOfToken, [token]: lane },
  };
}

function addMessage(ladder: Ladder, event: MessageEvent): Ladder {
  if (ladder.planned === undefined || ladder.isOver) return ladder;
  const { unixMs, fromPort, toPort, text } = event.message;
  const message = readMessage(text);
  if (message === undefined) return ladder;
  const isFirst = ladder.start === undefined && event.from === 'caller' && message.method === 'INVITE';
  const start = isFirst ? { unixMs, callId: message.callId } : ladder.start;
  const hop = start === undefined ? undefined : hopOf(ladder.apps, event);
  if (start === undefined || hop === undefined || !isOfCall(ladder.planned, message, text, start.callId)) return ladder;
  const known = `${fromPort} ${toPort} ${text}`;
  if (ladder.texts.includes(known)) return { ...ladder, repeated: ladder.repeated + 1 };
  const explained = explainMessage(message, text, hop);
  const row: ArrowRow = {
    kind: 'arrow',
    atMs: unixMs - start.unixMs,
    ...hop,
    ...explained,
    isMinor: explained.isMinor || isSaidAgain(ladder.rows, explained.label, hop),
    becomes: becomesOf(message, hop, fromPort, toPort),
    message,
  };
  return { ...ladder, start, rows: insertRow(ladder.rows, row), texts: [...ladder.texts, known] };
}

type Hop = Pick<ArrowRow, 'from' | 'to' | 'isPush'>;

/** @returns between which lanes a message goes; nothing for what the push service answers the proxy. */
function hopOf(apps: KnownApps, { from, to, message }: MessageEvent): Hop | undefined {
  if (from === 'push') return undefined;
  if (to === 'push') {
    const token = /^MESSAGE sip:([^@]+)@/.exec(message.text)?.[1] ?? '';
    return { from: 'proxy', to: apps.laneOfToken[token] ?? 'app', isPush: true };
  }
  const laneOf = (party: Exclude<Party, 'push'>, port: number): Lane =>
    party === 'app' ? (apps.laneOfPort[port] ?? 'app') : party;
  return { from: laneOf(from, message.fromPort), to: laneOf(to, message.toPort), isPush: false };
}

/** Where apps register meanwhile, they do so to join; desk phones register for themselves. */
function isOfCall(planned: PlannedTelephoneCall, message: ReadMessage, text: string, callId: string): boolean {
  if (message.of === 'MESSAGE') return bodyOf(text).includes(JSON.stringify(callId));
  if (message.of === 'REGISTER') return isCalled(planned, registeredUser(text));
  return message.callId === callId;
}

/** The apps of an extension are `1001m` and `1001n`. */
function isCalled({ extension }: PlannedTelephoneCall, user: string): boolean {
  return user.startsWith(extension ?? '1001') && laneOfUser(user) !== undefined;
}

function laneOfUser(user: string): Lane | undefined {
  if (user.endsWith('m')) return 'app';
  return user.endsWith('n') ? 'app 2' : undefined;
}

function registeredUser(text: string): string {
  return /sips?:([^@>]+)@/.exec(headerOf(text, 'To') ?? '')?.[1] ?? '';
}

/** Each phone that rings is told to the caller, and an app that is challenged registers twice: once is enough. */
function isSaidAgain(rows: readonly Row[], label: string, { from, to }: Hop): boolean {
  if (label !== 'REGISTER' && (label !== '180' || to !== 'caller')) return false;
  return rows.some((row) => row.kind === 'arrow' && row.label === label && row.from === from && row.to === to);
}

/** What is audible is told by SIP for desk phones, and by the apps themselves for apps, but for an app that takes the call. */
function becomesOf(message: ReadMessage, { from, to }: Hop, fromPort: number, toPort: number): Row['becomes'] {
  const { status = 0, of, method } = message;
  if (from === 'desk' && of === 'INVITE' && status >= 180)
    return [{ lane: 'desk', who: String(fromPort), state: status < 200 ? 'ringing' : 'awake' }];
  if (to === 'desk' && method === 'CANCEL') return [{ lane: 'desk', who: String(toPort), state: 'awake' }];
  if ((from === 'app' || from === 'app 2') && ((of === 'INVITE' && status >= 200) || method === 'REGISTER'))
    return [{ lane: from, who: '', state: 'awake' }];
  return [];
}

function addNews(ladder: Ladder, { user, news }: AppEvent): Ladder {
  const { planned, start, isOver } = ladder;
  const lane = laneOfUser(user);
  if (planned === undefined || start === undefined || isOver || lane === undefined) return ladder;
  if (!isCalled(planned, user)) return ladder;
  if (news.call !== undefined && news.call !== start.callId) return ladder;
  const explained = explainNews(news);
  if (explained === undefined) return ladder;
  const { means = '', tone, state } = explained;
  const becomes = state === undefined ? [] : [{ lane, who: '', state }];
  const row: Row = { kind: 'mark', atMs: news.unixMs - start.unixMs, lane, means, tone, becomes };
  return { ...ladder, rows: insertRow(ladder.rows, row) };
}

/**
 * Puts a row where its time says. Messages and apps are heard on several ways, and the proxy reports with several processes: one
 * that can only be the cause of another stands before it, and is not later.
 */
function insertRow(rows: readonly Row[], row: Row): readonly Row[] {
  const effect =
    row.kind === 'arrow'
      ? rows.findIndex((other) => other.kind === 'arrow' && isEffectOf(other.message, row.message))
      : -1;
  const latestMs = effect < 0 ? Number.POSITIVE_INFINITY : (rows[effect] as Row).atMs;
  const atMs = Math.min(row.atMs, latestMs);
  let at = effect < 0 ? rows.length : effect;
  while (at > 0 && (rows[at - 1] as Row).atMs > atMs) at -= 1;
  return [...rows.slice(0, at), { ...row, atMs }, ...rows.slice(at)];
}
