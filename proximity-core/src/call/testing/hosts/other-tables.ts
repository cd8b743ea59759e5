import { cancelledRows, holdingRows, neverLateRows, ringingRows } from './common-rows.js';
import type { HostTable } from './host-table.js';

/** Android phones, and computers. */

const foregroundService: HostTable = {
  id: 'telecom-service',
  name: 'Android, FCM and self-managed Telecom (Core-Telecom), with a foreground service',
  capabilities: { canHoldRing: true, canRingLate: true, canEndElsewhere: true },
  radio: 'every-packet',
  scanFailure: 'too-frequent',
  facts: ['android-push', 'android-service', 'android-channel', 'android-duty', 'android-headset', 'android-headless'],
  summary: {
    atDesk: 'quiet, where the decision is sure',
    away: 'rings within 1.5 s',
    nobodyAnswers: 'rings after 8 s',
    costs:
      'a notification without sound in every call, or the push loses its priority; native code that starts the service',
  },
  rows: {
    ...holdingRows,
    'comes-in': { ...holdingRows['comes-in'], facts: ['android-push', 'android-service', 'android-own-ring'] },
    'at-desk': { ...holdingRows['at-desk'], facts: ['android-channel', 'android-duty'] },
    'scan-fails': {
      does: ['ring scan-throttled'],
      permits: 'to ring now',
      facts: ['android-throttle'],
      hears: 'this phone rings at once',
    },
    'nobody-answers': { ...holdingRows['nobody-answers'], facts: ['android-own-ring', 'android-channel'] },
  },
};

const withoutService: HostTable = {
  id: 'telecom-no-service',
  name: 'Android, FCM and Telecom, without a foreground service',
  capabilities: { canHoldRing: true, canRingLate: false, canEndElsewhere: true },
  radio: 'one-window',
  scanFailure: 'too-frequent',
  facts: ['android-push', 'android-duty', 'android-stopped', 'android-headless'],
  summary: {
    atDesk: 'mostly rings, 1.5 s late: the scan hardly listens; quiet where a window falls into the call',
    away: 'rings within 1.5 s',
    nobodyAnswers: 'where it was quiet it stays quiet: the call goes to voicemail',
    costs: 'most of the use, and the ring after 8 s. Start the service instead',
  },
  rows: {
    ...holdingRows,
    ...neverLateRows,
    'comes-in': { ...holdingRows['comes-in'], facts: ['android-push', 'android-own-ring'] },
    'at-desk': { ...neverLateRows['at-desk'], facts: ['android-duty'] },
    nothing: {
      ...holdingRows.nothing,
      facts: ['android-duty'],
      hears: 'after 1.5 s this phone rings, at the desk too: most calls meet no window',
    },
    'scan-fails': {
      does: ['ring scan-throttled'],
      permits: 'to ring now',
      facts: ['android-throttle'],
      hears: 'this phone rings at once',
    },
    'nobody-answers': { ...neverLateRows['nobody-answers'], facts: ['android-stopped'] },
    'desk-quiet-while-silent': { ...neverLateRows['desk-quiet-while-silent'], facts: ['android-stopped'] },
    'emergency-while-silent': { ...neverLateRows['emergency-while-silent'], facts: ['android-stopped'] },
  },
};

const linphoneOwnRinging: HostTable = {
  id: 'linphone-android',
  name: 'Android, an app on the Linphone SDK that rings itself, with a foreground service',
  capabilities: { canHoldRing: true, canRingLate: true },
  radio: 'every-packet',
  scanFailure: 'too-frequent',
  facts: ['linphone-ringing', 'linphone-leg', 'android-service', 'android-duty'],
  summary: {
    atDesk: 'quiet, where the decision is sure',
    away: 'rings within 1.5 s',
    nobodyAnswers: 'rings after 8 s',
    costs: 'the SDK’s ringing is switched off, and the app brings its own',
  },
  rows: {
    ...holdingRows,
    ...cancelledRows,
    'comes-in': { ...holdingRows['comes-in'], facts: ['linphone-ringing', 'android-push', 'android-service'] },
    'at-desk': { ...holdingRows['at-desk'], facts: ['linphone-ringing', 'android-duty'] },
    'scan-fails': {
      does: ['ring scan-throttled'],
      permits: 'to ring now',
      facts: ['android-throttle'],
      hears: 'this phone rings at once',
    },
  },
};

const linphoneAsDelivered: HostTable = {
  id: 'linphone-android-sdk-rings',
  name: 'Android, an app on the Linphone SDK that leaves ringing to the SDK',
  capabilities: { canHoldRing: false, canRingLate: false },
  radio: 'every-packet',
  scanFailure: 'too-frequent',
  facts: ['linphone-default', 'linphone-leg'],
  summary: {
    atDesk: 'rings in every call, as without the product',
    away: 'rings at once',
    nobodyAnswers: 'it has been ringing all the time',
    costs: 'nothing, and nothing is gained: let the app ring itself',
  },
  rows: { ...ringingRows, 'comes-in': { ...ringingRows['comes-in'], facts: ['linphone-default', 'linphone-leg'] } },
};

const computer: HostTable = {
  id: 'computer',
  name: 'Computer, a softphone in Node (Linux; the one of the tests)',
  capabilities: { canHoldRing: true, canRingLate: true },
  radio: 'every-packet',
  scanFailure: 'internal',
  facts: ['node-call', 'sip-cancel'],
  summary: {
    atDesk: 'quiet, where the decision is sure',
    away: 'rings within 1.5 s',
    nobodyAnswers: 'rings after 8 s',
    costs: 'a Bluetooth adapter; nothing of the platform stands in the way',
  },
  rows: {
    ...holdingRows,
    ...cancelledRows,
    'comes-in': { ...holdingRows['comes-in'], facts: ['node-call'] },
    'scan-fails': { does: ['ring scan-failed'], permits: 'to ring now', hears: 'this phone rings at once' },
    'nobody-answers': { ...holdingRows['nobody-answers'], facts: ['node-call'] },
  },
};

export const otherTables: readonly HostTable[] = [
  foregroundService,
  withoutService,
  linphoneOwnRinging,
  linphoneAsDelivered,
  computer,
];
