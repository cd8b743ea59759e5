/**
 * Moves an air along with the real clock: one timer at a time, set to the next instant at which something happens.
 *
 * JavaScript timers have a grain of 1 ms and are never early, so the air lags behind by about that; `lateness` says by how
 * much. While nobody scans, events are computed in batches: their times in virtual time are the same. After the process
 * stood still for longer than `catchUpLimitMs` (a laptop asleep), the lost time is not simulated: the air's clock skips nothing,
 * it goes on from where it was, and `slips` counts.
 */
import type { Air } from './air-contract.js';
import { createLatenessMeter, type LatenessSummary } from './lateness.js';

export interface Pump {
  /** Brings the air to the present. Call it before anything that acts at "now". */
  catchUp(): void;
  /** Sets the timer afresh, after something may have changed what comes next. */
  schedule(): void;
  /** The Unix time in ms that an instant of the air had, or will have if nothing stands still. */
  unixMsAt(atUs: number): number;
  lateness(): LatenessSummary | undefined;
  slips(): number;
  stop(): void;
}

const catchUpLimitMs = 5000;
const idlePeriodMs = 20;
const longestWaitMs = 1000;

export function createPump(air: Air): Pump {
  const meter = createLatenessMeter();
  let originMs = performance.now() - air.nowUs() / 1000;
  let originUnixMs = Date.now() - air.nowUs() / 1000;
  let timer: NodeJS.Timeout | undefined;
  let slips = 0;
  let isStopped = false;

  function catchUp(): void {
    const aheadMs = performance.now() - originMs - air.nowUs() / 1000;
    if (aheadMs > catchUpLimitMs) {
      originMs += aheadMs;
      originUnixMs += aheadMs;
      slips += 1;
    }
    const targetUs = Math.floor((performance.now() - originMs) * 1000);
    if (targetUs > air.nowUs()) air.advanceTo(targetUs);
  }

  function tick(): void {
    const dueUs = air.nextEventUs();
    const nowUs = (performance.now() - originMs) * 1000;
    if (dueUs !== undefined && dueUs <= nowUs && air.isAnyoneWaiting()) meter.record((nowUs - dueUs) / 1000);
    catchUp();
    schedule();
  }

  function schedule(): void {
    clearTimeout(timer);
    if (isStopped) return;
    const nextUs = air.nextEventUs();
    // Something is always scheduled, so that the air's clock never falls behind by the catch-up limit.
    const untilMs = nextUs === undefined ? longestWaitMs : nextUs / 1000 + originMs - performance.now();
    const leastMs = air.isAnyoneWaiting() ? 1 : idlePeriodMs;
    timer = setTimeout(tick, Math.min(longestWaitMs, Math.max(leastMs, untilMs)));
  }

  return {
    catchUp,
    schedule,
    unixMsAt: (atUs) => originUnixMs + atUs / 1000,
    lateness: meter.summarize,
    slips: () => slips,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
