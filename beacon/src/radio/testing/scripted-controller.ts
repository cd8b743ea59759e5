import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createH4Framer } from '../h4-framer.js';
import { readOpcode, resetOpcode } from '../hci-packets.js';
import { opcodes, statuses } from '../opcodes.js';

/** How the controller deviates from answering a command at once with Command Complete and status 0. */
export interface Deviation {
  readonly opcode: number;
  /** Refuses: the status, in the event named by `answer`. */
  readonly status?: number;
  /** Nothing is answered when `drop`; the same answer comes twice when `twice`. */
  readonly answer?: 'complete' | 'status' | 'drop' | 'twice';
  readonly delayMs?: number;
  /** How many commands it applies to; all, when absent. */
  readonly times?: number;
}

export interface ReceivedCommand {
  readonly opcode: number;
  readonly parameters: Uint8Array;
}

export interface ScriptedOptions {
  /** How many advertising sets a controller of 5.1 has; absent: one of 4.2 without extended advertising. */
  readonly advertisingSets?: number;
}

/** Core Vol 4 Part E §3.1.1: since its reset a controller takes commands of one of these lists only. */
const legacyCommands: readonly number[] = [
  opcodes.leSetAdvertisingParameters,
  opcodes.leReadAdvertisingPhysicalChannelTxPower,
  opcodes.leSetAdvertisingData,
  opcodes.leSetScanResponseData,
  opcodes.leSetAdvertisingEnable,
];
const extendedCommands: readonly number[] = [
  opcodes.leSetAdvertisingSetRandomAddress,
  opcodes.leSetExtendedAdvertisingParameters,
  opcodes.leSetExtendedAdvertisingData,
  opcodes.leSetExtendedScanResponseData,
  opcodes.leSetExtendedAdvertisingEnable,
  opcodes.leReadNumberOfSupportedAdvertisingSets,
  opcodes.leClearAdvertisingSets,
];

/** A controller of Bluetooth 4.2, or of 5.1 with advertising sets, on a unix socket, for tests: it answers like one, and fails as it is told to. */
export interface ScriptedController {
  /** The path for `h4:unix:PATH`. */
  readonly path: string;
  /** Every command it read, in order. */
  readonly received: readonly ReceivedCommand[];
  /** The highest number of commands that were under way at once. */
  readonly mostUnderWay: () => number;
  readonly isAdvertising: () => boolean;
  readonly isScanning: () => boolean;
  deviate(deviation: Deviation): void;
  /** What it answers to a question from now on: the return parameters after the status. */
  answer(opcode: number, values: readonly number[]): void;
  /** Ends every deviation. */
  behave(): void;
  /** What Num_HCI_Command_Packets says from now on. */
  grant(credits: number): void;
  /** Sends octets as they are, packet or not. */
  sendOctets(octets: Uint8Array): void;
  /** Sends one LE Advertising Report. `address` is most significant octet first. */
  report(report: {
    readonly address: Uint8Array;
    readonly data: Uint8Array;
    readonly rssiDbm: number;
    readonly type?: number;
  }): void;
  /** Cuts the connection as an unplugged cable does. */
  unplug(): void;
  close(): Promise<void>;
}

/** Return parameters after the status, for the commands whose answer has some. */
const returns: Record<number, readonly number[]> = {
  // HCI version 4.2 (8), its revision, LMP version, manufacturer 0xffff, LMP subversion.
  [opcodes.readLocalVersionInformation]: [8, 0, 0, 8, 0xff, 0xff, 0, 0],
  [opcodes.readBdAddr]: [0x66, 0x55, 0x44, 0x33, 0x22, 0x11],
  [opcodes.leReadBufferSize]: [0xfb, 0x00, 0x03],
  [opcodes.leReadLocalSupportedFeatures]: [0, 0, 0, 0, 0, 0, 0, 0],
  [opcodes.leRand]: [1, 2, 3, 4, 5, 6, 7, 8],
  // Read LE Host Support: supported, not simultaneous.
  3180: [1, 0],
};

export async function startScriptedController({ advertisingSets }: ScriptedOptions = {}): Promise<ScriptedController> {
  const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-controller-'));
  const path = join(directory, 'hci.sock');
  const received: ReceivedCommand[] = [];
  const deviations: { deviation: Deviation; left: number }[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const told = new Map<number, readonly number[]>();
  if (advertisingSets !== undefined) {
    told.set(opcodes.readLocalVersionInformation, [10, 0, 0, 10, 0xff, 0xff, 0, 0]);
    told.set(opcodes.leReadLocalSupportedFeatures, [0, 0x10, 0, 0, 0, 0, 0, 0]);
    told.set(opcodes.leReadNumberOfSupportedAdvertisingSets, [advertisingSets]);
    told.set(opcodes.leReadTransmitPower, [0xec, 8]);
    // The power it has chosen: −4 dBm, whatever was asked for.
    told.set(opcodes.leSetExtendedAdvertisingParameters, [0xfc]);
  }
  let socket: Socket | undefined;
  let credits = 1;
  let underWay = 0;
  let mostUnderWay = 0;
  let isAdvertising = false;
  let kind: 'legacy' | 'extended' | undefined;
  let isScanning = false;

  const server: Server = createServer((connection) => {
    socket = connection;
    underWay = 0;
    const framer = createH4Framer({ direction: 'from-host' });
    connection.on('error', () => {});
    connection.on('data', (chunk) => {
      for (const item of framer.push(chunk)) if (item.kind === 'packet') take(item.packet);
    });
  });

  function take(packet: Uint8Array): void {
    const opcode = readOpcode(packet);
    if (opcode === undefined) return;
    const parameters = packet.slice(4);
    received.push({ opcode, parameters });
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    const found = deviations.find(({ deviation, left }) => deviation.opcode === opcode && left > 0);
    if (found !== undefined) found.left--;
    const { status, answer = 'complete', delayMs } = found?.deviation ?? { opcode };
    if (answer === 'drop') return;
    const carryOut = (): void => {
      const own = status ?? obey(opcode, parameters);
      underWay--;
      send(encodeAnswer(opcode, own, answer));
      if (answer === 'twice') send(encodeAnswer(opcode, own, answer));
    };
    if (delayMs === undefined) {
      carryOut();
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      carryOut();
    }, delayMs);
    timers.add(timer);
  }

  /** @returns the status; what the specification forbids while advertising is on is refused. */
  function obey(opcode: number, parameters: Uint8Array): number {
    if (opcode === resetOpcode) {
      isAdvertising = false;
      isScanning = false;
      kind = undefined;
      underWay = 1;
    }
    const asked = legacyCommands.includes(opcode)
      ? 'legacy'
      : extendedCommands.includes(opcode)
        ? 'extended'
        : undefined;
    if (asked === 'extended' && advertisingSets === undefined) return statuses.unknownCommand;
    if (asked !== undefined && kind !== undefined && asked !== kind) return statuses.commandDisallowed;
    kind ??= asked;
    if (opcode === opcodes.leSetExtendedAdvertisingEnable) isAdvertising = parameters[0] === 1;
    const needsSilence = opcode === opcodes.leSetAdvertisingParameters || opcode === opcodes.leSetRandomAddress;
    if (needsSilence && isAdvertising) return statuses.commandDisallowed;
    if (opcode === opcodes.leSetAdvertisingEnable) isAdvertising = parameters[0] === 1;
    if (opcode === opcodes.leSetScanEnable) isScanning = parameters[0] === 1;
    return statuses.success;
  }

  function encodeAnswer(opcode: number, status: number, answer: string): Uint8Array {
    const opcodeOctets = [opcode & 0xff, opcode >> 8];
    if (answer === 'status') return Uint8Array.of(0x04, 0x0f, 4, status, credits, ...opcodeOctets);
    const values = status === 0 ? (told.get(opcode) ?? returns[opcode] ?? []) : [];
    return Uint8Array.of(0x04, 0x0e, 4 + values.length, credits, ...opcodeOctets, status, ...values);
  }

  function send(octets: Uint8Array): void {
    if (socket?.writable) socket.write(octets);
  }

  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    received,
    mostUnderWay: () => mostUnderWay,
    isAdvertising: () => isAdvertising,
    isScanning: () => isScanning,
    deviate: (deviation) => void deviations.unshift({ deviation, left: deviation.times ?? Number.POSITIVE_INFINITY }),
    answer: (opcode, values) => void told.set(opcode, values),
    behave: () => {
      deviations.length = 0;
    },
    grant: (next) => {
      credits = next;
    },
    sendOctets: send,
    report: ({ address, data, rssiDbm, type = 3 }) => {
      const body = [0x02, 1, type, 1, ...Uint8Array.from(address).reverse(), data.length, ...data, rssiDbm & 0xff];
      send(Uint8Array.of(0x04, 0x3e, body.length, ...body));
    },
    unplug: () => socket?.destroy(),
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      socket?.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
