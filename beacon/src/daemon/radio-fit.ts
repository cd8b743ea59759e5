import { type ControllerCapabilities, leastIntervalMs } from '../radio/index.js';
import type { Log } from './log.js';

/** What is asked of a controller, fitted to what it says it can. */

/** @returns the interval that this controller can keep, ms; a longer one than was set is told. */
export function intervalFor(intervalMs: number, capabilities: ControllerCapabilities, log: Log): number {
  const leastMs = leastIntervalMs(capabilities);
  if (intervalMs >= leastMs) return intervalMs;
  const text = 'this controller, older than 5.0, cannot advertise as often as is set: set interval_ms to what it can';
  log({ priority: 4, event: 'interval-raised', text, fields: { setMs: intervalMs, intervalMs: leastMs } });
  return leastMs;
}

/** What the log says of the power that frames are sent with: legacy commands only read it. */
export function powerFields(
  capabilities: ControllerCapabilities | undefined,
): Readonly<Record<string, string | number>> {
  return { txPowerDbm: capabilities?.txPowerDbm ?? 'unknown' };
}
