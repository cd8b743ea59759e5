import type { CallEvent } from '@deskbeacon/proximity-core';
import {
  type BlePlxError,
  blePlxScanOptions,
  fromBlePlx,
  fromBlePlxError,
} from '@deskbeacon/proximity-core/adapters/ble-plx';
import type { BleManager } from 'react-native-ble-plx';

/** What the host needs of a scan. Another library, or native code of one's own, is another object of this shape. */
export interface Scanner {
  /** @returns when the scan runs; rejects, or calls `failed` later, when it does not. */
  start(heard: (read: (t: number) => readonly CallEvent[]) => void, failed: (error: unknown) => void): Promise<void>;
  stop(): Promise<unknown>;
  /** What an error of the library means. */
  failureOf(error: unknown, t: number): readonly CallEvent[];
}

/**
 * The scan by react-native-ble-plx, which has one scan in an app and one `BleManager`.
 * @param services what `startDeviceScan` filters by: `null` for everything; docs/recipes.md says when which.
 */
export function blePlxScanner(manager: BleManager, services: string[] | null): Scanner {
  return {
    start: (heard, failed) =>
      manager.startDeviceScan(services, blePlxScanOptions, (error, device) => {
        if (error !== null) failed(error);
        else if (device !== null) heard((t) => fromBlePlx(device, t));
      }),
    stop: () => manager.stopDeviceScan(),
    failureOf: (error, t) => fromBlePlxError(error as BlePlxError, t),
  };
}
