import { setTimeout as pause } from 'node:timers/promises';
import { openRadio, startNoble } from '@deskbeacon/beacon/radio';
import { encodeHex } from '@deskbeacon/proximity-core';
import type { Heard } from '../rigs/rig.js';
import type { Instrument } from './instrument.js';

/** A controller of its own that hears what is on the air: a dongle that speaks H4 on a serial port, or any other radio. */
export interface Observer extends Instrument {
  readonly kind: 'observer';
  /** Scans for so long. @param forMs 1 to 60 000. @throws {RangeError} @throws what the radio's link throws. */
  listen(forMs: number): Promise<readonly Heard[]>;
}

const LONGEST_MS = 60_000;

/** @param radio as `--radio` takes it, e.g. `h4:/dev/ttyACM0`. @throws what `openRadio` and `startNoble` throw. */
export async function openObserver(radio: string): Promise<Observer> {
  const link = await openRadio(radio);
  try {
    const noble = await startNoble(link);
    return {
      kind: 'observer',
      identity: { address: radio },
      async listen(forMs) {
        if (!(forMs >= 1 && forMs <= LONGEST_MS))
          throw new RangeError(`forMs: expected 1 to ${LONGEST_MS}, got ${forMs}`);
        const heard: Heard[] = [];
        const stop = noble.onReport(({ data, atMs, ...report }) => {
          heard.push({ ...report, unixMs: performance.timeOrigin + atMs, data: encodeHex(data) });
        });
        try {
          await noble.startScanning();
          await pause(forMs);
          await noble.stopScanning();
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
