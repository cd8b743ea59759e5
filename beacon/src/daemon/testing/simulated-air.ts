import type { Advertiser } from '../../radio/index.js';
import type { Sleeper } from '../sleep.js';

/** One advertising event: what was on the air when. */
export interface AirEvent {
  readonly unixMs: number;
  readonly address: string;
  readonly data: string;
}

export interface SimulatedAir {
  readonly advertiser: Advertiser;
  readonly sleeper: Sleeper;
  readonly events: readonly AirEvent[];
  /** What the advertiser was asked, in order. */
  readonly calls: readonly { readonly name: string; readonly atUnixMs: number }[];
  readonly nowUnixMs: () => number;
  /** Something that happens at an instant. */
  at(unixMs: number, act: () => void): void;
  /** Sets the clock forwards: no time passes, and no advertising event takes place. */
  stepClock(byMs: number): void;
  /** The controller is reset: it is silent until it is started again. */
  reset(): void;
}

export interface SimulationOptions {
  readonly startUnixMs: number;
  readonly intervalMs: number;
  /** Draws from 0 to 1. */
  readonly random: () => number;
  /** How long a command takes, and how late a timer fires at most, ms. */
  readonly commandMs?: number;
  readonly latenessMs?: number;
  /** Told of each advertising event; where it is given, neither events nor calls are kept, for days of them fill a memory. */
  readonly onEvent?: (event: AirEvent) => void;
}

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

/** A controller that advertises in simulated time: time passes only while the daemon waits. */
export function simulateAir({
  startUnixMs,
  intervalMs,
  random,
  commandMs = 2,
  latenessMs = 5,
  onEvent,
}: SimulationOptions): SimulatedAir {
  const events: AirEvent[] = [];
  const calls: { name: string; atUnixMs: number }[] = [];
  const pending: { unixMs: number; act: () => void }[] = [];
  let now = startUnixMs;
  let isOn = false;
  let isWoken = false;
  let nextEventMs = 0;
  let onAir = { address: '', data: '' };

  function passUntil(unixMs: number): void {
    while (!isWoken) {
      pending.sort((a, b) => a.unixMs - b.unixMs);
      const happening = pending[0]?.unixMs ?? Number.POSITIVE_INFINITY;
      const advertising = isOn ? nextEventMs : Number.POSITIVE_INFINITY;
      const next = Math.min(happening, advertising);
      if (next > unixMs) break;
      now = Math.max(now, next);
      if (happening <= advertising) pending.shift()?.act();
      else {
        if (onEvent === undefined) events.push({ unixMs: now, ...onAir });
        else onEvent({ unixMs: now, ...onAir });
        nextEventMs = now + intervalMs + random() * 10;
      }
    }
    if (!isWoken) now = Math.max(now, unixMs);
  }

  async function command(name: string, act: () => void): Promise<void> {
    if (onEvent === undefined) calls.push({ name, atUnixMs: now });
    const wasWoken = isWoken;
    isWoken = false;
    passUntil(now + commandMs);
    isWoken ||= wasWoken;
    act();
  }
  const setData = (data: Uint8Array): void => {
    onAir = { ...onAir, data: hex(data) };
  };
  const switchOff = (): void => {
    isOn = false;
  };
  const switchOn = (): void => {
    isOn = true;
    nextEventMs = now + random() * 2;
  };

  return {
    advertiser: {
      start: ({ address, data }) =>
        command('start', () => {
          onAir = { address: hex(address), data: hex(data) };
          switchOn();
        }),
      setData: (data) => command('setData', () => setData(data)),
      pause: () => command('pause', switchOff),
      changeIdentity: ({ address, data }) =>
        command('changeIdentity', () => {
          onAir = { address: hex(address), data: hex(data) };
          switchOn();
        }),
      stop: () => command('stop', switchOff),
    },
    sleeper: {
      until: async (unixMs) => {
        if (unixMs > now) passUntil(unixMs + random() * latenessMs);
        isWoken = false;
      },
      wake: () => {
        isWoken = true;
      },
    },
    events,
    calls,
    nowUnixMs: () => now,
    at: (unixMs, act) => void pending.push({ unixMs, act }),
    reset: switchOff,
    stepClock: (byMs) => {
      now += byMs;
      nextEventMs += byMs;
      for (const entry of pending) entry.unixMs += byMs;
    },
  };
}
