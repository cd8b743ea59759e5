import { cancelledRows, holdingRows, neverLateRows, ringingRows } from './common-rows.js';
import type { HostTable } from './host-table.js';
import { pushKitRows, rungAlready, stops } from './pushkit-rows.js';

/** iPhones: all but an app on the screen ring before any of our code runs. */

const pushKit: HostTable = {
  id: 'pushkit-callkit',
  name: 'iPhone, PushKit and CallKit',
  capabilities: {
    canHoldRing: false,
    canRingLate: false,
    mustReportAtOnce: true,
    canEndElsewhere: true,
    countsRangingCycles: true,
  },
  radio: 'woken',
  scanFailure: 'bluetooth-off',
  facts: [
    'ios-report',
    'ios-foreground-exempt',
    'ios-no-quiet-ring',
    'ios-switch-ringtone',
    'ios-ranging',
    'ios-ranging-in-push',
    'ios-scan-in-push',
  ],
  summary: {
    atDesk: '**rings in every call**; in some it stops after about 1.5 s, in most it rings on',
    away: 'rings at once',
    nobodyAnswers: 'where it had stopped it stays quiet: the call goes to voicemail',
    costs: 'a flash of the call screen, perhaps a missed call in the list; no second chance after a wrong stop',
  },
  rows: pushKitRows,
};

const withoutReport: HostTable = {
  id: 'pushkit-no-report',
  name: 'iPhone, app on the screen or in a call (from iOS 26.4 on: mustReport is false)',
  capabilities: { canHoldRing: true, canRingLate: true, canEndElsewhere: true, countsRangingCycles: true },
  radio: 'on-screen',
  scanFailure: 'bluetooth-off',
  facts: ['ios-foreground-exempt', 'ios-life-cycle', 'ios-ranging'],
  summary: {
    atDesk: 'quiet, where the decision is sure',
    away: 'rings within 1.5 s, by the app’s own sound',
    nobodyAnswers: 'rings after 8 s',
    costs: 'only while the app is on the screen; who leaves it has to be rung for at once',
  },
  rows: {
    ...holdingRows,
    'comes-in': {
      ...holdingRows['comes-in'],
      permits: 'no report is due; the app may wait and ring by itself',
      facts: ['ios-foreground-exempt'],
    },
    'scan-fails': { does: ['ring bluetooth-off'], permits: 'to ring now', hears: 'the iPhone rings at once' },
    'nobody-answers': { ...holdingRows['nobody-answers'], facts: ['ios-life-cycle'] },
    'answered-while-deciding': { ...holdingRows['answered-while-deciding'], facts: ['ios-foreground-exempt'] },
    'answered-while-silent': { ...holdingRows['answered-while-silent'], facts: ['ios-foreground-exempt'] },
    'answered-while-ringing': { ...holdingRows['answered-while-ringing'], facts: ['ios-foreground-exempt'] },
  },
};

const liveCommunicationKit: HostTable = {
  ...pushKit,
  id: 'livecommunicationkit',
  name: 'iPhone, PushKit and LiveCommunicationKit (iOS 17.4)',
  facts: [
    'ios-report',
    'ios-foreground-exempt',
    'lck-report',
    'lck-traces',
    'ios-ranging',
    'ios-ranging-in-push',
    'ios-scan-in-push',
  ],
  summary: { ...pushKit.summary, costs: 'as CallKit; what it leaves in the list of calls nobody has told' },
  rows: {
    ...pushKitRows,
    'comes-in': {
      does: ['start-scan'],
      permits: rungAlready,
      facts: ['ios-report', 'lck-report'],
      hears: 'both phones ring at once',
    },
    'at-desk': {
      does: ['stop-scan', 'end-elsewhere at-own-desk'],
      permits: stops,
      facts: ['lck-end', 'lck-traces'],
      hears: 'both phones ring; after up to 1.5 s the iPhone stops; the desk phone rings on',
    },
    'answered-while-deciding': {
      does: ['stop-scan', 'end-elsewhere answered'],
      permits: stops,
      facts: ['lck-end'],
      hears: 'the iPhone stops',
    },
    'answered-while-ringing': {
      does: ['end-elsewhere answered'],
      permits: stops,
      facts: ['lck-end'],
      hears: 'the iPhone stops',
    },
  },
};

const extension: HostTable = {
  id: 'callkit-extension',
  name: 'iPhone, CallKit through a Notification Service Extension',
  capabilities: { canHoldRing: true, canRingLate: false, canEndElsewhere: true, countsRangingCycles: true },
  radio: 'woken',
  scanFailure: 'unsupported',
  facts: ['nse-report', 'nse-entitlement', 'nse-time', 'nse-radio', 'ios-ranging', 'ios-ranging-in-push'],
  summary: {
    atDesk: 'quiet, if an extension can scan, which **nobody has shown**; otherwise it rings at once',
    away: 'rings, 1.5 s later than without',
    nobodyAnswers: 'stays quiet: the call goes to voicemail',
    costs: 'an entitlement that Apple grants or not; an extension that dies in between leaves a text and no ring',
  },
  rows: {
    ...holdingRows,
    ...neverLateRows,
    'comes-in': {
      ...holdingRows['comes-in'],
      permits: 'the extension has the push, and nothing has rung',
      facts: ['nse-report', 'nse-entitlement'],
      hears: 'the desk phone rings; the iPhone is quiet for up to 1.5 s',
    },
    'scan-fails': {
      does: ['ring bluetooth-unsupported'],
      permits: 'to hand the call on, and CallKit rings',
      facts: ['nse-radio', 'nse-report'],
      hears: 'both phones ring. As long as nobody has shown a scan in an extension this is every call',
    },
    'answered-while-deciding': { ...holdingRows['answered-while-deciding'], facts: ['nse-entitlement'] },
    'taken-while-deciding': {
      does: ['stop-scan'],
      permits: 'nothing is shown yet by which to answer',
      hears: 'this cannot happen; the scan would stop',
    },
    'nobody-answers': { ...neverLateRows['nobody-answers'], facts: ['nse-late', 'nse-time'] },
    'answered-while-silent': { ...holdingRows['answered-while-silent'], facts: ['nse-entitlement'] },
    'desk-quiet-while-silent': { ...neverLateRows['desk-quiet-while-silent'], facts: ['nse-late'] },
    'emergency-while-silent': { ...neverLateRows['emergency-while-silent'], facts: ['nse-late'] },
    'answered-while-ringing': { ...holdingRows['answered-while-ringing'], facts: ['ios-end'] },
  },
};

const linphoneOnIphone: HostTable = {
  id: 'linphone-ios',
  name: 'iPhone, an app on the Linphone SDK',
  capabilities: { canHoldRing: false, canRingLate: false, mustReportAtOnce: true },
  radio: 'woken',
  scanFailure: 'bluetooth-off',
  facts: ['linphone-report', 'linphone-leg'],
  summary: {
    atDesk: 'rings in every call, as without the product',
    away: 'rings at once',
    nobodyAnswers: 'it has been ringing all the time',
    costs: 'nothing, and nothing is gained until somebody shows how the SDK lets go of a leg',
  },
  rows: {
    ...ringingRows,
    'comes-in': { ...ringingRows['comes-in'], facts: ['linphone-report', 'linphone-leg'] },
    'answered-while-ringing': cancelledRows['answered-while-ringing'],
  },
};

export const iphoneTables: readonly HostTable[] = [
  pushKit,
  withoutReport,
  liveCommunicationKit,
  extension,
  linphoneOnIphone,
];
