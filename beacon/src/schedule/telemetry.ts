import type { Telemetry } from '@deskbeacon/proximity-core';

/** What a beacon tells of itself in eTLM: since when, how many advertising events, how warm, and whether it knows the time. */
export interface AirTelemetry {
  /** Advertising has begun, with so many ms between two events. */
  begin(intervalMs: number): void;
  /** It has ended; again, when it had ended before. */
  end(): void;
  /** What is to be said now. */
  take(): Telemetry;
}

export interface TelemetrySources {
  /** A clock that only goes forwards, ms. */
  readonly monotonicMs: () => number;
  /** °C; undefined where there is no thermometer. */
  readonly temperatureC: () => number | undefined;
  /** Whether something proves the clock right by which the windows are aired. */
  readonly isClockSynchronised: () => boolean;
}

/**
 * Eddystone has no field for a clock that nothing proves. A beacon has no battery either, so that this voltage, which none has,
 * says it in the battery's place; only who holds the identity key can read it.
 */
export const UNSYNCHRONISED_BATTERY_MV = 1;

/** advDelay, 0 to 10 ms after each event (Core Vol 6 Part B §4.4.2.2.1): 5 ms on average. */
const MEAN_DELAY_MS = 5;
const COUNTER_SIZE = 2 ** 32;
/** 8.8 fixed point. */
const STEPS_A_DEGREE = 256;
const MOST_STEPS = 0x7fff;

/**
 * Counts from now on. A host is not told of single events: their number is the time on the air over interval and mean delay.
 * Both counters begin together, as Eddystone-TLM asks for, with the daemon and not with the machine.
 */
export function createTelemetry({ monotonicMs, temperatureC, isClockSynchronised }: TelemetrySources): AirTelemetry {
  const startedMs = monotonicMs();
  let advertisements = 0;
  let onAir: { readonly sinceMs: number; readonly periodMs: number } | undefined;
  const counted = (): number => (onAir === undefined ? 0 : (monotonicMs() - onAir.sinceMs) / onAir.periodMs);
  const end = (): void => {
    advertisements += counted();
    onAir = undefined;
  };
  return {
    begin(intervalMs) {
      end();
      onAir = { sinceMs: monotonicMs(), periodMs: intervalMs + MEAN_DELAY_MS };
    },
    end,
    take() {
      const temperature = temperatureC();
      const steps = temperature === undefined ? Number.NaN : Math.round(temperature * STEPS_A_DEGREE);
      return {
        advertisements: Math.floor(advertisements + counted()) % COUNTER_SIZE,
        uptimeDs: Math.floor((monotonicMs() - startedMs) / 100) % COUNTER_SIZE,
        ...(isClockSynchronised() ? {} : { batteryMv: UNSYNCHRONISED_BATTERY_MV }),
        ...(Math.abs(steps) <= MOST_STEPS ? { temperatureC: steps / STEPS_A_DEGREE } : {}),
      };
    },
  };
}

/**
 * Salts of eTLM, 16 bits: the first of a window is random, each after it one more. No two frames of one window are encrypted alike, as
 * random salts would be after a few hundred.
 * @param random16 draws 0..65535.
 */
export function createSalts(random16: () => number): (windowS: number) => number {
  let window: number | undefined;
  let next = 0;
  return (windowS) => {
    if (windowS !== window) next = random16();
    window = windowS;
    const salt = next;
    next = (next + 1) & 0xffff;
    return salt;
  };
}
