import type { Fact } from './fact.js';

export const iphoneFacts = {
  'ios-report': {
    says: 'A VoIP push has to be reported to CallKit or LiveCommunicationKit; an app that does not is ended, and after repeated misses it gets no more VoIP pushes.',
    source: 'developer.apple.com, PKPushType/voIP and “Responding to VoIP Notifications from PushKit”',
    certainty: 'documented',
  },
  'ios-enforced': {
    says: 'The report is checked as soon as the push handler returns, and once more about 7 s after delivery.',
    source: 'Apple Developer Technical Support, developer.apple.com/forums/thread/817976',
    certainty: 'documented',
  },
  'ios-native-first': {
    says: 'The report has to come from native code, before a JavaScript runtime is up.',
    source: 'README of react-native-voip-push-notification; developer.apple.com/forums/thread/816504',
    certainty: 'reported by others',
  },
  'ios-no-quiet-ring': {
    says: 'No single call can be reported without its ringtone: ringtoneSound belongs to the whole provider, and nil plays the ringtone of the system.',
    source: 'CXProviderConfiguration/ringtoneSound; opentok/CallKit #24 for nil',
    certainty: 'documented',
  },
  'ios-switch-ringtone': {
    says: 'Whether a provider that is given another, silent configuration between two calls rings silently.',
    source: '–',
    certainty: 'not verified',
  },
  'ios-end': {
    says: 'A call that was reported may be ended by the app, and its screen goes away though nobody answered.',
    source: 'Apple Developer Technical Support, developer.apple.com/forums/thread/117939; CXCallEndedReason',
    certainty: 'documented',
  },
  'ios-flash': {
    says: 'The call’s screen is seen for a moment even when the call is ended at once.',
    source: 'developers in Apple’s forum',
    certainty: 'reported by others',
  },
  'ios-traceless-end': {
    says: '.answeredElsewhere with an endedAt in the past is the one reason that leaves no flash, no haptic and no missed call (iOS 14.8 to 18.1). It contradicts the flash above; count on the flash.',
    source: 'one author, ios-callkit-duplicate-ring-suppression',
    certainty: 'reported by others',
  },
  'ios-ring-again': {
    says: 'Whether an app that was woken by the push still runs eight seconds after it ended the call, and may report the same call anew.',
    source: '–',
    certainty: 'not verified',
  },
  'ios-foreground-exempt': {
    says: 'No report is due while the app is on the screen or already in a call. From iOS 26.4 on, PKVoIPPushMetadata.mustReport says so for each push; it is false for stale pushes too.',
    source: 'PushKit reference, pushRegistry(_:didReceiveIncomingVoIPPushWith:metadata:…); forums/thread/817976',
    certainty: 'documented',
  },
  'ios-life-cycle': {
    says: 'An app on the screen goes on running; one that leaves the screen is suspended soon after.',
    source: 'developer.apple.com, “Managing your app’s life cycle”',
    certainty: 'documented',
  },
  'ios-scan-once': {
    says: 'In background a scan tells of each beacon once, whatever options it was given.',
    source: 'CBCentralManagerScanOptionAllowDuplicatesKey',
    certainty: 'documented',
  },
  'ios-scan-restart': {
    says: 'Stopping and starting the scan does not make it tell of the same beacon again.',
    source: 'Stack Overflow 9896562',
    certainty: 'reported by others',
  },
  'ios-ranging': {
    says: 'Frames of the iBeacon format reach an app through CoreLocation alone, as one mean a second; in background for about ten seconds after a region was entered or left.',
    source: 'Stack Overflow 28255475 and 23104607; react-native-ble-plx #1229',
    certainty: 'reported by others',
  },
  'ios-scan-in-push': {
    says: 'A scan that was started in the handler of a push, in background, told of nothing.',
    source: 'react-native-ble-plx #699, #1264',
    certainty: 'reported by others',
  },
  'ios-ranging-in-push': {
    says: 'Whether ranging runs in an app that a push has woken.',
    source: '–',
    certainty: 'not verified',
  },
  'lck-report': {
    says: 'reportNewIncomingConversation makes the device ring and shows the call, as CallKit does (iOS 17.4).',
    source: 'LiveCommunicationKit, ConversationManager',
    certainty: 'documented',
  },
  'lck-end': {
    says: 'A conversation is ended by the event conversationEnded with the reason joinedElsewhere.',
    source: 'LiveCommunicationKit, Conversation.EndedReason',
    certainty: 'documented',
  },
  'lck-traces': {
    says: 'What joinedElsewhere leaves behind: a flash, a haptic, a missed call.',
    source: '–',
    certainty: 'not verified',
  },
  'nse-report': {
    says: 'A Notification Service Extension takes the push before anything rings, and hands it on to the app, which reports it, only when it wants to (CallKit iOS 14.5, LiveCommunicationKit 17.4).',
    source: 'CXProvider.reportNewIncomingVoIPPushPayload; CXErrorCodeNotificationServiceExtensionError',
    certainty: 'documented',
  },
  'nse-entitlement': {
    says: 'It needs the entitlement com.apple.developer.usernotifications.filtering, which Apple grants on request or not at all.',
    source: 'developer.apple.com, com.apple.developer.usernotifications.filtering',
    certainty: 'documented',
  },
  'nse-time': {
    says: 'An extension that takes too long is ended, and the notification is shown as it was sent: text, no ringing.',
    source: 'UNNotificationServiceExtension, serviceExtensionTimeWillExpire()',
    certainty: 'documented',
  },
  'nse-radio': {
    says: 'Whether an extension may scan for Bluetooth, and run the reducer within its memory.',
    source: '–',
    certainty: 'not verified',
  },
  'nse-late': {
    says: 'Whether an extension that waits nine seconds for nobody to answer can still hand the call on.',
    source: '–',
    certainty: 'not verified',
  },
} as const satisfies Readonly<Record<string, Fact>>;
