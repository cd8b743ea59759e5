import {
  createReplay,
  decodeProfile,
  decodeTraceLine,
  explain,
  finishReplay,
  type ReplayedCall,
  type ReplayOptions,
  type ReplayStep,
  replayLine,
  type SiteProfile,
  type TraceLine,
} from '@deskbeacon/proximity-core';
import type { RandomStream } from '../../study/random-stream.js';
import { drawBelow, drawOne, type FuzzTarget, mustHold, octetsOf } from '../target.js';
import { jsonDictionary, mutateJson, parseJson } from './json-inputs.js';
import { validProfile } from './profile.js';

const MOST_LINES = 60;
const header = {
  deskbeacon: 'trace',
  version: 1,
  call: 'c-1',
  desks: ['d-1'],
  wallClock: 1_795_000_000_000,
  host: { canHoldRing: true, canRingLate: true, canWatch: true },
  phone: { offsetDb: 0, sdDb: 4 },
  newestWindowsS: { 'd-1': 1_794_999_000 },
  site: { powerAt1mDbm: -59, intervalMs: 100, desksM: { 'd-1': [0, 0], 'd-2': [1.6, 0] }, othersAtMost: 20 },
};
const events: readonly object[] = [
  { t: 0, event: 'call', deadlineMs: 1500, deskPhone: 'alerting' },
  { t: 3, event: 'scan-started', mode: 'low-latency', windowMs: 100, intervalMs: 100 },
  { t: 40, event: 'sighting', desk: 'd-1', frame: 'eid', rssiDbm: -52, ageMs: 1 },
  { t: 90, event: 'sighting', desk: 'd-2', frame: 'ibeacon', rssiDbm: -70 },
  { t: 120, event: 'advertisement', address: '00:11', rssiDbm: -60, data: '0201061aff4c000215' },
  { t: 200, event: 'ranging', desk: 'd-1', rssiDbm: -55, count: 3 },
  { t: 250, event: 'region', state: 'entered' },
  { t: 260, event: 'audio-route', route: 'car' },
  { t: 300, event: 'scan-failed', reason: 'internal' },
  { t: 400, event: 'scan-stopped' },
  { t: 600, event: 'tick' },
  { t: 5000, event: 'answered', by: 'desk' },
  { t: 9000, event: 'call-ended', by: 'elsewhere' },
  { t: 9001, event: 'end' },
];

/**
 * A file of recorded calls: every line is read or refused with a reason; what replays, replays to the same octets again; and
 * every call ends in ring or silence, with numbers that are numbers, and a sentence.
 */
export const trace: FuzzTarget = {
  name: 'trace',
  mostOctets: 2048,
  dictionary: [...jsonDictionary, ...octetsOf('\n', ...[header, ...events].map((line) => `${JSON.stringify(line)}\n`))],
  seeds: () => [encodeLines([header, ...events]), encodeLines(callAtDesk())],
  generate(random) {
    const lines = random.uniform() < 0.3 ? callAtDesk() : [header, ...events];
    const changed = lines.map((line) => (random.uniform() < 0.15 ? mutateJson(line, random) : line));
    return encodeLines(random.uniform() < 0.3 ? shuffled(changed, random) : changed);
  },
  run(input) {
    const { options, isPlanned, isTwice } = wayOf(input);
    const read = readLines(input);
    const lines = isPlanned ? read : read.map(withoutPlan);
    const calls = replayAll(lines, options);
    for (const call of calls) checkCall(call);
    mustHold(
      !isTwice || JSON.stringify(calls) === JSON.stringify(replayAll(lines, options)),
      'a trace is decided otherwise when it is replayed again',
    );
  },
};

/** How an input is decided, by the sum of its octets. Every line of every input is read. */
interface Way {
  readonly options: ReplayOptions;
  /** One in four: to weigh two hundred places around a desk on a plan takes longer than all the rest. */
  readonly isPlanned: boolean;
  /** One in eight. */
  readonly isTwice: boolean;
}

function wayOf(input: Uint8Array): Way {
  let sum = 0;
  for (const octet of input) sum += octet;
  const isPlanned = (sum >> 1) % 4 === 0;
  const profile = isPlanned ? plannedProfile : unplannedProfile;
  return { options: sum % 2 === 0 ? { atMs: [500] } : { profile }, isPlanned, isTwice: (sum >> 3) % 8 === 0 };
}

function takeProfile(value: unknown): SiteProfile {
  const decoded = decodeProfile(value);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.profile;
}

const plannedProfile = takeProfile(validProfile);
const unplannedProfile = takeProfile({
  ...validProfile,
  beacons: validProfile.beacons.map(({ positionM: _place, ...beacon }) => beacon),
});

function withoutPlan(line: TraceLine): TraceLine {
  if (line.kind !== 'header' || line.header.site?.desksM === undefined) return line;
  const { desksM: _plan, ...site } = line.header.site;
  return { ...line, header: { ...line.header, site } };
}

function callAtDesk(): readonly object[] {
  const heard = Array.from({ length: 12 }, (_, i) => ({
    t: 20 + 90 * i,
    event: 'sighting',
    desk: i % 2 === 0 ? 'd-1' : 'd-2',
    frame: 'eid',
    rssiDbm: i % 2 === 0 ? -52 : -69,
  }));
  return [header, events[0] as object, events[1] as object, ...heard, { t: 1600, event: 'end' }];
}

function encodeLines(lines: readonly unknown[]): Uint8Array {
  return new Uint8Array(Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n'), 'utf8'));
}

function shuffled(lines: readonly unknown[], random: RandomStream): readonly unknown[] {
  const at = drawBelow(random, lines.length);
  return [...lines.slice(0, at), drawOne(random, lines), ...lines.slice(at)];
}

function readLines(input: Uint8Array): readonly TraceLine[] {
  const texts = Buffer.from(input).toString('utf8').split('\n').slice(0, MOST_LINES);
  return texts.flatMap((text) => {
    const parsed = parseJson(text);
    if (parsed === undefined) return [];
    const decoded = decodeTraceLine(parsed.value);
    mustHold(decoded.ok || decoded.reason.length > 0, 'a line is refused without a reason');
    return decoded.ok ? [decoded.line] : [];
  });
}

/** A line that cannot stand where it stands is passed over. */
function replayAll(lines: readonly TraceLine[], options: ReplayOptions): readonly ReplayedCall[] {
  const calls: ReplayedCall[] = [];
  let replay = createReplay(options);
  const take = (step: ReplayStep): void => {
    if (!step.ok) return;
    replay = step.replay;
    if (step.finished !== undefined) calls.push(step.finished);
  };
  for (const line of lines) take(replayLine(replay, line));
  take(finishReplay(replay));
  return calls;
}

function checkCall(call: ReplayedCall): void {
  mustHold(call.decision === 'ring' || call.decision === 'silence', 'a call that neither rings nor is silent');
  mustHold(call.pDesk >= 0 && call.pDesk <= 1, `a probability of ${call.pDesk}`);
  mustHold(Number.isFinite(call.llr), `a likelihood ratio of ${call.llr}`);
  mustHold(Number.isFinite(call.decidedAtMs), `decided at ${call.decidedAtMs}`);
  const sentence = explain(call);
  mustHold(sentence.endsWith('.') && !/NaN|undefined|Infinity/.test(sentence), `explained by "${sentence}"`);
}
