/** Every reason a call can end with, stable for ever, each with one sentence. docs/reasons.md is checked against it. */
export const reasons = {
  'at-own-desk': 'The own desk is heard as only a phone at that desk hears it.',
  unanswered: 'Nobody answered within the time the silence was to last.',
  'left-desk': 'What was heard while the phone was silent says that it was carried away from the desk.',
  away: 'What is heard speaks clearly against being at the own desk.',
  unsure: 'The time to decide was over and the evidence was not enough for silence.',
  'own-desk-not-heard': 'Other desks were heard and the own desk was not.',
  'nothing-heard': 'No beacon of the site was heard at all, so the scanner itself is in doubt.',
  'no-usable-level': 'Beacons were heard, but the receiver gave no signal level for any of them.',
  'too-few-packets': 'The own desk was heard less than twice, or only within a tenth of a second.',
  'not-authenticated': 'The own desk was heard, but no frame proved that it really is that desk.',
  'stale-identity': 'A frame of the own desk from a time that is over was heard: somebody replays a recording.',
  'replayed-identity':
    'An identity of the own desk was heard that its beacon had already replaced: somebody replays a recording.',
  'clock-too-far-off': 'A frame of the own desk from a time to come was heard: clock of phone or beacon is wrong.',
  'power-mismatch': 'A frame of the own desk states another power than the profile does, so its level means nothing.',
  'stuck-receiver': 'The receiver gives the same level for every packet, which no real receiver does.',
  'scan-not-started': 'The scan had not started when the time to decide was over.',
  'scan-throttled': 'The platform refused the scan because the app started too many.',
  'scan-failed': 'The platform could not scan.',
  'bluetooth-off': 'Bluetooth is switched off.',
  'bluetooth-unauthorized': 'The app is not allowed to use Bluetooth.',
  'bluetooth-unsupported': 'The phone has no Bluetooth LE.',
  'no-own-desk': 'The phone has no desk in this site, or no profile.',
  'host-cannot-silence': 'The app can neither hold the ring nor end the call elsewhere.',
  'calibration-stale': 'The calibration of the site is marked as out of date.',
  'desk-phone-not-alerting': 'The desk phone does not ring for this call.',
  'desk-phone-unknown': 'It is not known whether the desk phone rings for this call, and the policy is to ring then.',
  'emergency-call': 'The call is an emergency call or a call-back of one.',
  'audio-elsewhere': 'Audio goes to a watch, a car or a headset.',
  'ring-all': 'The administrator has switched the site to ring for every call.',
} as const;

/** A code of docs/reasons.md. */
export type Reason = keyof typeof reasons;
