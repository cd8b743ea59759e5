import { decodeText, encodeText, isLineEnd } from '../answer-readers.js';
import { openPty } from './open-pty.js';

/** An instrument as octets: it takes what a host sent, in any pieces, and says what it says, at once or later. */
export type SimulatedDevice = (octets: Uint8Array, say: (octets: Uint8Array) => void) => void;

export interface ServedDevice {
  /** What the instrument is opened by. */
  readonly path: string;
  /** Takes the instrument off the cable. */
  close(): Promise<void>;
}

/** Serves an instrument on a pseudo-terminal. @throws {InstrumentError} `pty-missing`. */
export async function serveDevice(device: SimulatedDevice): Promise<ServedDevice> {
  const pty = await openPty();
  pty.onOctets((octets) => device(octets, pty.write));
  return { path: pty.path, close: pty.hangUp };
}

const LONGEST_COMMAND = 256;

/** An instrument of text: its commands end with CR or LF. What is longer than any command is cut off, as firmware does. */
export function createTextDevice(take: (command: string, say: (text: string) => void) => void): SimulatedDevice {
  let partial = '';
  return (octets, say) => {
    for (const octet of octets) {
      if (!isLineEnd(octet)) partial = (partial + decodeText(Uint8Array.of(octet))).slice(0, LONGEST_COMMAND);
      else {
        const command = partial;
        partial = '';
        take(command, (text) => say(encodeText(text)));
      }
    }
  };
}
