import { ALTBEACON_FIRST_ANSWER_MS, armaAt, runningAverageAt } from './altbeacon.js';
import { APPLE_FIRST_ANSWER_MS, isAppleNearAt, lastSecondAt } from './apple-ranging.js';
import { BERMUDA_FIRST_ANSWER_MS, bermudaDistanceM, isInAreaAt } from './bermuda.js';
import { timedKalmanAt } from './bermuda-fork.js';
import { isUnlockedAt, lockLevelAt, unlockLevelAt } from './bleunlock.js';
import { isCountedAt, medianIqrAt, oneEuroDistanceM, upperQuartileAt } from './espresense.js';
import { minuteMedianAt } from './herald.js';
import { type KalmanNoise, kalmanAt, kalmanNoise, roomAssistantDistanceM } from './kalman.js';
import { type Estimate, heardUntil, levelsOf, type Peer } from './peer.js';
import { meanOf } from './statistics.js';

/** The floor that every rule is held against: nothing is dropped, nothing is weighted. */
export const plainMean: Peer = {
  id: 'mean',
  title: 'plain mean',
  source: 'none',
  firstAnswerMs: 0,
  estimateAt: (packets, atMs) => meanOf(levelsOf(heardUntil(packets, atMs))),
};

/** Every peer that is measured, the floor first. */
export const peers: readonly Peer[] = [
  plainMean,
  {
    id: 'altbeacon-running-average',
    title: 'AltBeacon running average',
    source: 'AltBeacon/android-beacon-library 42e672e',
    firstAnswerMs: ALTBEACON_FIRST_ANSWER_MS,
    estimateAt: runningAverageAt,
  },
  arma('altbeacon-arma-int', 'AltBeacon ARMA, whole dBm', true),
  arma('altbeacon-arma-float', 'AltBeacon ARMA, as meant', false),
  kalman('kalmanjs-default', 'kalmanjs R 1, Q 1', 'wouterbulten/kalmanjs 7d263d6', kalmanNoise.default),
  kalman('kalmanjs-readme', 'kalmanjs R 0.01, Q 3', 'wouterbulten/kalmanjs 7d263d6', kalmanNoise.readme),
  kalman(
    'room-assistant-classic',
    'room-assistant, classic Bluetooth',
    'mKeRix/room-assistant ed9a860',
    kalmanNoise.roomAssistantClassic,
  ),
  {
    id: 'room-assistant',
    title: 'room-assistant, BLE',
    source: 'mKeRix/room-assistant ed9a860',
    firstAnswerMs: 0,
    estimateAt: nearness(roomAssistantDistanceM),
  },
  {
    id: 'espresense-median-iqr',
    title: 'ESPresense medianIQR',
    source: 'ESPresense/ESPresense a6f1105',
    firstAnswerMs: 0,
    estimateAt: medianIqrAt,
    native: { rule: 'counted from 2 m on, until 4 m', isNearAt: isCountedAt },
  },
  {
    id: 'espresense-p75',
    title: 'ESPresense, 75th percentile',
    source: 'ESPresense/ESPresense 9729b40',
    firstAnswerMs: 0,
    estimateAt: upperQuartileAt,
  },
  {
    id: 'espresense-1euro',
    title: 'ESPresense v3, "1€"',
    source: 'ESPresense/ESPresense v3',
    firstAnswerMs: 0,
    estimateAt: nearness(oneEuroDistanceM),
  },
  {
    id: 'bermuda',
    title: 'Bermuda',
    source: 'agittins/bermuda cd46d17',
    firstAnswerMs: BERMUDA_FIRST_ANSWER_MS,
    estimateAt: nearness(bermudaDistanceM),
    native: { rule: 'in the area within 20 m', isNearAt: isInAreaAt },
  },
  {
    id: 'bermuda-fork',
    title: 'Bermuda fork, timed Kalman',
    source: 'jleinenbach/bermuda c76d147',
    firstAnswerMs: 0,
    estimateAt: timedKalmanAt,
  },
  {
    id: 'apple-1hz',
    title: 'CoreLocation-like, 1 Hz',
    source: "Apple's documentation and what others observed",
    firstAnswerMs: APPLE_FIRST_ANSWER_MS,
    estimateAt: lastSecondAt,
    native: { rule: 'immediate or near: less than 3 m', isNearAt: isAppleNearAt },
  },
  {
    id: 'bleunlock-unlock',
    title: 'BLEUnlock, strongest packet',
    source: 'ts1/BLEUnlock 2eeb35d',
    firstAnswerMs: 0,
    estimateAt: unlockLevelAt,
    native: { rule: 'one packet of −60 dBm; away 5 s below −80 dBm', isNearAt: isUnlockedAt },
  },
  {
    id: 'bleunlock-lock',
    title: 'BLEUnlock, mean of five',
    source: 'ts1/BLEUnlock 2eeb35d',
    firstAnswerMs: 0,
    estimateAt: lockLevelAt,
  },
  {
    id: 'herald',
    title: 'Herald, median',
    source: 'theheraldproject/herald-for-android',
    firstAnswerMs: 0,
    estimateAt: minuteMedianAt,
  },
];

/** @returns the peer of that id, or `undefined`. */
export function findPeer(id: string): Peer | undefined {
  return peers.find((peer) => peer.id === id);
}

function arma(id: string, title: string, isWhole: boolean): Peer {
  const source = 'AltBeacon/android-beacon-library 42e672e';
  return {
    id,
    title,
    source,
    firstAnswerMs: 0,
    estimateAt: (packets, atMs) => armaAt(packets, atMs, 0.1, isWhole),
  };
}

function kalman(id: string, title: string, source: string, noise: KalmanNoise): Peer {
  return { id, title, source, firstAnswerMs: 0, estimateAt: (packets, atMs) => kalmanAt(packets, atMs, noise) };
}

/** Metres the other way round, so that higher is nearer with every peer. */
function nearness(distanceM: Estimate<number | undefined>): Estimate<number | undefined> {
  return (packets, atMs, powerAt1mDbm) => {
    const metres = distanceM(packets, atMs, powerAt1mDbm);
    return metres === undefined ? undefined : -metres;
  };
}
