import { counterAt, deriveRecognitionId } from '@deskbeacon/proximity-core';
import type { HostReport } from '../link-matrix.js';
import type { KnownBeacon } from '../recognise.js';

/** A building at night for tests: beacons at places, each of which hears the others as far as the levels reach. */
export interface Standing {
  readonly known: KnownBeacon;
  readonly xM: number;
  readonly yM: number;
  /** How wrong its clock is. */
  readonly errorMs?: number;
  /** Its daemon runs, and nothing reaches the air. */
  readonly isDead?: boolean;
  readonly hasProof?: boolean;
}

export const NOW = 1_800_000_000_000;
const FAINTEST_DBM = -95;

export function beaconAt(number: number, xM: number, yM: number): Standing {
  const recognitionKey = new Uint8Array(16).fill(number + 1);
  const beacon = `b-${number}`;
  const usual = { exponentK: 9, clockOffsetS: number * 37, measuredPowerDbm: -59 };
  return { known: { beacon, desk: `d-${number}`, recognitionKey, ...usual }, xM, yM };
}

/** A grid of desks, 3 m apart. */
export function office(columns = 4, rows = 3): readonly Standing[] {
  return Array.from({ length: columns * rows }, (_, i) => beaconAt(i, 3 * (i % columns), 3 * Math.floor(i / columns)));
}

export function reportsOf(building: readonly Standing[]): readonly HostReport[] {
  return building.map((listener) => {
    const unixMs = NOW + (listener.errorMs ?? 0);
    const heard = building
      .filter((other) => other !== listener && other.isDead !== true)
      .map((other) => ({
        ...idOf(other),
        packets: 20,
        medianRssiDbm: levelOf(listener, other),
        lastUnixMs: unixMs - 5000,
        hasProof: other.hasProof ?? true,
      }))
      .filter(({ medianRssiDbm }) => medianRssiDbm >= FAINTEST_DBM);
    const listened = { atUnixMs: unixMs - 15_000, forMs: 10_000, neighbours: heard };
    return {
      host: `pi-${listener.known.beacon}`,
      report: { unixMs, ...idOf(listener), listened },
      receivedUnixMs: NOW,
    };
  });
}

function idOf({ known, errorMs = 0 }: Standing): { readonly major: number; readonly minor: number } {
  return deriveRecognitionId(
    known.recognitionKey,
    counterAt(NOW - 5000 + errorMs, known.clockOffsetS),
    known.exponentK,
  );
}

/** Free of chance: 30 dB in ten times the distance, and a tilt that differs from link to link. */
function levelOf(a: Standing, b: Standing): number {
  const metres = Math.max(0.5, Math.hypot(a.xM - b.xM, a.yM - b.yM));
  const tilt = ((a.xM * 7 + b.yM * 13 + b.xM * 3) % 5) - 2;
  return Math.round(-59 - 30 * Math.log10(metres) + tilt);
}
