/** Transmitters that follow a script: the other desks of an office, and forgers. They send ADV_NONCONN_IND from random addresses. */
import { type Advertisement, advertisingType } from './advertisement.js';

/** What is on the air from one instant on, until the next entry. */
export interface ScriptedFrame {
  readonly fromUnixMs: number;
  /** AD structures, each at most 31 octets; they alternate, one dwell each. Empty: silence. */
  readonly data: readonly Uint8Array[];
  /** An address of its own for this time, most significant octet first: a desk that rotates changes both at once. */
  readonly address?: Uint8Array | undefined;
}

export interface FrameScript {
  /** 6 octets, most significant first. */
  readonly address: Uint8Array;
  readonly dwellMs: number;
  readonly frames: readonly ScriptedFrame[];
}

/**
 * @returns what the script has on the air at a Unix time in ms; `undefined` before its first entry and in silence.
 *   Alternation counts dwells from the entry's own instant, so it does not depend on when the air was started.
 * @throws {RangeError} at once, if the script is malformed.
 */
export function createScriptPlayer(script: FrameScript): (unixMs: number) => Advertisement | undefined {
  if (script.address.length !== 6) throw new RangeError(`address: expected 6 octets, got ${script.address.length}`);
  if (!(script.dwellMs >= 1)) throw new RangeError(`dwellMs: expected 1 or more, got ${script.dwellMs}`);
  for (const data of script.frames.flatMap((frame) => frame.data)) {
    if (data.length > 31) throw new RangeError(`data: expected at most 31 octets, got ${data.length}`);
  }
  const frames = [...script.frames].sort((a, b) => a.fromUnixMs - b.fromUnixMs);

  return (unixMs) => {
    const frame = findLast(frames, unixMs);
    if (frame === undefined || frame.data.length === 0) return undefined;
    const dwell = Math.floor((unixMs - frame.fromUnixMs) / script.dwellMs);
    const data = frame.data[dwell % frame.data.length]!;
    return {
      type: advertisingType.ADV_NONCONN_IND,
      isAddressRandom: true,
      address: frame.address ?? script.address,
      data,
    };
  };
}

/** Binary search: a script of a day has thousands of entries and is asked ten times a second. */
function findLast(frames: readonly ScriptedFrame[], unixMs: number): ScriptedFrame | undefined {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle]!.fromUnixMs <= unixMs) low = middle + 1;
    else high = middle;
  }
  return frames[low - 1];
}
