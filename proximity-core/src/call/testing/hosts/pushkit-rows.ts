import { neverLateRows } from './common-rows.js';
import type { HostRows } from './host-table.js';

/** An iPhone that has been made to ring by its push: all the app can do is stop it. */

export const rungAlready = 'the iPhone has rung already, before any JavaScript ran';
const ringsOn = 'it rings already, and goes on';
export const stops = 'to end the call that was reported';

export const pushKitRows: HostRows = {
  'comes-in': {
    does: ['start-scan'],
    permits: rungAlready,
    facts: ['ios-report', 'ios-enforced', 'ios-native-first', 'ios-no-quiet-ring'],
    hears: 'both phones ring at once',
  },
  'emergency-comes-in': { does: ['ring emergency-call'], permits: ringsOn, hears: 'both phones ring' },
  'comes-in-desk-quiet': {
    does: ['ring desk-phone-not-alerting'],
    permits: ringsOn,
    hears: 'the iPhone rings, alone',
  },
  'comes-in-no-desk': { does: ['ring no-own-desk'], permits: ringsOn, hears: 'both phones ring' },
  'at-desk': {
    does: ['stop-scan', 'end-elsewhere at-own-desk'],
    permits: stops,
    facts: ['ios-end', 'ios-flash', 'ios-traceless-end'],
    hears: 'both phones ring; after up to 1.5 s the iPhone stops, its call screen was seen; the desk phone rings on',
  },
  'one-frame': {
    does: ['stop-scan', 'ring too-few-packets'],
    permits: ringsOn,
    facts: ['ios-scan-once', 'ios-scan-restart'],
    hears: 'both phones ring on. Without ranging this is every call at the desk',
  },
  elsewhere: { does: ['stop-scan', 'ring own-desk-not-heard'], permits: ringsOn, hears: 'the iPhone rings on' },
  nothing: { does: ['stop-scan', 'ring nothing-heard'], permits: ringsOn, hears: 'the iPhone rings on' },
  'scan-silent': {
    does: ['stop-scan', 'ring scan-not-started'],
    permits: ringsOn,
    facts: ['ios-scan-in-push'],
    hears: 'the iPhone rings on',
  },
  'scan-fails': { does: ['ring bluetooth-off'], permits: ringsOn, hears: 'the iPhone rings on' },
  'answered-while-deciding': {
    does: ['stop-scan', 'end-elsewhere answered'],
    permits: stops,
    facts: ['ios-end'],
    hears: 'the iPhone stops',
  },
  'taken-while-deciding': {
    does: ['stop-scan'],
    permits: 'to answer; it has been ringing',
    hears: 'the call, on the iPhone; the desk phone stops',
  },
  'nobody-answers': { ...neverLateRows['nobody-answers'], facts: ['ios-ring-again'] },
  'answered-while-silent': {
    does: ['end-elsewhere answered'],
    permits: 'nothing is left to end; a host drops the second end of one call',
    hears: 'nothing more on the iPhone',
  },
  'desk-quiet-while-silent': { ...neverLateRows['desk-quiet-while-silent'], facts: ['ios-ring-again'] },
  'emergency-while-silent': { ...neverLateRows['emergency-while-silent'], facts: ['ios-ring-again'] },
  'gives-up-while-silent': {
    does: [],
    permits: 'to list a missed call in the app',
    hears: 'the desk phone stops; the iPhone had rung for a moment',
  },
  'answered-while-ringing': {
    does: ['end-elsewhere answered'],
    permits: stops,
    facts: ['ios-end'],
    hears: 'the iPhone stops',
  },
  'taken-while-ringing': {
    does: [],
    permits: 'to answer',
    hears: 'the call, on the iPhone; the desk phone stops',
  },
};
