import { setTimeout as pause } from 'node:timers/promises';
import { type AdvertisingReport, openRadio, startNoble } from '@deskbeacon/beacon/radio';
import { encodeHex } from '@deskbeacon/proximity-core';

/** One packet as noble heard it. */
export interface Heard {
  readonly unixMs: number;
  readonly address: string;
  readonly addressType: AdvertisingReport['addressType'];
  readonly type: number;
  /** Hexadecimal. */
  readonly data: string;
  readonly rssiDbm: number;
}

/** noble on a controller, as an ear. */
export interface Listener {
  /**
   * Scans for so long. @param forMs 1 to 60 000.
   * @param restartEveryMs scanning is restarted so often, where a controller reports only when it is switched on.
   * @throws {RangeError} @throws what the radio's link throws.
   */
  listen(forMs: number, restartEveryMs?: number): Promise<readonly Heard[]>;
  close(): Promise<void>;
}

const LONGEST_MS = 60_000;

/** @param radio as `--radio` takes it, e.g. `h4:/dev/ttyACM0`. @throws what `openRadio` and `startNoble` throw. */
export async function openListener(radio: string): Promise<Listener> {
  const link = await openRadio(radio);
  try {
    const noble = await startNoble(link);
    return {
      async listen(forMs, restartEveryMs = forMs) {
        if (!(forMs >= 1 && forMs <= LONGEST_MS))
          throw new RangeError(`forMs: expected 1 to ${LONGEST_MS}, got ${forMs}`);
        const heard: Heard[] = [];
        const stop = noble.onReport(({ address, addressType, type, data, rssiDbm, atMs }) => {
          const unixMs = performance.timeOrigin + atMs;
          heard.push({ unixMs, address, addressType, type, data: encodeHex(data), rssiDbm });
        });
        const endMs = performance.now() + forMs;
        try {
          do {
            await noble.startScanning();
            await pause(restartEveryMs);
            await noble.stopScanning();
          } while (performance.now() < endMs);
        } finally {
          stop();
        }
        return heard;
      },
      async close() {
        noble.close();
        await link.close();
      },
    };
  } catch (error) {
    await link.close();
    throw error;
  }
}
