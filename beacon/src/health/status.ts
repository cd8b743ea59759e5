/**
 * What the daemon says of itself, put together from parts. `status-fields.ts` tells every field to people, to JSON Schema and to
 * Prometheus; this file gives them their values.
 */
import { counterAt, nextBoundaryUnixMs, windowStart } from '@deskbeacon/proximity-core';
import type { AirSettings } from '../config/config.js';
import type { BeaconClock } from '../identity/clock.js';
import type { Ownership } from '../identity/ownership.js';
import { VERSION } from '../version.js';
import type { AirSnapshot } from './air-watch.js';
import { defined } from './defined.js';

/** Rises when a field changes its meaning or goes; not when one is added. */
export const STATUS_VERSION = 1;

export const onAirStates = ['frames', 'ring-all', 'pairing', 'central', 'silent'] as const;
export type OnAir = (typeof onAirStates)[number];

/** Where the values come from. Absent parts leave their fields away. */
export interface StatusParts {
  readonly ownership: () => Ownership;
  readonly clock: Pick<BeaconClock, 'nowUnixMs' | 'isHeld'>;
  /** What the file says; the owner's settings win. */
  readonly settings: AirSettings;
  readonly windowLeftMs: () => number;
  readonly uptimeS: () => number;
  readonly radio?: { readonly address: string; readonly isUp: () => boolean };
  readonly air?: () => AirSnapshot;
  readonly roundTrip?: () => { readonly lastMs: number; readonly worstMs: number } | undefined;
  readonly alreadyOnCount?: () => number;
  readonly malformed?: () => number;
  readonly wrongAttempts?: () => number;
  /** Whether the system's clock is set by somebody, and by whom; absent fields are not known. */
  readonly synchronisation?: () => { readonly isSynchronised?: boolean; readonly source?: string };
  /** How often something went wrong and was mended, by its stable name. */
  readonly incidents?: () => Readonly<Record<string, number>>;
}

export interface DaemonStatus {
  readonly version: number;
  readonly onAir: OnAir;
  readonly isClaimed: boolean;
  readonly isRingAll: boolean;
  readonly name: string;
  readonly windowLeftS: number;
  readonly unixMs: number;
  readonly isClockHeld: boolean;
  readonly uptimeS: number;
  readonly daemon: { readonly version: string; readonly node: string };
  readonly radio: {
    readonly address?: string;
    readonly isUp?: boolean;
    readonly lastRoundTripMs?: number;
    readonly worstRoundTripMs?: number;
    readonly malformedPackets?: number;
    readonly disallowedCommands?: number;
    readonly resets?: number;
  };
  readonly advertising: {
    readonly isEnabled?: boolean;
    readonly enabledAgoS?: number;
    readonly enables?: number;
    readonly alreadyOn?: number;
    readonly intervalMs: number;
  };
  readonly identity: {
    readonly exponentK: number;
    readonly counterS: number;
    readonly windowStartS: number;
    readonly nextChangeS: number;
  };
  readonly clock: { readonly isSynchronised?: boolean; readonly source?: string };
  readonly pairing: { readonly wrongAttempts?: number };
  /** Absent where none is connected. */
  readonly central?: { readonly connectedS: number };
  readonly incidents?: Readonly<Record<string, number>>;
}

/** A change of identity makes the beacon silent for so long at most: it is on the air all the same. */
const CHANGE_MS = 1_000;

export function assembleStatus(parts: StatusParts): DaemonStatus {
  const { owner, isRingAll } = parts.ownership();
  const unixMs = Math.round(parts.clock.nowUnixMs());
  const settings = owner?.settings ?? parts.settings;
  const air = parts.air?.();
  const central = air?.centralForMs;
  return {
    version: STATUS_VERSION,
    onAir: onAirOf(parts, air, isRingAll === true),
    isClaimed: owner !== undefined,
    isRingAll: isRingAll === true,
    name: owner?.settings.name ?? '',
    windowLeftS: Math.max(0, Math.round(parts.windowLeftMs() / 1000)),
    unixMs,
    isClockHeld: parts.clock.isHeld(),
    uptimeS: parts.uptimeS(),
    daemon: { version: VERSION, node: process.version },
    radio: radioOf(parts, air),
    advertising: {
      ...defined({
        isEnabled: air?.isEnabled,
        enabledAgoS: seconds(air?.enabledAgoMs),
        enables: air?.enables,
        alreadyOn: parts.alreadyOnCount?.(),
      }),
      intervalMs: settings.intervalMs,
    },
    identity: identityOf(unixMs, settings),
    clock: defined(parts.synchronisation?.() ?? {}),
    pairing: defined({ wrongAttempts: parts.wrongAttempts?.() }),
    ...(central === undefined ? {} : { central: { connectedS: Math.round(central / 1000) } }),
    ...(parts.incidents === undefined ? {} : { incidents: parts.incidents() }),
  };
}

function onAirOf(parts: StatusParts, air: AirSnapshot | undefined, isRingAll: boolean): OnAir {
  if (air?.centralForMs !== undefined) return 'central';
  if (parts.radio?.isUp() === false) return 'silent';
  const isOn = air?.isEnabled === true || (air?.disabledAgoMs ?? Number.POSITIVE_INFINITY) < CHANGE_MS;
  if (!isOn) return 'silent';
  if (parts.windowLeftMs() > 0) return 'pairing';
  return isRingAll ? 'ring-all' : 'frames';
}

function radioOf(parts: StatusParts, air: AirSnapshot | undefined): DaemonStatus['radio'] {
  const roundTrip = parts.roundTrip?.();
  return defined({
    address: parts.radio?.address,
    isUp: parts.radio?.isUp(),
    lastRoundTripMs: tenths(roundTrip?.lastMs),
    worstRoundTripMs: tenths(roundTrip?.worstMs),
    malformedPackets: parts.malformed?.(),
    disallowedCommands: air?.disallowedCommands,
    resets: air?.resets,
  });
}

function identityOf(unixMs: number, { exponentK, clockOffsetS }: AirSettings): DaemonStatus['identity'] {
  const counterS = counterAt(unixMs, clockOffsetS);
  return {
    exponentK,
    counterS,
    windowStartS: windowStart(counterS, exponentK),
    nextChangeS: Math.round((nextBoundaryUnixMs(unixMs, clockOffsetS, exponentK) - unixMs) / 1000),
  };
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms / 100) / 10;
}

function tenths(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 10) / 10;
}
