import { BeaconError } from '../../errors.js';
import type { ByteStream } from '../../radio/byte-stream.js';
import { createH4Framer } from '../../radio/h4-framer.js';
import { readOpcode, resetOpcode } from '../../radio/hci-packets.js';
import { opcodes, statuses } from '../../radio/opcodes.js';

/** What befalls the next commands of a controller, or the controller itself. */
export type Fault =
  | { readonly kind: 'refused'; readonly status: number; readonly times: number }
  | { readonly kind: 'delayed'; readonly delayMs: number; readonly isCarriedOutLate: boolean }
  | { readonly kind: 'lost'; readonly isCarriedOut: boolean }
  | { readonly kind: 'duplicated'; readonly times: number }
  | { readonly kind: 'truncated'; readonly octets: number }
  | { readonly kind: 'garbage'; readonly octets: Uint8Array }
  | { readonly kind: 'reset' }
  | { readonly kind: 'switched-off' }
  | { readonly kind: 'unplugged'; readonly forMs: number }
  | { readonly kind: 'stalled'; readonly forMs: number };

/** One stretch of time in which one address was on the air. */
export interface Stretch {
  readonly address: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface FaultyController {
  /** @throws BeaconError `radio-unavailable` while it is unplugged. */
  connect(): ByteStream;
  isThere(): boolean;
  inflict(fault: Fault): void;
  isAdvertising(): boolean;
  /** Changes of data while advertising, since the beginning. */
  dataChanges(): number;
  /** What was on the air since the last call, the stretch that lasts cut here. */
  takeStretches(): readonly Stretch[];
  /** How many streams are open. */
  streams(): number;
}

const ANSWER_MS = 2;

/** Return parameters after the status, as a controller of Bluetooth 4.2 gives them. */
const returns: Record<number, readonly number[]> = {
  [opcodes.readLocalVersionInformation]: [8, 0, 0, 8, 0xff, 0xff, 0, 0],
  [opcodes.readBdAddr]: [0x66, 0x55, 0x44, 0x33, 0x22, 0x11],
  [opcodes.leReadBufferSize]: [0xfb, 0x00, 0x03],
  3180: [1, 0],
};

/** A controller in memory that a host reaches as over a serial line; it answers after 2 ms, and fails as it is told. */
export function createFaultyController(nowMs: () => number): FaultyController {
  let line: { readonly onData: (chunk: Uint8Array) => void; readonly onEnd: (error?: Error) => void } | undefined;
  let open = 0;
  let waiting: {
    fault: Extract<Fault, { kind: 'refused' | 'delayed' | 'lost' | 'duplicated' | 'truncated' }>;
    left: number;
  }[] = [];
  let absentUntilMs = 0;
  let stalledUntilMs = 0;
  let address = '000000000000';
  let onAirSinceMs: number | undefined;
  let stretches: Stretch[] = [];
  let dataChanges = 0;
  /** Raised by a reset and a loss of power: what was under way before is forgotten. */
  let life = 0;

  function switchTo(isOn: boolean): void {
    if (onAirSinceMs !== undefined) stretches.push({ address, fromMs: onAirSinceMs, toMs: nowMs() });
    onAirSinceMs = isOn ? nowMs() : undefined;
  }
  function obey(opcode: number, parameters: Uint8Array): number {
    const isSetting = opcode === opcodes.leSetAdvertisingParameters || opcode === opcodes.leSetRandomAddress;
    if (isSetting && onAirSinceMs !== undefined) return statuses.commandDisallowed;
    if (opcode === opcodes.leSetRandomAddress) address = Buffer.from(parameters).reverse().toString('hex');
    if (opcode === opcodes.leSetAdvertisingEnable) {
      if (parameters[0] === 1 && onAirSinceMs !== undefined) return statuses.commandDisallowed;
      switchTo(parameters[0] === 1);
    }
    if (opcode === opcodes.leSetAdvertisingData && onAirSinceMs !== undefined) dataChanges += 1;
    if (opcode === resetOpcode) {
      switchTo(false);
      life += 1;
    }
    return statuses.success;
  }
  function answer(opcode: number, status: number): Uint8Array {
    const values = status === 0 ? (returns[opcode] ?? []) : [];
    return Uint8Array.of(0x04, 0x0e, 4 + values.length, 1, opcode & 0xff, opcode >> 8, status, ...values);
  }
  function later(afterMs: number, act: () => void): void {
    const its = life;
    setTimeout(() => {
      if (its === life) act();
    }, afterMs);
  }
  const say = (octets: Uint8Array): void => line?.onData(octets);

  function take(packet: Uint8Array): void {
    const opcode = readOpcode(packet);
    if (opcode === undefined || nowMs() < stalledUntilMs) return;
    const parameters = packet.slice(4);
    const found = waiting[0];
    if (found !== undefined && --found.left <= 0) waiting.shift();
    const fault = found?.fault;
    if (fault?.kind === 'lost' && !fault.isCarriedOut) return;
    if (fault?.kind === 'refused') {
      later(ANSWER_MS, () => say(answer(opcode, fault.status)));
      return;
    }
    if (fault?.kind === 'delayed' && fault.isCarriedOutLate) {
      later(fault.delayMs, () => say(answer(opcode, obey(opcode, parameters))));
      return;
    }
    const octets = answer(opcode, obey(opcode, parameters));
    if (fault?.kind === 'lost') return;
    const cut = fault?.kind === 'truncated' ? octets.subarray(0, fault.octets) : octets;
    later(fault?.kind === 'delayed' ? fault.delayMs : ANSWER_MS, () => {
      say(cut);
      if (fault?.kind === 'duplicated') say(octets);
    });
  }

  return {
    connect() {
      if (nowMs() < absentUntilMs) throw new BeaconError('radio-unavailable', 'it is not there');
      const framer = createH4Framer({ direction: 'from-host' });
      let mine: typeof line;
      open += 1;
      return {
        write: (octets) => {
          if (mine === undefined || line !== mine) return;
          for (const item of framer.push(octets)) if (item.kind === 'packet') take(item.packet);
        },
        backlogOctets: () => 0,
        start: (onData, onEnd) => {
          mine = { onData, onEnd: (error) => onEnd(error) };
          line = mine;
        },
        close: async () => {
          open -= 1;
          if (line === mine) line = undefined;
        },
      };
    },
    isThere: () => nowMs() >= absentUntilMs,
    inflict(fault) {
      if (fault.kind === 'garbage') say(fault.octets);
      else if (fault.kind === 'reset') say(Uint8Array.of(0x04, 0x10, 0x01, 0x42));
      else if (fault.kind === 'switched-off') switchTo(false);
      else if (fault.kind === 'stalled') stalledUntilMs = nowMs() + fault.forMs;
      else if (fault.kind === 'unplugged') {
        absentUntilMs = nowMs() + fault.forMs;
        switchTo(false);
        life += 1;
        waiting = [];
        const was = line;
        line = undefined;
        was?.onEnd(new Error('unplugged'));
      } else waiting.push({ fault, left: 'times' in fault ? fault.times : 1 });
    },
    isAdvertising: () => onAirSinceMs !== undefined,
    dataChanges: () => dataChanges,
    takeStretches() {
      if (onAirSinceMs !== undefined) switchTo(true);
      const taken = stretches;
      stretches = [];
      return taken;
    },
    streams: () => open,
  };
}
