/** What the advertiser has to do next. Pure: instants in, one step out. */
export type PlannedStep =
  /** Put the next frame on the air. */
  | { readonly step: 'next-frame'; readonly atUnixMs: number }
  /** Fall silent, and come back at the boundary with the next identity. */
  | { readonly step: 'change-identity'; readonly atUnixMs: number; readonly boundaryUnixMs: number };

export interface Moment {
  /** When the next frame is due, Unix ms; infinite where none is. */
  readonly nextTurnUnixMs: number;
  /** How long it has to stay on the air before the pause; where it has not the time, it is left out, ms. */
  readonly turnMs: number;
  readonly nextBoundaryUnixMs: number;
  /** How long before the boundary to fall silent, ms. */
  readonly leadMs: number;
}

/** A frame must get on the air at least once: interval, advDelay of up to 10 ms, spread of 5 ms, and the host's own delay. */
const DWELL_MARGIN_MS = 30;
/** Nor are changes to follow each other faster than this: at 20 ms a frame is sent two or three times then, and survives a loss. */
const LEAST_DWELL_MS = 100;

/** @returns ms for which each frame stays on the air, so that it is sent at least once. */
export function dwellFor(intervalMs: number): number {
  return Math.max(LEAST_DWELL_MS, intervalMs + DWELL_MARGIN_MS);
}

export function planStep({ nextTurnUnixMs, turnMs, nextBoundaryUnixMs, leadMs }: Moment): PlannedStep {
  const pauseAt = nextBoundaryUnixMs - leadMs;
  // A frame whose dwell the pause would cut short might not be sent at all, and its turn be lost: the one before stays instead.
  return nextTurnUnixMs + turnMs <= pauseAt
    ? { step: 'next-frame', atUnixMs: nextTurnUnixMs }
    : { step: 'change-identity', atUnixMs: pauseAt, boundaryUnixMs: nextBoundaryUnixMs };
}
