import { closeSync, fchmodSync, fstatSync, openSync, writeSync } from 'node:fs';
import { BeaconError } from '../errors.js';
import { type BtsnoopDirection, encodeBtsnoopHeader, encodeBtsnoopRecord } from './btsnoop.js';

/** A capture being written. */
export interface BtsnoopFile {
  /** Appends one packet. Never throws: the first failure is told to `onFailed` and ends the capture. */
  write(direction: BtsnoopDirection, packet: Uint8Array, atMs: number): void;
  close(): void;
}

/**
 * Begins a capture, readable by its owner alone: it holds everything that crosses the link, GATT included.
 *
 * Each record is written synchronously. That costs some 10 µs, and keeps the packets before a crash, which are the ones
 * a capture is made for.
 *
 * @param path is created with mode 0600, or emptied and set to it.
 * @param isContinued adds to what there is, as after the radio was lost and opened again.
 * @param onFailed hears once when the disk refuses a record.
 * @throws BeaconError `state-unwritable` when the file cannot be created.
 */
export function createBtsnoopFile(
  path: string,
  onFailed: (error: BeaconError) => void,
  isContinued = false,
): BtsnoopFile {
  let file: number | undefined = begin(path, isContinued);
  function end(): void {
    if (file === undefined) return;
    const open = file;
    file = undefined;
    closeSync(open);
  }
  return {
    write(direction, packet, atMs) {
      if (file === undefined || packet.length === 0) return;
      const atUs = Math.round((performance.timeOrigin + atMs) * 1000);
      try {
        writeAll(file, encodeBtsnoopRecord({ direction, atUs, packet }));
      } catch (cause) {
        end();
        onFailed(
          new BeaconError('state-unwritable', `the capture ${path} ends early: the disk refused a record`, { cause }),
        );
      }
    },
    close: end,
  };
}

function begin(path: string, isContinued: boolean): number {
  try {
    const file = openSync(path, isContinued ? 'a' : 'w', 0o600);
    fchmodSync(file, 0o600);
    if (fstatSync(file).size === 0) writeAll(file, encodeBtsnoopHeader());
    return file;
  } catch (cause) {
    throw new BeaconError('state-unwritable', `the capture ${path} cannot be created`, { cause });
  }
}

function writeAll(file: number, octets: Uint8Array): void {
  for (let done = 0; done < octets.length; ) done += writeSync(file, octets, done);
}
