/**
 * What a host and a controller said to each other, taken from a capture: which commands, how each was answered, what came
 * unasked. Two conversations of one program with two controllers are diffed entry by entry.
 *
 * | packet | octets after the H4 type | Core specification Vol 4 Part E |
 * |---|---|---|
 * | command | opcode 2, length 1, parameters | §5.4.1 |
 * | Command Complete 0x0e | length, credits 1, opcode 2, status 1, return parameters | §7.7.14 |
 * | Command Status 0x0f | length, status 1, credits 1, opcode 2 | §7.7.15 |
 */
import { type BtsnoopRecord, type CommandAnswer, readCommandAnswer, readOpcode } from '@deskbeacon/beacon/radio';
import { findCommand } from '../air/hci-commands.js';
import { readAdvertisingReports } from './advertising-reports.js';

/** One command and its answer. */
export interface Exchange {
  readonly opcode: number;
  /** Hexadecimal, an octet at a time. */
  readonly parameters: string;
  /** In words; `no answer` where none came. */
  readonly answer: string;
}

export interface Conversation {
  readonly exchanges: readonly Exchange[];
  /** Everything else that passed, in words: a fact about each kind, as `LE Advertising Report, RSSI` → `127`. */
  readonly events: ReadonlyMap<string, string>;
}

/** One thing on which two controllers differ, as it stands in a row of `docs/controllers.md`. */
export interface Difference {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
}

/** @returns the conversation of one capture, from the host's side. */
export function readConversation(records: readonly BtsnoopRecord[]): Conversation {
  const exchanges: { opcode: number; parameters: string; answer: string }[] = [];
  const waiting: typeof exchanges = [];
  const unasked: { readonly record: BtsnoopRecord; readonly after: string }[] = [];
  for (const record of records) {
    const { direction, packet } = record;
    const opcode = direction === 'sent' ? readOpcode(packet) : undefined;
    if (opcode !== undefined) {
      const exchange = { opcode, parameters: toHex(packet.subarray(4)), answer: 'no answer' };
      exchanges.push(exchange);
      waiting.push(exchange);
      continue;
    }
    const answer = direction === 'received' ? readCommandAnswer(packet) : undefined;
    const index = answer === undefined ? -1 : waiting.findIndex((one) => one.opcode === answer.opcode);
    const [asked] = index < 0 ? [] : waiting.splice(index, 1);
    if (asked !== undefined && answer !== undefined) asked.answer = describeAnswer(answer);
    else unasked.push({ record, after: nameOf(exchanges.at(-1)?.opcode) });
  }
  return { exchanges, events: describeEvents(unasked) };
}

/**
 * Diffs two conversations in order. Commands are aligned by their opcodes; a run of LE Set Advertising Data with one
 * answer counts once, for how often frames alternate hangs on how long a program ran. A difference that recurs is told
 * once.
 */
export function diffConversations(ours: Conversation, theirs: Conversation): readonly Difference[] {
  const found: Difference[] = [];
  for (const [mine, other] of align(joinRuns(ours.exchanges), joinRuns(theirs.exchanges))) {
    const what = describeCommand((mine ?? other) as Run);
    if (mine === undefined || other === undefined) {
      found.push({ what, ours: mine?.answer ?? 'not sent', theirs: other?.answer ?? 'not sent' });
      continue;
    }
    if (mine.parameters !== other.parameters) {
      found.push({ what: `${nameOf(mine.opcode)}, parameters`, ours: mine.parameters, theirs: other.parameters });
    }
    if (mine.answer !== other.answer) found.push({ what, ours: mine.answer, theirs: other.answer });
  }
  for (const what of new Set([...ours.events.keys(), ...theirs.events.keys()])) {
    const [mine = 'never', other = 'never'] = [ours.events.get(what), theirs.events.get(what)];
    if (mine !== other) found.push({ what, ours: mine, theirs: other });
  }
  return [...new Map(found.map((one) => [`${one.what}|${one.ours}|${one.theirs}`, one])).values()];
}

type Run = Exchange;
type Pair = readonly [ours: Run | undefined, theirs: Run | undefined];

const SET_DATA = 0x2008;
/** Longer parameters are data and addresses; with them a name could not be read. */
const SHORT_PARAMETERS = 'xx xx'.length;

function describeCommand({ opcode, parameters }: Run): string {
  const isShort = parameters !== '' && parameters.length <= SHORT_PARAMETERS;
  return `${nameOf(opcode)}${isShort ? ` with ${parameters}` : ''}`;
}

function describeAnswer({ kind, credits, status, returnParameters }: CommandAnswer): string {
  const parts = [kind === 'complete' ? 'Command Complete' : 'Command Status'];
  if (credits !== 1) parts.push(`${credits} credits`);
  parts.push(status === undefined ? 'no status' : `status 0x${status.toString(16).padStart(2, '0')}`);
  if (returnParameters.length > 0) parts.push(toHex(returnParameters));
  return parts.join(', ');
}

function describeEvents(
  unasked: readonly { readonly record: BtsnoopRecord; readonly after: string }[],
): ReadonlyMap<string, string> {
  const kinds = new Map<string, { record: BtsnoopRecord; after: string }[]>();
  for (const one of unasked) {
    const isReport = readAdvertisingReports([one.record]).length > 0;
    const name = isReport ? 'LE Advertising Report' : describePacket(one.record);
    kinds.set(name, [...(kinds.get(name) ?? []), one]);
  }
  const facts = new Map<string, string>();
  for (const [name, all] of kinds) {
    facts.set(`${name}, how often`, all.length === 1 ? 'once' : 'again and again');
    facts.set(`${name}, first after`, all[0]?.after ?? '');
    const reports = readAdvertisingReports(all.map(({ record }) => record));
    const fact = (what: string, values: readonly string[]): void => {
      if (values.length > 0) facts.set(`${name}, ${what}`, [...new Set(values)].sort().join(' or '));
    };
    fact(
      'type',
      reports.map(({ type }) => String(type)),
    );
    fact(
      'address',
      reports.map(({ addressType, address }) => `${addressType} ${address}`),
    );
    fact(
      'RSSI',
      reports.map(({ rssiDbm }) => (rssiDbm === 127 ? '127' : 'a level')),
    );
  }
  return facts;
}

function describePacket({ direction, packet }: BtsnoopRecord): string {
  return `${direction === 'sent' ? 'sent' : 'event'} ${toHex(packet)}`;
}

/** Takes a run of LE Set Advertising Data with one answer as one, with each of its different parameters. */
function joinRuns(exchanges: readonly Exchange[]): readonly Run[] {
  const runs: { opcode: number; answer: string; parameters: Set<string> }[] = [];
  for (const { opcode, answer, parameters } of exchanges) {
    const last = runs.at(-1);
    if (opcode === SET_DATA && last?.opcode === opcode && last.answer === answer) last.parameters.add(parameters);
    else runs.push({ opcode, answer, parameters: new Set([parameters]) });
  }
  return runs.map((run) => ({ ...run, parameters: [...run.parameters].sort().join(' or ') }));
}

/** The longest common subsequence by opcode; what has no counterpart stands alone. */
function align(ours: readonly Run[], theirs: readonly Run[]): readonly Pair[] {
  const lengths = Array.from({ length: ours.length + 1 }, () => new Array<number>(theirs.length + 1).fill(0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = ours.length - 1; i >= 0; i -= 1) {
    for (let j = theirs.length - 1; j >= 0; j -= 1) {
      const isSame = ours[i]?.opcode === theirs[j]?.opcode;
      (lengths[i] as number[])[j] = isSame ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < ours.length || j < theirs.length) {
    const [mine, other] = [ours[i], theirs[j]];
    const isPair = mine !== undefined && mine.opcode === other?.opcode;
    const takesOurs = isPair || other === undefined || (mine !== undefined && at(i + 1, j) >= at(i, j + 1));
    const takesTheirs = isPair || !takesOurs;
    pairs.push([takesOurs ? mine : undefined, takesTheirs ? other : undefined]);
    if (takesOurs) i += 1;
    if (takesTheirs) j += 1;
  }
  return pairs;
}

function nameOf(opcode: number | undefined): string {
  if (opcode === undefined) return 'nothing';
  const number = `0x${opcode.toString(16).padStart(4, '0')}`;
  const name = findCommand(opcode)?.name;
  return name === undefined ? number : `${name} (${number})`;
}

function toHex(octets: Uint8Array): string {
  return [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join(' ');
}
