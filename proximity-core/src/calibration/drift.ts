import type { AnsweredBy } from '../call/events.js';
import type { CallState } from '../call/state.js';
import { commonOf, unknownPhone } from '../decision/phone-offset.js';
import { eligibleDesks, vetoOf } from '../decision/rule.js';
import { exposureAt } from '../evidence/evidence.js';
import { clamp } from '../math/elementary.js';
import { ownValue } from '../own-value.js';
import { heardAgainst } from './heard-against.js';

/** Numbers of the detector; `drift.test.ts` measures what they buy. */
export const driftParameters = {
  /** The shift that is to be found: a beacon carried to the other end of the desk, turned to a wall, or set to another power. */
  foundDb: 8,
  /** In standard deviations of one call. */
  limitSd: 8,
  /** One call counts as no further off than this. */
  mostSd: 3,
} as const;

/** What is remembered between calls: two sums and a count. Plain JSON; it tells of no person and no time. */
export interface CalibrationDrift {
  /** Confirmed calls since the calibration. */
  readonly calls: number;
  /** How far the own beacon has come to be heard louder than the print says: standard deviations summed up, 0 or more. */
  readonly louderSd: number;
  /** The same for quieter; 0 or more. */
  readonly quieterSd: number;
  /** Stays true until the desk is calibrated again. */
  readonly isStale: boolean;
}

/** What one confirmed call says of a desk's print. */
export interface DeskResidual {
  /** By how much the own beacon was louder than the print says, dB, once what shifts all beacons alike is taken off. */
  readonly residualDb: number;
  /** What one call may be off by itself, one standard deviation, dB, above 0. */
  readonly sdDb: number;
}

/** Where a fresh calibration begins. */
export const noDrift: CalibrationDrift = { calls: 0, louderSd: 0, quieterSd: 0, isStale: false };

/**
 * How far the own beacon was off its print in a call that was answered at the desk phone: then the phone was at the desk. The
 * other beacons of the print take out receiver and pocket; without any, the phone's offset does, less surely.
 * @param call the call after its decision, with a site whose model knows the own desk.
 * @param answeredBy the confirmed outcome; `undefined` when there is none.
 * @returns the residual; `undefined` unless the outcome is confirmed, there is one own desk, and it was walked, heard and proven.
 * @example deskResidual(createCall({ desks: ['d-12'] }), 'elsewhere') // undefined
 */
export function deskResidual(call: CallState, answeredBy: AnsweredBy | undefined): DeskResidual | undefined {
  const { evidence, site, host, decision } = call;
  if (answeredBy !== 'desk' || site.ownDesks.length !== 1) return undefined;
  if (vetoOf(evidence, site, host) !== undefined) return undefined;
  const desk = eligibleDesks(evidence, site, host)[0];
  const print = desk === undefined || site.model === undefined ? undefined : ownValue(site.model.desks, desk);
  if (desk === undefined || print === undefined) return undefined;
  // What comes after the decision is no longer counted, however long it is until somebody answers.
  const exposureMs = exposureAt(evidence, decision?.decidedAtMs ?? call.nowMs);
  const against = heardAgainst(desk, print, evidence, site, exposureMs);
  if (against === undefined) return undefined;
  // The common term: what the others say of it, and what is known of phones in general.
  const common = commonOf(site.phone ?? unknownPhone);
  const weight = 1 / common.varianceDb2 + against.othersWeight;
  const commonDb = (common.meanDb / common.varianceDb2 + against.othersSum) / weight;
  return { residualDb: against.ownDb - commonDb, sdDb: Math.sqrt(against.ownVarianceDb2 + 1 / weight) };
}

/**
 * Adds a confirmed call to what is known of a desk's drift: a two-sided CUSUM (Page 1954). Of all detectors with its rate of false
 * alarms it finds a shift of known size soonest (Moustakides 1986), forgets what lies before it by itself, and needs two
 * numbers where the mean of the last eight calls needs all eight and finds nothing faster. Half the shift that is to be found is
 * taken off every residual, so that a print that is wrong by a decibel or two, in every call alike, does not add up; and no call
 * counts for more than three standard deviations, so that one odd call, or a forger's, raises nothing.
 * @param drift what was known before; `noDrift` after a calibration.
 * @param residual of one call; `undefined` changes nothing.
 * @returns the new value. When `isStale`, the profile's `model.calibration` becomes `stale` and every call rings.
 * @throws RangeError when the residual is no number or its spread is not above 0.
 * @example trackDrift(noDrift, { residualDb: 1, sdDb: 5 }).isStale // false
 */
export function trackDrift(drift: CalibrationDrift, residual: DeskResidual | undefined): CalibrationDrift {
  if (residual === undefined) return drift;
  const { residualDb, sdDb } = residual;
  if (!(residualDb - residualDb === 0)) throw new RangeError(`residualDb: expected a finite number, got ${residualDb}`);
  if (!(sdDb > 0 && sdDb < 1000)) throw new RangeError(`sdDb: expected above 0 and below 1000 dB, got ${sdDb}`);
  const { foundDb, limitSd, mostSd } = driftParameters;
  const allowanceSd = foundDb / 2 / sdDb;
  const offSd = clamp(residualDb / sdDb, -mostSd, mostSd);
  const louderSd = Math.max(0, drift.louderSd + offSd - allowanceSd);
  const quieterSd = Math.max(0, drift.quieterSd - offSd - allowanceSd);
  const isStale = drift.isStale || louderSd >= limitSd || quieterSd >= limitSd;
  return { calls: drift.calls + 1, louderSd, quieterSd, isStale };
}
