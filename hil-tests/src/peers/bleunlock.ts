import { heardUntil, type Packet } from './peer.js';
import { meanOf } from './statistics.js';

/** BLEUnlock (commit 2eeb35d): unlocks by one packet, locks by the mean of five. */

const BUFFER = 5;
const UNLOCK_DBM = -60;
const LOCK_DBM = -80;
const LOCK_AFTER_MS = 5000;

/** Levels above 0 become 0, the strongest there is: 127, which means that there is none, among them. */
function clamped(rssiDbm: number): number {
  return Math.min(rssiDbm, 0);
}

/** A.10: what locking compares, the mean of the last five cut towards 0, dBm. */
export function lockLevelAt(packets: readonly Packet[], atMs: number): number | undefined {
  const last = heardUntil(packets, atMs).slice(-BUFFER);
  const level = meanOf(last.map(({ rssiDbm }) => clamped(rssiDbm)));
  return level === undefined ? undefined : Math.trunc(level);
}

/** A.10: what unlocking compares over a call, its strongest packet: any one is enough, dBm. */
export function unlockLevelAt(packets: readonly Packet[], atMs: number): number | undefined {
  const heard = heardUntil(packets, atMs);
  return heard.length === 0 ? undefined : Math.max(...heard.map(({ rssiDbm }) => clamped(rssiDbm)));
}

/** A.10 with its own numbers: present from one packet of −60 dBm on, away 5 s after the mean fell below −80 dBm. */
export function isUnlockedAt(packets: readonly Packet[], atMs: number): boolean {
  let isPresent = false;
  let buffer: readonly Packet[] = [];
  let fallsAtMs: number | undefined;
  for (const packet of heardUntil(packets, atMs)) {
    if (fallsAtMs !== undefined && packet.tMs >= fallsAtMs) {
      isPresent = false;
      fallsAtMs = undefined;
    }
    buffer = [...buffer, packet].slice(-BUFFER);
    if (!isPresent) {
      isPresent = clamped(packet.rssiDbm) >= UNLOCK_DBM;
      if (isPresent) buffer = [];
    } else if ((lockLevelAt(buffer, packet.tMs) as number) >= LOCK_DBM) fallsAtMs = undefined;
    else fallsAtMs ??= packet.tMs + LOCK_AFTER_MS;
  }
  return isPresent && (fallsAtMs === undefined || fallsAtMs > atMs);
}
