import type { CallEvent } from '@deskbeacon/proximity-core';
import type { Packet } from '../peers/peer.js';
import { peers } from '../peers/registry.js';
import { officeParameters } from './parameters.js';

/** What the peers make of a call: the same packets of the own desk, the same deadline. */
export interface PeerScores {
  /** By the peer's id, its estimate at the deadline with the power that the beacon states: higher is nearer. No answer is −∞, for it rings. */
  readonly estimates: Readonly<Record<string, number>>;
  /** By `id/power`, whether the peer's own numbers say near at the deadline. */
  readonly isNear: Readonly<Record<string, boolean>>;
}

/** With the level at 1 m that the beacon states, and with the peer's own default. */
export const nativePowers = ['stated', 'default'] as const;
export type NativePower = (typeof nativePowers)[number];

/** A peer with numbers of its own, at one power. */
export interface NativeRow {
  readonly key: string;
  readonly peer: string;
  readonly rule: string;
  readonly power: NativePower;
}

/** Every peer that decides by itself, at each power. */
export const nativeRows: readonly NativeRow[] = peers.flatMap(({ id, title, native }) =>
  native === undefined
    ? []
    : nativePowers.map((power) => ({ key: `${id}/${power}`, peer: title, rule: native.rule, power })),
);

/** Scores one call by every peer. */
export function scorePeers(events: readonly CallEvent[], ownDesk: string, scanStartMs: number): PeerScores {
  const packets: Packet[] = [];
  for (const event of events) {
    if ((event.event !== 'sighting' && event.event !== 'ranging') || event.desk !== ownDesk) continue;
    packets.push({ tMs: event.t - scanStartMs, rssiDbm: event.rssiDbm });
  }
  const { powerAt1mDbm, deadlineMs } = officeParameters;
  const atMs = deadlineMs - scanStartMs;
  const estimates: Record<string, number> = {};
  const isNear: Record<string, boolean> = {};
  for (const { id, estimateAt, native } of peers) {
    estimates[id] = estimateAt(packets, atMs, powerAt1mDbm) ?? Number.NEGATIVE_INFINITY;
    if (native === undefined) continue;
    isNear[`${id}/stated`] = native.isNearAt(packets, atMs, powerAt1mDbm);
    isNear[`${id}/default`] = native.isNearAt(packets, atMs);
  }
  return { estimates, isNear };
}
