import type { DaemonConfig } from '../config/config.js';
import type { Attempts } from '../control/attempts.js';
import { createCarryOut } from '../control/carry-out.js';
import { tagOf } from '../control/credentials.js';
import { type ControlService, openControlService } from '../control/gatt-service.js';
import { type Credential, PROTOCOL_VERSION } from '../control/messages.js';
import { controlUuids } from '../control/uuids.js';
import { blinkLight } from '../health/light.js';
import type { BeaconClock } from '../identity/clock.js';
import type { OpenState } from '../identity/state-directory.js';
import type { BlenoStack, HciAdvertiser } from '../radio/index.js';
import type { Log } from './log.js';
import type { Sleeper } from './sleep.js';

export interface PairingWindowOptions {
  readonly bleno: BlenoStack;
  readonly advertiser: HciAdvertiser;
  readonly state: OpenState;
  readonly clock: BeaconClock;
  readonly config: DaemonConfig;
  readonly forMs: number;
  readonly sleeper: Sleeper;
  readonly signal: AbortSignal;
  /** Whether the controller has to be set up again, because it was reset. */
  readonly takeRestart: () => boolean;
  /** Of all windows since the daemon's start. */
  readonly attempts: { get(): Attempts; set(next: Attempts): void };
  /** Told as soon as keys, owner or settings have changed. */
  readonly onChanged: () => void;
  readonly log: Log;
}

const INTERVAL_MS = 100;
const NAME = 'unclaimed';
/** Added to the kind of key while the beacon shows which one it is (docs/protocol.md). */
const IDENTIFYING = 0x80;

/**
 * Lets somebody connect who holds the label's code, or the owner's key, until the time is up, the signal comes, or keys or
 * owner have changed and the central is gone. Meanwhile no frame is on the air: a controller has one legacy advertising set, and a
 * phone that hears nothing rings.
 * @throws what the advertiser throws.
 */
export async function holdPairingWindow(options: PairingWindowOptions): Promise<void> {
  const { bleno, advertiser, state, clock, config, forMs, sleeper, signal, takeRestart, log } = options;
  const startedMs = performance.now();
  let isChanged = false;
  let isConnected = false;
  let isOnAir = false;
  let identifyUntilMs = 0;
  let isIdentifying = false;

  const admitting = (): { readonly credential: Credential; readonly secret: Uint8Array } => {
    const { owner, setupCode } = state.ownership;
    return owner === undefined
      ? { credential: 'setup-code', secret: setupCode }
      : { credential: 'owner-key', secret: owner.key };
  };
  const carryOut = createCarryOut({
    state,
    clock,
    unownedSettings: { ...config, name: NAME },
    attempts: () => options.attempts.get(),
    uptimeS: () => Math.floor(process.uptime()),
    identify: async (seconds) => {
      identifyUntilMs = performance.now() + seconds * 1000;
      const { light } = config;
      if (light !== undefined)
        void blinkLight(light, seconds * 1000, signal).catch((error: Error) =>
          log({ priority: 4, event: 'no-light', text: `${light} does not blink: ${error.message}` }),
        );
      log({ priority: 6, event: 'identify', text: 'the beacon shows which one it is', fields: { seconds } });
    },
    onChanged: (what) => {
      isChanged = true;
      options.onChanged();
      log({ priority: 6, event: what, text: `the beacon was ${what.replace('-', ' ')} over the air` });
    },
  });
  const service: ControlService = await openControlService(bleno.bleno, {
    admitting,
    attempts: {
      get: () => options.attempts.get(),
      set: (next) => {
        if (next.wrong > options.attempts.get().wrong)
          log({ priority: 4, event: 'wrong-key', text: 'somebody tried a wrong key', fields: { count: next.wrong } });
        options.attempts.set(next);
      },
    },
    carryOut,
    nowMs: () => performance.now(),
    onConnected: () => {
      isConnected = true;
      isOnAir = false;
    },
    onDisconnected: ({ reason, wasAdmitted }) => {
      isConnected = false;
      log({ priority: 6, event: 'central-gone', text: 'the central is gone', fields: { reason, wasAdmitted } });
      sleeper.wake();
    },
  });
  const isOver = (): boolean =>
    signal.aborted ||
    (!isConnected && !(performance.now() < identifyUntilMs) && (isChanged || performance.now() - startedMs >= forMs));
  try {
    log({
      priority: 6,
      event: 'pairing-window',
      text: 'the pairing window is open: no frames meanwhile',
      fields: { forMs },
    });
    while (!isOver()) {
      if (takeRestart()) {
        isOnAir = false;
        isConnected = false;
      }
      const mustIdentify = performance.now() < identifyUntilMs;
      if (!isConnected && (!isOnAir || isIdentifying !== mustIdentify)) {
        await advertiser.startConnectable({ intervalMs: INTERVAL_MS, ...advertisementOf(admitting(), mustIdentify) });
        isOnAir = true;
        isIdentifying = mustIdentify;
      }
      const nextMs = isIdentifying ? identifyUntilMs : startedMs + forMs;
      await sleeper.until(isConnected ? Number.POSITIVE_INFINITY : nextMs, () => performance.now());
    }
    log({ priority: 6, event: 'pairing-window-closed', text: 'the pairing window is closed' });
  } finally {
    service.close();
  }
}

/** Flags and the service in the advertisement; version, kind of key and its tag in the scan response. */
function advertisementOf(
  { credential, secret }: { readonly credential: Credential; readonly secret: Uint8Array },
  isIdentifying: boolean,
): {
  readonly data: Uint8Array;
  readonly scanResponse: Uint8Array;
} {
  const uuid = Buffer.from(controlUuids.service, 'hex').reverse();
  const kind = (credential === 'setup-code' ? 0 : 1) | (isIdentifying ? IDENTIFYING : 0);
  const told = [PROTOCOL_VERSION, kind, ...tagOf(credential, secret)];
  return {
    // Core Supplement Part A §1.3 (flags), §1.1 (128-bit services), §1.11 (service data).
    data: Uint8Array.of(2, 0x01, 0x06, 1 + uuid.length, 0x07, ...uuid),
    scanResponse: Uint8Array.of(1 + uuid.length + told.length, 0x21, ...uuid, ...told),
  };
}
