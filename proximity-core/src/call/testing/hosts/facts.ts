import type { Fact } from './fact.js';
import { iphoneFacts } from './iphone-facts.js';

/** What is known of the platforms, from whom, and how surely. The tables name these; docs/hosts.md lists them. */

const defined = {
  ...iphoneFacts,
  'android-push': {
    says: 'A high-priority message wakes the app from Doze for a few seconds. One that often shows no notification loses the priority (looked at over seven days).',
    source: 'firebase.google.com, message priority',
    certainty: 'documented',
  },
  'android-service': {
    says: 'A high-priority message may start a foreground service, of the type phoneCall or connectedDevice and not location.',
    source: 'developer.android.com, restrictions on starting a foreground service from the background',
    certainty: 'documented',
  },
  'android-own-ring': {
    says: 'A self-managed call is rung by the app itself, so it may begin silently and ring later.',
    source: 'developer.android.com, Connection.onSilence and voip-app/telecom',
    certainty: 'documented',
  },
  'android-channel': {
    says: 'The sound belongs to the notification’s channel: one channel that rings, one that does not. From Android 14 on the full-screen intent may have been taken away.',
    source: 'developer.android.com, voip-app/notifications',
    certainty: 'documented',
  },
  'android-disconnect': {
    says: 'Core-Telecom ends a call as LOCAL, REMOTE, REJECTED or MISSED; a ConnectionService of one’s own has ANSWERED_ELSEWHERE too.',
    source: 'developer.android.com, CallControl.disconnect and DisconnectCause',
    certainty: 'documented',
  },
  'android-duty': {
    says: 'With a foreground service LOW_LATENCY listens all the time. Without one every scan is LOW_POWER: 140 of 1400 ms with the screen on, 512 of 10 240 ms with it off (Android 13 and newer).',
    source: 'AOSP, packages/modules/Bluetooth, ScanManager',
    certainty: 'read in source',
  },
  'android-headset': {
    says: 'While a headset connects, LOW_LATENCY is BALANCED for up to 6 s.',
    source: 'AOSP, packages/modules/Bluetooth, ScanManager',
    certainty: 'read in source',
  },
  'android-throttle': {
    says: 'The sixth start of a scan within 30 s fails.',
    source: 'source.android.com/docs/core/connect/bluetooth/ble; AOSP',
    certainty: 'documented',
  },
  'android-headless': {
    says: 'With the app killed and the phone locked, JavaScript starts 20 to 30 s late or never.',
    source: 'developers’ gists; react-native #22881; react-native-callkeep #95',
    certainty: 'reported by others',
  },
  'android-stopped': {
    says: 'Whether an app without a foreground service is still there eight seconds after the push.',
    source: '–',
    certainty: 'not verified',
  },
  'linphone-report': {
    says: 'Linphone for iOS reports the push at once, in its state PushIncomingReceived, and waits for the INVITE then.',
    source: 'linphone-iphone #944, #827, #669',
    certainty: 'reported by others',
  },
  'linphone-ringing': {
    says: 'The SDK’s Core has setRing and isNativeRingingEnabled; apps that ring themselves set the one to null and the other to false.',
    source: 'open-voip-alliance android-phone-integration, LinphoneManager.kt; linphone++ Core',
    certainty: 'read in source',
  },
  'linphone-default': {
    says: 'Whether an SDK that rings by itself can be told to wait for a decision.',
    source: 'looked for in its documentation and not found',
    certainty: 'not verified',
  },
  'linphone-leg': {
    says: 'Whether its leg can be given up here without a final response to the telephone system, which could end the call for the desk phone.',
    source: 'looked for in its documentation and not found',
    certainty: 'not verified',
  },
  'sip-cancel': {
    says: 'When the desk phone answers, the proxy cancels the other legs with the reason 200, and the app stops by that.',
    source: 'RFC 3261 §16.7, RFC 3326; hil-tests/test/calls.test.ts',
    certainty: 'tested here',
  },
  'node-call': {
    says: 'A SIP app in Node holds its ring, scans, stays quiet at 180, and rings after all.',
    source: 'hil-tests/test/calls.test.ts and privacy.test.ts, over loopback and a virtual air',
    certainty: 'tested here',
  },
} as const satisfies Readonly<Record<string, Fact>>;

export type FactId = keyof typeof defined;
export const facts: Readonly<Record<FactId, Fact>> = defined;
export const factIds = Object.keys(defined) as readonly FactId[];
