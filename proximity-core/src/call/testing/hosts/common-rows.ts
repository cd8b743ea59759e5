import type { HostRow, HostRows } from './host-table.js';

/** Rows that differ between hosts in their words alone, by what kind of host it is. */

const bothRing = 'both phones ring';

/** A host that keeps its own ringtone back until it is decided, and can end a leg that rings. */
export const holdingRows = {
  'comes-in': {
    does: ['hold-ring', 'start-scan'],
    permits: 'the app rings itself, and waits',
    facts: ['android-own-ring'],
    hears: 'the desk phone rings; this phone is quiet for up to 1.5 s',
  },
  'emergency-comes-in': {
    does: ['ring emergency-call'],
    permits: 'to ring at once',
    hears: `${bothRing} at once`,
  },
  'comes-in-desk-quiet': {
    does: ['ring desk-phone-not-alerting'],
    permits: 'to ring at once',
    hears: 'this phone rings at once, alone',
  },
  'comes-in-no-desk': {
    does: ['ring no-own-desk'],
    permits: 'to ring at once',
    hears: `${bothRing} at once, as without the product`,
  },
  'at-desk': {
    does: ['stop-scan', 'silence at-own-desk 8000'],
    permits: 'to go on being quiet',
    hears: 'the desk phone rings alone',
  },
  'one-frame': {
    does: ['stop-scan', 'ring too-few-packets'],
    permits: 'to ring now',
    hears: `after 1.5 s ${bothRing}`,
  },
  elsewhere: {
    does: ['stop-scan', 'ring own-desk-not-heard'],
    permits: 'to ring now',
    hears: 'after 1.5 s at most this phone rings',
  },
  nothing: {
    does: ['stop-scan', 'ring nothing-heard'],
    permits: 'to ring now',
    hears: 'after 1.5 s this phone rings',
  },
  'scan-silent': {
    does: ['stop-scan', 'ring scan-not-started'],
    permits: 'to ring now',
    hears: 'after 1.5 s this phone rings',
  },
  'answered-while-deciding': {
    does: ['stop-scan', 'end-elsewhere answered'],
    permits: 'to end its own leg',
    facts: ['android-disconnect'],
    hears: 'this phone has never rung',
  },
  'taken-while-deciding': {
    does: ['stop-scan'],
    permits: 'to answer from the quiet notification',
    hears: 'the call, on this phone',
  },
  'nobody-answers': {
    does: ['ring unanswered'],
    permits: 'to ring now',
    hears: `eight seconds later ${bothRing}`,
  },
  'answered-while-silent': {
    does: ['end-elsewhere answered'],
    permits: 'to end its own leg',
    facts: ['android-disconnect'],
    hears: 'this phone has never rung',
  },
  'desk-quiet-while-silent': {
    does: ['ring desk-phone-not-alerting'],
    permits: 'to ring now',
    hears: 'this phone rings at once',
  },
  'emergency-while-silent': {
    does: ['ring emergency-call'],
    permits: 'to ring now',
    hears: `${bothRing} at once`,
  },
  'gives-up-while-silent': {
    does: [],
    permits: 'to list a missed call',
    hears: 'the desk phone stops; this phone has never rung',
  },
  'answered-while-ringing': {
    does: ['end-elsewhere answered'],
    permits: 'to end its own leg',
    facts: ['android-disconnect'],
    hears: 'this phone stops',
  },
  'taken-while-ringing': {
    does: [],
    permits: 'to answer',
    hears: 'the call, on this phone; the desk phone stops',
  },
} as const satisfies HostRows;

/** A host with the ability to end a leg taken away: the telephone system ends it. */
const byCancel = { permits: 'the telephone system takes the leg back', facts: ['sip-cancel'] } as const;
export const cancelledRows = {
  'answered-while-deciding': { does: ['stop-scan'], ...byCancel, hears: 'this phone has never rung' },
  'answered-while-silent': { does: [], ...byCancel, hears: 'this phone has never rung' },
  'answered-while-ringing': { does: [], ...byCancel, hears: 'this phone stops' },
} as const satisfies HostRows;

/** A host that nobody has shown to be able to ring seconds later. */
const cannotRingLate = 'nothing that anybody has verified, once it was quiet';
export const neverLateRows = {
  'at-desk': {
    does: ['stop-scan', 'silence at-own-desk 0'],
    permits: 'to go on being quiet',
    hears: 'the desk phone rings alone, to the end of the call; it takes more evidence to come to this',
  },
  'nobody-answers': {
    does: [],
    permits: cannotRingLate,
    hears: 'the desk phone rings on, up to its voicemail; **this phone does not ring**',
  },
  'desk-quiet-while-silent': {
    does: ['ring desk-phone-not-alerting'],
    permits: cannotRingLate,
    hears: 'count on nothing: the ring is asked for and may not come',
  },
  'emergency-while-silent': {
    does: ['ring emergency-call'],
    permits: cannotRingLate,
    hears: 'on this phone, count on nothing: the ring is asked for and may not come',
  },
} as const satisfies HostRows;

/** A host that can neither wait nor end: every call rings, and nothing is scanned. */
const cannotSilence: HostRow = {
  does: ['ring host-cannot-silence'],
  permits: 'nothing that anybody has verified and that would keep it quiet',
  hears: `${bothRing}, as without the product`,
};
export const ringingRows = {
  'comes-in': cannotSilence,
  'emergency-comes-in': { does: ['ring emergency-call'], permits: 'it rings', hears: bothRing },
  'comes-in-desk-quiet': {
    does: ['ring desk-phone-not-alerting'],
    permits: 'it rings',
    hears: 'this phone rings, alone',
  },
  'comes-in-no-desk': { does: ['ring no-own-desk'], permits: 'it rings', hears: bothRing },
  'answered-while-ringing': cancelledRows['answered-while-ringing'],
  'taken-while-ringing': holdingRows['taken-while-ringing'],
} as const satisfies HostRows;
