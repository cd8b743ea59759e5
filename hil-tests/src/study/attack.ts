import type { CallEvent } from '@deskbeacon/proximity-core';
import type { OfficeCall } from './call-key.js';
import { generateCall } from './office-call.js';
import { outOfEarshotClasses, type StudyClass } from './placement.js';
import { createRandomStream, type RandomStream, uniformBetween } from './random-stream.js';
import { LOOKS_MS, maySilence, replayCall } from './score.js';
import type { Setting } from './setting.js';
import { clopperPearson } from './statistics.js';

/**
 * What somebody with a transmitter can do: the same calls with and without frames of his. He knows every recognition key (an
 * insider's phone holds them) and no temporary key, so that no frame of his is proven.
 */
export const attacks = [
  'weak-frames',
  'weak-frames-of-strangers',
  'spikes-5',
  'spikes-50',
  'own-desk-forged',
  'own-desk-only-forged',
] as const;
export type Attack = (typeof attacks)[number];

/** Calls of one class, each decided twice. */
export interface Paired {
  readonly attack: Attack;
  readonly studyClass: StudyClass;
  readonly calls: number;
  /** Silenced without and with the attack, and those that only one of the two silenced. */
  readonly before: number;
  readonly after: number;
  readonly onlyBefore: number;
  readonly onlyAfter: number;
  /** The same of calls whose largest ratio lies above 0: many more, so a smaller change shows. */
  readonly aboveZero: {
    readonly before: number;
    readonly after: number;
    readonly onlyBefore: number;
    readonly onlyAfter: number;
  };
  /** Share of the calls told apart by the attack above 0 that went towards silence; 95 %, Clopper-Pearson; .5 is chance. */
  readonly towardsSilence: { readonly low: number; readonly high: number } | null;
}

/** Frames of his for each of the others' in a second: ten times what one of them is heard. */
const FRAMES_EACH = 40;
const WEAKEST_DBM = -94;
/** Desks of the site that no plan knows and that nobody hears. */
const strangers = Array.from({ length: 100 }, (_, i) => `stranger-${i}`);

/** @param calls per class. */
export function measureAttack(attack: Attack, setting: Setting, seed: number, calls: number): readonly Paired[] {
  return (['neighbour', ...outOfEarshotClasses] as const).map((studyClass) => {
    const pairs = Array.from({ length: calls }, (_, index) => {
      const call = generateCall(setting, { seed, set: 'trial', studyClass, index });
      const random = createRandomStream(seed, 'attack', attack, studyClass, index);
      const before = judged(call, attack === 'own-desk-only-forged' ? withoutProof(call) : call.events);
      return { before, after: judged(call, attackers[attack](call, random)) };
    });
    const silence = count(pairs, ({ isSilent }) => isSilent);
    const aboveZero = count(pairs, ({ llr }) => llr > 0);
    const told = aboveZero.onlyBefore + aboveZero.onlyAfter;
    return {
      attack,
      studyClass,
      calls,
      ...silence,
      aboveZero,
      towardsSilence: told === 0 ? null : clopperPearson(aboveZero.onlyAfter, told),
    };
  });
}

interface Judged {
  readonly isSilent: boolean;
  readonly llr: number;
}

function judged({ header, ownDesk }: OfficeCall, events: readonly CallEvent[]): Judged {
  const { decision, at } = replayCall(header, events);
  const llrs = LOOKS_MS.filter((atMs) => maySilence(events, ownDesk, atMs)).map((atMs) => at?.[String(atMs)]?.llr ?? 0);
  return { isSilent: decision === 'silence', llr: Math.max(Number.NEGATIVE_INFINITY, ...llrs) };
}

function count(
  pairs: readonly { readonly before: Judged; readonly after: Judged }[],
  is: (one: Judged) => boolean,
): Paired['aboveZero'] {
  const of = (which: (pair: { readonly before: Judged; readonly after: Judged }) => boolean): number =>
    pairs.filter(which).length;
  return {
    before: of(({ before }) => is(before)),
    after: of(({ after }) => is(after)),
    onlyBefore: of(({ before, after }) => is(before) && !is(after)),
    onlyAfter: of(({ before, after }) => !is(before) && is(after)),
  };
}

const attackers: Readonly<Record<Attack, (call: OfficeCall, random: RandomStream) => readonly CallEvent[]>> = {
  'weak-frames': (call, random) => addWeakFrames(call, [], random),
  'weak-frames-of-strangers': (call, random) => addWeakFrames(call, strangers, random),
  'spikes-5': (call, random) => raiseOthers(call, 0.05, random),
  'spikes-50': (call, random) => raiseOthers(call, 0.5, random),
  'own-desk-forged': (call, random) => addOwn(call, call.events, random),
  'own-desk-only-forged': (call, random) => addOwn(call, withoutProof(call), random),
};

/** Frames in the name of every other desk of the plan, and of some more; weaker by 5 dB at least than any of it that is heard. */
function addWeakFrames(
  { header, events, ownDesk }: OfficeCall,
  alsoOf: readonly string[],
  random: RandomStream,
): readonly CallEvent[] {
  const weakestDbm = new Map<string, number>();
  for (const desk of [...Object.keys(header.site?.desksM ?? {}), ...alsoOf]) weakestDbm.set(desk, WEAKEST_DBM + 10);
  for (const event of events) {
    if (event.event !== 'sighting' || event.desk === null) continue;
    weakestDbm.set(event.desk, Math.min(weakestDbm.get(event.desk) ?? 0, event.rssiDbm));
  }
  weakestDbm.delete(ownDesk);
  const forged = [...weakestDbm].flatMap(([desk, dbm]) =>
    Array.from({ length: FRAMES_EACH }, () =>
      frameOf(desk, Math.round(uniformBetween(random, [WEAKEST_DBM, Math.max(WEAKEST_DBM, dbm - 5)])), random),
    ),
  );
  return inOrder([...events, ...forged]);
}

/** A share of the others' packets 20 to 30 dB louder. */
function raiseOthers({ events, ownDesk }: OfficeCall, share: number, random: RandomStream): readonly CallEvent[] {
  return events.map((event) =>
    event.event === 'sighting' && event.desk !== ownDesk && random.uniform() < share
      ? { ...event, rssiDbm: Math.min(-1, event.rssiDbm + Math.round(uniformBetween(random, [20, 30]))) }
      : event,
  );
}

/** Frames in the own desk's name, close by and unproven, as often as a beacon sends. */
function addOwn({ ownDesk }: OfficeCall, events: readonly CallEvent[], random: RandomStream): readonly CallEvent[] {
  return inOrder([...events, ...Array.from({ length: 10 }, () => frameOf(ownDesk, -45, random))]);
}

function withoutProof({ events, ownDesk }: OfficeCall): readonly CallEvent[] {
  return events.filter(
    (event) => event.event !== 'sighting' || event.desk !== ownDesk || event.authenticated === false,
  );
}

function frameOf(desk: string, rssiDbm: number, random: RandomStream): CallEvent {
  const t = Math.round(uniformBetween(random, [60, 1000]));
  return { t, event: 'sighting', desk, rssiDbm, frame: 'ibeacon', authenticated: false };
}

/** A call begins with its own event and the scan's, and ends with its end, whatever else has the same time. */
function inOrder(events: readonly CallEvent[]): readonly CallEvent[] {
  return events
    .map((event, i) => ({ event, i }))
    .sort((a, b) => a.event.t - b.event.t || a.i - b.i)
    .map(({ event }) => event);
}
