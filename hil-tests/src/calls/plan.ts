import type { CallClass } from '../demo/scenes.js';

/** What happens in one call, and what must come of it. */
export interface PlannedTelephoneCall {
  readonly call: string;
  /** Where the phone is; `desk-…` at its own desk. */
  readonly class: CallClass | 'home';
  readonly text: string;
  readonly expected: 'ring' | 'silence' | 'either';
  /** `declines`: its person presses the red key two seconds after it began to ring. */
  readonly desk: 'registered' | 'unregistered' | 'do-not-disturb' | 'declines';
  readonly hasBluetooth: boolean;
  readonly isEmergency: boolean;
  /** The caller offers sound by SRTP and by nothing else (RFC 4568); plain RTP where absent. */
  readonly sound?: 'srtp';
  /** 1001 where absent. 1002 rings at the same desk; 1003 has another one at home. */
  readonly extension?: '1002' | '1003';
  /** A second app of the same extension, somewhere else. */
  readonly second?: { readonly class: CallClass; readonly expected: PlannedTelephoneCall['expected'] };
  /** The person ends the ringing of the app, so long after the INVITE, as CallKit's red button does: others ring on. */
  readonly endsHereAfterMs?: number;
  /** Who ends the ringing, and when, counted from the INVITE; `decline` is a 603 from the app, which no app of ours sends. */
  readonly ending: { readonly by: 'desk' | 'mobile' | 'caller' | 'decline'; readonly afterMs: number };
}

export const RING_AFTER_MS = 8000;

const usual = { desk: 'registered', hasBluetooth: true, isEmergency: false } as const;
const hangsUp = { by: 'caller', afterMs: 3000 } as const;
const deskAnswers = { by: 'desk', afterMs: 2600 } as const;

export const plannedCalls: readonly PlannedTelephoneCall[] = [
  {
    ...usual,
    call: 'at-desk',
    class: 'desk-hand',
    text: 'in the hand at the own desk; answered at the desk',
    expected: 'silence',
    ending: deskAnswers,
  },
  {
    ...usual,
    call: 'pocket',
    class: 'desk-pocket',
    text: 'in a pocket at the own desk; answered at the desk',
    expected: 'either',
    ending: deskAnswers,
  },
  {
    ...usual,
    call: 'neighbour',
    class: 'neighbour',
    text: 'at the neighbour’s desk; nobody answers',
    expected: 'either',
    ending: { by: 'caller', afterMs: 10_500 },
  },
  {
    ...usual,
    call: 'corridor',
    class: 'corridor',
    text: 'in the corridor; answered on the mobile',
    expected: 'ring',
    ending: { by: 'mobile', afterMs: 2600 },
  },
  {
    ...usual,
    call: 'ended-on-mobile',
    class: 'corridor',
    text: 'in the corridor, ended on the mobile; the desk rings on and is answered',
    expected: 'ring',
    endsHereAfterMs: 2000,
    ending: { by: 'desk', afterMs: 3000 },
  },
  {
    ...usual,
    call: 'next-room',
    class: 'next-room',
    text: 'in the next room, behind drywall; the caller hangs up',
    expected: 'ring',
    ending: hangsUp,
  },
  {
    ...usual,
    call: 'gone',
    class: 'gone',
    text: 'out of the building; answered on the mobile',
    expected: 'ring',
    ending: { by: 'mobile', afterMs: 2600 },
  },
  {
    ...usual,
    call: 'bluetooth-off',
    class: 'desk-hand',
    text: 'at the own desk, Bluetooth off; answered at the desk',
    expected: 'ring',
    hasBluetooth: false,
    ending: deskAnswers,
  },
  {
    ...usual,
    call: 'forged',
    class: 'forger',
    text: 'out of the building, beside a forger; the caller hangs up',
    expected: 'ring',
    ending: hangsUp,
  },
  {
    ...usual,
    call: 'desk-unregistered',
    class: 'desk-hand',
    text: 'at the own desk, its phone unplugged; answered on the mobile',
    expected: 'ring',
    desk: 'unregistered',
    ending: { by: 'mobile', afterMs: 2600 },
  },
  {
    ...usual,
    call: 'desk-on-dnd',
    class: 'desk-hand',
    text: 'at the own desk, its phone on do not disturb; answered on the mobile',
    expected: 'ring',
    desk: 'do-not-disturb',
    ending: { by: 'mobile', afterMs: 2600 },
  },
  {
    ...usual,
    call: 'declined-at-desk',
    class: 'desk-hand',
    text: 'in the hand at the own desk, declined on its phone; answered on the mobile',
    expected: 'silence',
    desk: 'declines',
    ending: { by: 'mobile', afterMs: 3600 },
  },
  {
    ...usual,
    call: 'nobody-answers',
    class: 'desk-hand',
    text: 'in the hand at the own desk; nobody answers',
    expected: 'silence',
    ending: { by: 'caller', afterMs: 10_500 },
  },
  {
    ...usual,
    call: 'hangs-up',
    class: 'desk-hand',
    text: 'in the hand at the own desk; the caller hangs up',
    expected: 'either',
    ending: { by: 'caller', afterMs: 700 },
  },
  {
    ...usual,
    call: 'emergency',
    class: 'desk-hand',
    text: 'at the own desk, an emergency centre calls back',
    expected: 'ring',
    isEmergency: true,
    ending: hangsUp,
  },
  {
    ...usual,
    call: 'two-mobiles',
    class: 'desk-hand',
    text: 'one app at the own desk, another in the corridor; answered at the desk',
    expected: 'silence',
    second: { class: 'corridor', expected: 'ring' },
    ending: deskAnswers,
  },
  {
    ...usual,
    call: 'two-extensions',
    class: 'desk-hand',
    text: 'another extension at the same desk, its app there; answered at the desk',
    expected: 'silence',
    extension: '1002',
    ending: deskAnswers,
  },
  {
    ...usual,
    call: 'at-home',
    class: 'home',
    text: 'at the other desk of an extension, at home; answered there',
    // Nothing else is heard there to compare it with: one beacon alone leaves the rule unsure more often.
    expected: 'either',
    extension: '1003',
    ending: deskAnswers,
  },
  {
    ...usual,
    call: 'home-and-away',
    class: 'gone',
    text: 'at neither desk of an extension that has two; answered on the mobile',
    expected: 'ring',
    extension: '1003',
    ending: { by: 'mobile', afterMs: 2600 },
  },
  {
    ...usual,
    call: 'srtp-at-desk',
    class: 'desk-hand',
    text: 'in the hand at the own desk, encrypted sound is offered; answered at the desk',
    expected: 'silence',
    sound: 'srtp',
    ending: deskAnswers,
  },
  {
    ...usual,
    call: 'srtp-on-mobile',
    class: 'corridor',
    text: 'in the corridor, encrypted sound is offered; answered on the mobile',
    expected: 'ring',
    sound: 'srtp',
    ending: { by: 'mobile', afterMs: 2600 },
  },
];

/** What goes wrong where a quiet app declines: a 6xx ends the call for everybody (RFC 3261 §16.7). */
export const declinedForAll: PlannedTelephoneCall = {
  ...usual,
  call: 'declined-for-all',
  class: 'desk-hand',
  text: 'in the hand at the own desk; the app answers 603',
  expected: 'silence',
  ending: { by: 'decline', afterMs: 2200 },
};
