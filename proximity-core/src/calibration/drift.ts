/**
 * Whether a desk still sounds as it did when it was walked: a beacon that was moved, a metal cabinet, another desk phone.
 *
 * Each confirmed call (the user took it at the desk phone) gives the own beacon's level less what the walk expected. A phone's own
 * offset and its pocket move all of them alike, so the first calls set the level and the sum watches for a change from there: a
 * two-sided CUSUM (Page 1954) of standardised rests, with a slack of half of the change that is worth finding.
 */
export interface DriftState {
  readonly version: 1;
  readonly calls: number;
  /** Mean of the first calls, dB. */
  readonly baselineDb: number;
  /** The two sums, in standard deviations. */
  readonly up: number;
  readonly down: number;
}

export const driftParameters = {
  /** Calls that set the level. */
  baselineCalls: 20,
  /** Spread of one call's level at one desk: pose, pocket, fading (decision note §1.3), dB. */
  callSdDb: 6,
  /** A change by less than this, in standard deviations, is none; what the first calls leave unknown of the level is within it. */
  slack: 0.9,
  /**
   * Above this the calibration is stale. Over 4000 simulated desks with these numbers: a false alarm in 2.4 % of years of 250 calls;
   * a change of 12 dB is found within 15 calls in 98.8 %, one of 9 dB (the next desk) within 30 in 96.4 %.
   */
  alarm: 6,
  /** A call says at most so much, in standard deviations: one odd place is no drift. */
  mostPerCall: 3,
} as const;

export const noDrift: DriftState = { version: 1, calls: 0, baselineDb: 0, up: 0, down: 0 };

/**
 * Adds one confirmed call.
 * @param restDb own beacon's level less what the walk expected there, dB; not finite: ignored.
 * @example noteDrift(noDrift, 0).calls // 1
 */
export function noteDrift(state: DriftState, restDb: number): DriftState {
  if (!Number.isFinite(restDb)) return state;
  const { baselineCalls, callSdDb, slack, mostPerCall } = driftParameters;
  const calls = state.calls + 1;
  if (calls <= baselineCalls) {
    return { ...state, calls, baselineDb: state.baselineDb + (restDb - state.baselineDb) / calls };
  }
  const score = Math.min(Math.max((restDb - state.baselineDb) / callSdDb, -mostPerCall), mostPerCall);
  return {
    ...state,
    calls,
    up: Math.max(0, state.up + score - slack),
    down: Math.max(0, state.down - score - slack),
  };
}

/** @returns whether the calibration is to be called stale: every call rings until the desk is walked again. */
export function hasDrifted({ up, down }: DriftState): boolean {
  return up > driftParameters.alarm || down > driftParameters.alarm;
}
