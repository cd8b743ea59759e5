import { encodeHex } from '@deskbeacon/proximity-core';
import type { BeaconClock } from '../identity/clock.js';
import type { BeaconKeys } from '../identity/keys.js';
import { type FrameSettings, type Identity, identityAt, nextChangeUnixMs } from '../schedule/frames.js';
import { createGuard } from '../schedule/guard.js';
import { planStep } from '../schedule/plan.js';
import type { AirTelemetry } from '../schedule/telemetry.js';
import type { Log } from './log.js';
import { createShow, type Show, type ShowOptions } from './show.js';
import type { Sleeper } from './sleep.js';

export interface AirTimeOptions {
  readonly advertiser: ShowOptions['advertiser'];
  readonly clock: Pick<BeaconClock, 'nowUnixMs'>;
  readonly keys: BeaconKeys;
  readonly settings: FrameSettings & { readonly intervalMs: number };
  /** Counts what is on the air, and says what eTLM tells. */
  readonly telemetry: AirTelemetry;
  /** Whether the frames that can silence are on the air now: asked for each frame; true when absent. Without them every phone rings. */
  readonly provesIdentity?: boolean;
  readonly sleeper: Sleeper;
  readonly signal: AbortSignal;
  /** Told of each window: of the first before it is on the air, of the others right after, for a disk is slow. Never rejects. */
  readonly onIdentity: (nowUnixMs: number) => Promise<void>;
  /** Whether the controller has to be set up again, because it was reset. */
  readonly takeRestart: () => boolean;
  readonly log: Log;
}

/** A start takes five commands; nearer to a boundary than this it waits, lest the old identity come on after its window. */
const START_CLEARANCE_MS = 150;

/**
 * Keeps the beacon on the air until the signal: one frame after the other as the queue says, and at each window's end silence
 * for an instant, then the next identity with its own address.
 * @throws what the advertiser throws.
 */
export async function keepOnAir(options: AirTimeOptions): Promise<void> {
  const { advertiser, clock, keys, settings, telemetry, sleeper, signal, onIdentity, takeRestart, log } = options;
  const { intervalMs, exponentK } = settings;
  const guard = createGuard();
  const now = (): number => clock.nowUnixMs();
  const boundaryAfter = (unixMs: number): number => nextChangeUnixMs(unixMs, settings);
  let proves = options.provesIdentity !== false;
  const makeShow = (): Show =>
    createShow({ advertiser, keys, settings, telemetry, provesIdentity: proves, nowUnixMs: now });
  let show = makeShow();
  let identity: Identity;
  let windowEndUnixMs = 0;

  /** A wait that a stalled machine or a clock set forwards made longer ends in here, too. */
  const isSilenceDue = (): boolean => now() >= windowEndUnixMs - guard.leadMs();

  /** What may be proven changes seldom: a window that the disk has not taken yet, a clock that was wrong ahead. */
  const hasProofChanged = (): boolean => (options.provesIdentity !== false) !== proves;

  function takeIdentity(): void {
    const unixMs = now();
    identity = identityAt(unixMs, keys, settings);
    windowEndUnixMs = boundaryAfter(unixMs);
  }

  async function begin(): Promise<void> {
    // The disk first: it may take longer than the clearance. What may no longer be proven waits for no disk.
    const isWithdrawn = proves && hasProofChanged();
    if (!isWithdrawn) await onIdentity(now());
    while (!signal.aborted && boundaryAfter(now()) - now() < START_CLEARANCE_MS) {
      await sleeper.until(boundaryAfter(now()), now);
    }
    if (signal.aborted) return;
    takeIdentity();
    if (hasProofChanged()) {
      proves = !proves;
      show = makeShow();
    }
    await show.start(identity);
  }

  async function showNext(dueUnixMs: number): Promise<void> {
    await show.next(identity);
    guard.measure(now() - dueUnixMs);
  }

  /** @returns whether the boundary was waited for in silence; not when a reset or the signal came between. */
  async function fallSilent(dueUnixMs: number): Promise<boolean> {
    await show.pause();
    const silentUnixMs = now();
    guard.measurePause(silentUnixMs - dueUnixMs);
    if (silentUnixMs > windowEndUnixMs) {
      const fields = { lateMs: Math.round(silentUnixMs - windowEndUnixMs) };
      log({ priority: 4, event: 'pause-late', text: 'the old identity was on the air beyond its window', fields });
    }
    await sleeper.until(windowEndUnixMs, now);
    return !signal.aborted && now() >= windowEndUnixMs;
  }

  async function changeIdentity(): Promise<void> {
    takeIdentity();
    await show.change(identity);
    const fields = { address: encodeHex(identity.address), guardMs: Math.round(guard.leadMs()) };
    log({ priority: 7, event: 'identity-changed', text: 'new identity', fields });
    void onIdentity(now());
  }

  takeRestart();
  await begin();
  if (signal.aborted) return;
  log({
    priority: 6,
    event: 'advertising',
    text: 'advertising',
    fields: { intervalMs, exponentK, frames: show.frames.map(({ kind }) => kind).join(' ') },
  });
  while (!signal.aborted) {
    const wasReset = takeRestart();
    if (wasReset || hasProofChanged()) {
      await begin();
      if (wasReset && !signal.aborted)
        log({ priority: 4, event: 'restarted', text: 'the controller was reset; advertising again' });
      continue;
    }
    const leadMs = guard.leadMs();
    const plan = planStep({
      nextTurnUnixMs: show.nextUnixMs(),
      turnMs: show.turnMs,
      nextBoundaryUnixMs: windowEndUnixMs,
      leadMs,
    });
    // A clock that is set back would wait for years: what may be proven is looked at each second all the same.
    await sleeper.until(plan.atUnixMs, () => (hasProofChanged() ? Number.POSITIVE_INFINITY : now()));
    const isWoken = now() < plan.atUnixMs;
    if (isWoken || signal.aborted) continue;
    if (plan.step === 'next-frame' && !isSilenceDue()) await showNext(plan.atUnixMs);
    else if (await fallSilent(plan.atUnixMs)) await changeIdentity();
  }
}
