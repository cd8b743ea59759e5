import type { ScanFailure } from '../../events.js';
import { type CallEvent, DEADLINE_MS, type Radio } from './radio.js';

/** What can happen in a call, by the state in which it happens. Each host's table has a row for each that it can come to. */

export type HostState = 'waiting' | 'deciding' | 'silent' | 'ringing';

export interface Moment {
  readonly state: HostState;
  readonly event: string;
  readonly events: (radio: Radio, scanFailure: ScanFailure) => readonly CallEvent[];
  /** The phone's owner has no desk here, or the phone no profile. */
  readonly isWithoutDesk?: boolean;
}

type News = Pick<Extract<CallEvent, { event: 'call' }>, 'deskPhone' | 'emergency'>;
const callWith = (news: News): CallEvent => ({ t: 0, event: 'call', deadlineMs: DEADLINE_MS, ...news });
const call = callWith({});
const deadline: CallEvent = { t: DEADLINE_MS, event: 'tick' };
/** While the phone decides, and while it is silent or rings. */
const EARLY_MS = 40;
const LATER_MS = 2000;
/** Later than any silence of the default policy lasts. */
const LONG_AFTER_MS = 12_000;

/** The events that bring a call into a state, where the host lets it come there. */
export const leads: Readonly<Record<HostState, (radio: Radio) => readonly CallEvent[]>> = {
  waiting: () => [],
  deciding: () => [call],
  silent: (radio) => [call, radio.started, ...radio.atDesk, deadline],
  ringing: (radio) => [call, radio.started, deadline],
};

export const moments = define({
  'comes-in': { state: 'waiting', event: 'the call comes in', events: () => [call] },
  'emergency-comes-in': {
    state: 'waiting',
    event: 'an emergency call comes in, or a call back from one',
    events: () => [callWith({ emergency: true })],
  },
  'comes-in-desk-quiet': {
    state: 'waiting',
    event: 'the call comes in, and the desk phone does not ring for it',
    events: () => [callWith({ deskPhone: 'not-alerting' })],
  },
  'comes-in-no-desk': {
    state: 'waiting',
    event: 'the call comes in, and the app has no profile, or no desk of its user in it',
    events: () => [call],
    isWithoutDesk: true,
  },
  'at-desk': {
    state: 'deciding',
    event: 'the own desk is heard, near and proven',
    events: (radio) => [radio.started, ...radio.atDesk, deadline],
  },
  'one-frame': {
    state: 'deciding',
    event: 'the own desk is heard once and no more',
    events: (radio) => [radio.started, { t: 300, event: 'sighting', desk: 'own', rssiDbm: -42 }, deadline],
  },
  elsewhere: {
    state: 'deciding',
    event: 'other desks are heard, the own one is not',
    events: (radio) => [radio.started, ...radio.elsewhere, deadline],
  },
  nothing: {
    state: 'deciding',
    event: 'nothing is heard until the deadline',
    events: (radio) => [radio.started, deadline],
  },
  'scan-silent': { state: 'deciding', event: 'the scan never starts', events: () => [deadline] },
  'scan-fails': {
    state: 'deciding',
    event: 'the scan fails',
    events: (_radio, reason) => [{ t: EARLY_MS, event: 'scan-failed', reason }],
  },
  'answered-while-deciding': {
    state: 'deciding',
    event: 'somebody answers at the desk',
    events: () => [{ t: EARLY_MS, event: 'answered', by: 'desk' }],
  },
  'taken-while-deciding': {
    state: 'deciding',
    event: 'the user answers this phone',
    events: () => [{ t: EARLY_MS, event: 'answered', by: 'this-phone' }],
  },
  'nobody-answers': {
    state: 'silent',
    event: 'nobody answers for eight seconds',
    events: () => [{ t: LONG_AFTER_MS, event: 'tick' }],
  },
  'answered-while-silent': {
    state: 'silent',
    event: 'somebody answers at the desk',
    events: () => [
      { t: LATER_MS, event: 'answered', by: 'desk' },
      { t: LONG_AFTER_MS, event: 'tick' },
    ],
  },
  'desk-quiet-while-silent': {
    state: 'silent',
    event: 'it becomes known that the desk phone does not ring',
    events: () => [{ t: LATER_MS, event: 'call', deskPhone: 'not-alerting' }],
  },
  'emergency-while-silent': {
    state: 'silent',
    event: 'it becomes known that it is an emergency call',
    events: () => [{ t: LATER_MS, event: 'call', emergency: true }],
  },
  'gives-up-while-silent': {
    state: 'silent',
    event: 'the caller gives up',
    events: () => [
      { t: LATER_MS, event: 'call-ended' },
      { t: LONG_AFTER_MS, event: 'tick' },
    ],
  },
  'answered-while-ringing': {
    state: 'ringing',
    event: 'somebody answers at the desk',
    events: () => [{ t: LATER_MS, event: 'answered', by: 'desk' }],
  },
  'taken-while-ringing': {
    state: 'ringing',
    event: 'the user answers this phone',
    events: () => [{ t: LATER_MS, event: 'answered', by: 'this-phone' }],
  },
});

function define<Id extends string>(all: Readonly<Record<Id, Moment>>): Readonly<Record<Id, Moment>> {
  return all;
}

export type MomentId = keyof typeof moments;
export const momentIds = Object.keys(moments) as readonly MomentId[];
