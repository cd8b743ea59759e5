/**
 * A button that opens the pairing window: an input device of the kernel, as the Pi's overlay `gpio-key` makes one of a pin
 * (Documentation/input/input.rst). Each event is a `struct input_event`:
 *
 * | octets | 8 or 16 | 2 | 2 | 4 |
 * |---|---|---|---|---|
 * | | time: two words of the machine | type, 1: key | code | value, 0 released, 1 pressed, 2 held (signed) |
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ButtonOptions {
  /** `/dev/input/by-path/…`. */
  readonly device: string;
  readonly onPress: () => void;
  /** Told once when the device cannot be read, and again when it can. */
  readonly onState: (state: { readonly isThere: boolean; readonly reason?: string }) => void;
  readonly signal: AbortSignal;
  /** Words of this machine, octets; by its architecture when absent. */
  readonly wordOctets?: 4 | 8;
}

const KEY_EVENT = 1;
const PRESSED = 1;
/** A reader that waits in the kernel would hold one of Node's four threads for ever, so it looks ten times a second instead. */
const LOOK_MS = 100;
const MOST_EVENTS = 64;
/** A button that was pulled out may come back. */
const RETRY_MS = 10_000;
/** A contact that bounces, and a person who presses twice, press once. */
const DEAD_MS = 1000;

/** Watches until the signal; never rejects. */
export async function watchButton(options: ButtonOptions): Promise<void> {
  const { device, onState, signal } = options;
  let wasThere = true;
  while (!signal.aborted) {
    const reason = await readPresses(options, () => {
      if (!wasThere) onState({ isThere: true });
      wasThere = true;
    });
    if (signal.aborted) return;
    if (wasThere) onState({ isThere: false, reason: `${device}: ${reason}` });
    wasThere = false;
    await pause(RETRY_MS, undefined, { signal }).catch(() => {}); // The daemon ends.
  }
}

/** @returns why the device is no longer read. */
async function readPresses(
  { device, onPress, signal, wordOctets = process.arch === 'arm' ? 4 : 8 }: ButtonOptions,
  onOpen: () => void,
): Promise<string> {
  const eventOctets = 2 * wordOctets + 8;
  let pressedAtMs = Number.NEGATIVE_INFINITY;
  let rest = Buffer.alloc(0);
  let file: number | undefined;
  try {
    file = openSync(device, constants.O_RDONLY | constants.O_NONBLOCK);
    onOpen();
    while (!signal.aborted) {
      rest = Buffer.concat([rest, readWaiting(file, MOST_EVENTS * eventOctets)]);
      for (; rest.length >= eventOctets; rest = rest.subarray(eventOctets)) {
        const isPress =
          rest.readUInt16LE(2 * wordOctets) === KEY_EVENT && rest.readInt32LE(2 * wordOctets + 4) === PRESSED;
        if (!isPress || performance.now() - pressedAtMs < DEAD_MS) continue;
        pressedAtMs = performance.now();
        onPress();
      }
      await pause(LOOK_MS, undefined, { signal }).catch(() => {}); // The daemon ends.
    }
    return 'the daemon ends';
  } catch (error) {
    return (error as Error).message;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** What came since the last look; nothing is no fault. */
function readWaiting(file: number, mostOctets: number): Buffer {
  const octets = Buffer.alloc(mostOctets);
  try {
    return octets.subarray(0, readSync(file, octets));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return octets.subarray(0, 0);
    throw error;
  }
}
