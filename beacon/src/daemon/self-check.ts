import { BeaconError } from '../errors.js';
import type { ConfirmingAdvertiser, HciCommands } from '../radio/index.js';
import { opcodes } from '../radio/index.js';
import { pause } from './aborts.js';

/** A check is made this often, and more often where a watchdog wants to hear sooner. */
export const CHECK_EVERY_MS = 15_000;
/** A check that failed is made once more before it counts: a controller that is being reset answers nothing meanwhile. */
const AGAIN_MS = 3_000;
/** Switching on again takes a command of up to a second; nearer to a boundary it could hold up the end of the window. */
const CLEARANCE_MS = 1_200;
/** Beyond this age of the last confirmation nobody knows whether a frame is on the air. */
const OLDEST_CHECKS = 4;

export interface SelfCheckOptions {
  readonly commands: Pick<HciCommands, 'issue'>;
  readonly advertiser: Pick<ConfirmingAdvertiser, 'confirm'>;
  /** Whether a frame is meant to be on the air: not in a pairing window. */
  readonly isOnAir: () => boolean;
  /** How long ago the controller last confirmed that it advertises. */
  readonly sinceConfirmedMs: () => number;
  /** How long the window on the air lasts on. */
  readonly windowLeftMs: () => number;
  readonly everyMs: number;
  readonly onPassed: () => void;
  readonly signal: AbortSignal;
}

/**
 * Checks again and again, until the signal, that the controller answers and that it advertises: a command whose answer
 * changes nothing, and advertising switched on once more, which also undoes what another process did without our seeing it.
 * @throws BeaconError of the check that failed twice in a row.
 */
export async function keepChecking(options: SelfCheckOptions): Promise<void> {
  const { everyMs, onPassed, signal } = options;
  let failures = 0;
  await pause(Math.min(everyMs, AGAIN_MS), signal);
  while (!signal.aborted) {
    try {
      await checkOnce(options);
      if (signal.aborted) return;
      failures = 0;
      onPassed();
      await pause(everyMs, signal);
    } catch (error) {
      failures += 1;
      if (!(error instanceof BeaconError) || failures > 1) throw error;
      await pause(AGAIN_MS, signal);
    }
  }
}

async function checkOnce({
  commands,
  advertiser,
  isOnAir,
  sinceConfirmedMs,
  windowLeftMs,
  everyMs,
}: SelfCheckOptions): Promise<void> {
  await commands.issue(opcodes.readBdAddr);
  if (!isOnAir()) return;
  // Near its end the window's change is about to switch advertising on by itself.
  if (windowLeftMs() > CLEARANCE_MS) await advertiser.confirm();
  const ageMs = sinceConfirmedMs();
  if (ageMs > OLDEST_CHECKS * everyMs)
    throw new BeaconError('hci-timeout', `nothing has confirmed for ${Math.round(ageMs / 1000)} s that it advertises`);
}

/** @returns how often to check for a service manager that ends what it has not heard of for so long. */
export function checkEveryMs(watchdogUs: string | undefined): number {
  const limitMs = Number(watchdogUs) / 1000;
  // A third: one that fails once and one that is late still come in time.
  return limitMs > 0 ? Math.min(CHECK_EVERY_MS, Math.max(1_000, limitMs / 3)) : CHECK_EVERY_MS;
}
