/**
 * Relay boards, to take the power from a beacon.
 *
 * | kind | channels | sent | answered |
 * |---|---|---|---|
 * | `lcus` | 1 to 8 | `a0`, channel, `01` on or `00` off, low octet of the sum of the three before | nothing |
 * | `numato` | 0 to 9 | `relay on 0` CR, `relay off 0` CR | the echo, then the prompt `>` |
 * | `numato` | 0 to 9 | `relay read 0` CR | the echo, `on` or `off`, then the prompt `>` |
 *
 * From what sellers of LCUS boards and Numato's manuals say. An LCUS board says nothing: a relay of it that does not move is
 * not noticed here. Numato's boards with more than ten relays count on in letters, and are not served.
 */
import { encodeText, readUntil } from './answer-readers.js';
import type { Instrument } from './instrument.js';
import { InstrumentError } from './instrument-error.js';
import { openSerialLine, type SerialLine } from './serial-line.js';

export const relayKinds = ['lcus', 'numato'] as const;
export type RelayKind = (typeof relayKinds)[number];

export const relayChannels: Readonly<Record<RelayKind, { readonly first: number; readonly last: number }>> = {
  lcus: { first: 1, last: 8 },
  numato: { first: 0, last: 9 },
};

export interface RelayBoard extends Instrument {
  readonly kind: 'relay';
  /** Switches, and reads back where the board can be asked. @throws {RangeError} before anything is sent. @throws {InstrumentError} */
  setRelay(channel: number, isOn: boolean): Promise<void>;
}

export interface RelayOptions {
  readonly path: string;
  readonly kind: RelayKind;
  /** 9600 where absent. */
  readonly baud?: number | undefined;
  readonly answerLimitMs?: number | undefined;
}

/** @throws {InstrumentError} when it cannot be opened, or is a board that should answer and does not. */
export async function openRelayBoard({ path, kind, baud = 9600, answerLimitMs }: RelayOptions): Promise<RelayBoard> {
  const line = await openSerialLine({ path, baud, answerLimitMs });
  try {
    // An empty command has a Numato board forget what was half typed, and shows that it is one.
    if (kind === 'numato') await askNumato(line, '');
  } catch (error) {
    await line.close();
    throw error;
  }
  return {
    kind: 'relay',
    identity: { address: path },
    async setRelay(channel, isOn) {
      requireChannel(channel, kind);
      if (kind === 'lcus') await line.send(encodeLcus(channel, isOn));
      else await setNumato(line, channel, isOn);
    },
    close: () => line.close(),
  };
}

/** @returns the four octets that switch a relay of an LCUS board. */
export function encodeLcus(channel: number, isOn: boolean): Uint8Array {
  const state = isOn ? 1 : 0;
  return Uint8Array.of(0xa0, channel, state, (0xa0 + channel + state) & 0xff);
}

async function setNumato(line: SerialLine, channel: number, isOn: boolean): Promise<void> {
  const state = isOn ? 'on' : 'off';
  const command = `relay ${state} ${channel}`;
  const answer = await askNumato(line, command);
  if (answer !== '') throw wrongAnswer(line.path, command, answer);
  const readBack = await askNumato(line, `relay read ${channel}`);
  if (readBack !== state) throw wrongAnswer(line.path, `relay read ${channel}`, readBack, `, after "${command}"`);
}

/** @returns what stands between the echo and the prompt. */
async function askNumato(line: SerialLine, command: string): Promise<string> {
  const answer = await line.exchange(encodeText(`${command}\r`), readUntil('>'));
  const lines = answer
    .split(/[\r\n]+/)
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return (lines[0] === command ? lines.slice(1) : lines).join(' ');
}

function requireChannel(channel: number, kind: RelayKind): void {
  const { first, last } = relayChannels[kind];
  if (Number.isInteger(channel) && channel >= first && channel <= last) return;
  throw new RangeError(`channel: expected ${first} to ${last}, got ${channel}`);
}

function wrongAnswer(path: string, command: string, answer: string, when = ''): InstrumentError {
  const problem = `"${command}" was answered by ${JSON.stringify(answer)}${when}`;
  return new InstrumentError('instrument-answer', `${path}: ${problem}`);
}
