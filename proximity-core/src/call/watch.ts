import { assess } from '../decision/assess.js';
import { expectedOf } from '../decision/map.js';
import { parameters } from '../decision/parameters.js';
import { eligibleDesks } from '../decision/rule.js';
import type { Site } from '../decision/site.js';
import { addSighting, type Evidence, noEvidence, type Sighting } from '../evidence/evidence.js';
import { ownValue } from '../own-value.js';
import type { HostCapabilities } from './events.js';

/**
 * Watching on after silence, where the host may: has the phone been carried away? Page's CUSUM over the same log-likelihood
 * ratio that silenced, looked at over the last second: S = max(0, S + l), ring at S ≥ h (Page 1954; decision note §2.3).
 * Looks overlap, so each adds only its share of a second. Mean time between false alarms is at least e^h seconds if the
 * ratio is honest (Lorden 1971); docs/decision.md says what was measured.
 */

/** Evidence of so long is looked at … */
export const WATCH_WINDOW_MS = 1000;
/** … so often … */
export const WATCH_STEP_MS = 250;
/** … until so much speaks for having left. */
export const LEFT_NATS = 5;
/** One second speaks so loudly at most: no single fade rings. */
const MOST_NATS_A_WINDOW = 8;
/** Packets kept; the oldest go first. Twenty beacons at ten frames a second are 200. */
const MOST_RECENT = 256;

/** What a phone that is silent and goes on listening knows of being carried away. Plain JSON, bounded. */
export interface Watch {
  /** How much speaks for having left, summed up, nats; 0 or more. */
  readonly cusumNats: number;
  /** On the events' clock. */
  readonly nextLookAtMs: number;
  /** How much of the time the scan listens, 0..1. */
  readonly duty: number;
  /** Packets of the last second and since the last look, times relative to the call. */
  readonly recent: readonly Sighting[];
}

/** A watch whose first look comes when its window is full. */
export function beginWatch(atMs: number, duty: number): Watch {
  return { cusumNats: 0, nextLookAtMs: atMs + WATCH_WINDOW_MS, duty, recent: [] };
}

export function addToWatch(watch: Watch, sighting: Sighting): Watch {
  const from = Math.max(0, watch.recent.length + 1 - MOST_RECENT);
  return { ...watch, recent: [...watch.recent.slice(from), sighting] };
}

/** The call that is watched. */
interface Watched {
  readonly site: Site;
  readonly host: HostCapabilities;
  readonly evidence: Evidence;
  readonly calledAtMs?: number;
}

/** Takes the look that is due. The caller rings when `cusumNats` has reached `LEFT_NATS`. */
export function takeWatchLook(watch: Watch, { site, host, evidence, calledAtMs }: Watched): Watch {
  const atMs = watch.nextLookAtMs;
  const sinceMs = atMs - (calledAtMs ?? 0) - WATCH_WINDOW_MS;
  const recent = watch.recent.filter((sighting) => sighting.atMs > sinceMs);
  const desks = eligibleDesks(evidence, site, host);
  const heard = evidenceOf(recent, watch.duty, site.ownDesks);
  const { llr } = assess(heard, site, desks, atMs);
  const isProven = desks.some((desk) => ownValue(heard.beacons, desk) !== undefined);
  const leftNats = isProven ? -llr : Math.max(-llr, unprovenNats(desks, site, watch.duty));
  const nats = (Math.min(leftNats, MOST_NATS_A_WINDOW) * WATCH_STEP_MS) / WATCH_WINDOW_MS;
  return { ...watch, recent, cusumNats: Math.max(0, watch.cusumNats + nats), nextLookAtMs: atMs + WATCH_STEP_MS };
}

/**
 * Nats for having left when no frame of the last second is proven: the count of the proving frames alone, whatever others
 * sound like, so that neither a neighbour's level nor a forger's frames can keep a phone silent.
 */
function unprovenNats(desks: readonly string[], site: Site, duty: number): number {
  const { survival, countDiscount, countLimitNats, otherFrameShare } = parameters;
  let expected = 0;
  for (const desk of desks) {
    expected = Math.max(expected, expectedOf(desk, site, WATCH_WINDOW_MS * duty) * otherFrameShare);
  }
  return Math.min(expected * survival * countDiscount, countLimitNats.own);
}

/** An own desk of which no frame of the last second is proven counts as not heard: whoever has no key prolongs no silence. */
function evidenceOf(recent: readonly Sighting[], duty: number, ownDesks: readonly string[]): Evidence {
  let evidence: Evidence = { ...noEvidence, exposureMs: WATCH_WINDOW_MS * duty, scanDuty: duty };
  for (const sighting of recent) evidence = addSighting(evidence, sighting);
  const beacons = { ...evidence.beacons };
  for (const desk of ownDesks) if (ownValue(beacons, desk)?.authenticated === 0) delete beacons[desk];
  return { ...evidence, beacons };
}
