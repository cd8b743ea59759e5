import { encodeHex, nextBoundaryUnixMs } from '@deskbeacon/proximity-core';
import type { BeaconClock } from '../identity/clock.js';
import type { BeaconKeys } from '../identity/keys.js';
import type { HciAdvertiser } from '../radio/index.js';
import { type FrameSettings, type Identity, identityAt } from '../schedule/frames.js';
import { createGuard } from '../schedule/guard.js';
import { dwellFor, planStep } from '../schedule/plan.js';
import type { Log } from './log.js';
import type { Sleeper } from './sleep.js';

export interface AirTimeOptions {
  readonly advertiser: HciAdvertiser;
  readonly clock: BeaconClock;
  readonly keys: BeaconKeys;
  readonly settings: FrameSettings & { readonly intervalMs: number };
  readonly sleeper: Sleeper;
  readonly signal: AbortSignal;
  /** Told of each window that goes on the air, before it does. */
  readonly onIdentity: (nowUnixMs: number) => Promise<void>;
  /** Whether the controller has to be set up again, because it was reset. */
  readonly takeRestart: () => boolean;
  readonly log: Log;
}

/**
 * Keeps the beacon on the air until the signal: both frames in turn, and at each window's end silence for an instant, then
 * the next identity with its own address.
 * @throws what the advertiser throws.
 */
export async function keepOnAir(options: AirTimeOptions): Promise<void> {
  const { advertiser, clock, keys, settings, sleeper, signal, onIdentity, takeRestart, log } = options;
  const dwellMs = dwellFor(settings.intervalMs);
  const guard = createGuard();
  const now = (): number => clock.nowUnixMs();
  let identity: Identity | undefined;
  let frame = 0;
  let frameSinceUnixMs = 0;

  const currentData = (): Uint8Array => (identity as Identity).frames[frame % 2] as Uint8Array;
  const enter = async (): Promise<void> => {
    const atUnixMs = now();
    identity = identityAt(atUnixMs, keys, settings);
    await onIdentity(atUnixMs);
  };
  const begin = async (): Promise<void> => {
    await enter();
    await advertiser.start({
      intervalMs: settings.intervalMs,
      address: (identity as Identity).address,
      data: currentData(),
    });
    frameSinceUnixMs = now();
  };

  takeRestart();
  await begin();
  log({
    priority: 6,
    event: 'advertising',
    text: 'advertising',
    fields: { intervalMs: settings.intervalMs, exponentK: settings.exponentK },
  });
  while (!signal.aborted) {
    const boundaryUnixMs = nextBoundaryUnixMs(now(), settings.clockOffsetS, settings.exponentK);
    const plan = planStep({ frameSinceUnixMs, nextBoundaryUnixMs: boundaryUnixMs, dwellMs, leadMs: guard.leadMs() });
    await sleeper.until(plan.atUnixMs, now);
    if (signal.aborted) return;
    if (takeRestart()) {
      await begin();
      log({ priority: 4, event: 'restarted', text: 'the controller was reset; advertising again' });
      continue;
    }
    const startedUnixMs = now();
    if (plan.step === 'alternate') {
      frame += 1;
      await advertiser.setData(currentData());
      frameSinceUnixMs = startedUnixMs;
    } else {
      await advertiser.pause();
      const silentUnixMs = now();
      await sleeper.until(boundaryUnixMs, now);
      if (signal.aborted) return;
      await enter();
      frame += 1;
      const { address } = identity as Identity;
      await advertiser.changeIdentity({ address, data: currentData() });
      frameSinceUnixMs = now();
      log({
        priority: 7,
        event: 'identity-changed',
        text: 'new identity',
        fields: {
          address: encodeHex(address),
          leadMs: Math.round(guard.leadMs()),
          silentBeforeMs: boundaryUnixMs - silentUnixMs,
        },
      });
      guard.measure(silentUnixMs - plan.atUnixMs);
      continue;
    }
    guard.measure(now() - plan.atUnixMs);
  }
}
