import {
  createHciCommands,
  encodeCommand,
  eventCodes,
  type HciLink,
  openRadio,
  packetTypes,
} from '@deskbeacon/beacon/radio';

/** A central without a stack: whatever it likes goes over the air, through the HCI of an ordinary controller. */
export interface HostileCentral {
  /**
   * Connects to whoever advertises connectably.
   * @returns `undefined` where nobody did within the limit, or nobody answered.
   */
  connect(limitMs: number): Promise<HeldConnection | undefined>;
  /** How many advertising events of each type were heard so far. */
  heardOfType(type: number): number;
  close(): Promise<void>;
}

export interface HeldConnection {
  readonly beganMs: number;
  /** Resolves at the end with how long it was held, and the reason. */
  readonly ended: Promise<{ readonly heldMs: number; readonly reason: number }>;
  /**
   * Sends one piece of L2CAP, when the controller has room for it.
   * @returns whether it was sent; not after the end.
   */
  sendFragment(isFirst: boolean, octets: Uint8Array): Promise<boolean>;
  /** Sends a whole PDU. */
  sendPdu(channel: number, pdu: Uint8Array): Promise<boolean>;
  /** What has come since the last call, in pieces as they came, behind the heads of HCI. */
  takeReceived(): readonly Uint8Array[];
  disconnect(): void;
}

const commands = {
  setEventMask: 0x0c01,
  leSetEventMask: 0x2001,
  leReadBufferSize: 0x2002,
  setScanParameters: 0x200b,
  setScanEnable: 0x200c,
  createConnection: 0x200d,
  cancelConnection: 0x200e,
  disconnect: 0x0406,
} as const;
const events = { disconnected: 0x05, completed: 0x13 } as const;
const subevents = { connected: 0x01, report: 0x02 } as const;
const CONNECTABLE = 0x00;
const ATTEMPT_MS = 2000;

export async function openHostileCentral(radio: string): Promise<HostileCentral> {
  const link = await openRadio(radio);
  const hci = createHciCommands(link);
  await hci.issue(commands.setEventMask, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f));
  await hci.issue(commands.leSetEventMask, Uint8Array.of(0x1f, 0, 0, 0, 0, 0, 0, 0));
  const buffers = (await hci.issue(commands.leReadBufferSize))[2] ?? 1;
  const heard = new Map<number, number>();
  let found: Uint8Array | undefined;
  let connection: Controlled | undefined;
  let begin: ((handle: number) => void) | undefined;
  const endListening = link.onPacket((packet) => {
    if (packet[0] === packetTypes.acl) connection?.receive(packet);
    if (packet[0] !== packetTypes.event) return;
    if (packet[1] === events.disconnected && packet[4] === connection?.handle) connection?.end(packet[6] ?? 0);
    if (packet[1] === events.completed) connection?.complete((packet[6] ?? 0) | ((packet[7] ?? 0) << 8));
    if (packet[1] !== eventCodes.leMeta) return;
    if (packet[3] === subevents.connected && packet[4] === 0) begin?.((packet[5] ?? 0) | ((packet[6] ?? 0) << 8));
    if (packet[3] !== subevents.report) return;
    const type = packet[5] ?? 0xff;
    heard.set(type, (heard.get(type) ?? 0) + 1);
    // Its address with the type in front, as Create Connection wants it.
    if (type === CONNECTABLE) found = packet.slice(6, 13);
  });

  async function find(limitMs: number): Promise<Uint8Array | undefined> {
    found = undefined;
    await hci.issue(commands.setScanParameters, Uint8Array.of(0, 0x10, 0, 0x10, 0, 0, 0));
    await hci.issue(commands.setScanEnable, Uint8Array.of(1, 0));
    const lastMs = performance.now() + limitMs;
    while (found === undefined && performance.now() < lastMs) await pause(5);
    await hci.issue(commands.setScanEnable, Uint8Array.of(0, 0));
    return found;
  }

  return {
    heardOfType: (type) => heard.get(type) ?? 0,
    async connect(limitMs) {
      const peer = await find(limitMs);
      if (peer === undefined) return undefined;
      let cancel: NodeJS.Timeout | undefined;
      const handle = new Promise<number | undefined>((resolve) => {
        begin = resolve;
        cancel = setTimeout(() => resolve(undefined), ATTEMPT_MS);
      });
      // Scans all the time; 7.5 ms between connection events, gone after 1 s of silence.
      const timing = [6, 0, 6, 0, 0, 0, 100, 0, 0, 0, 0, 0];
      await hci.issue(commands.createConnection, Uint8Array.of(0x10, 0, 0x10, 0, 0, ...peer, 0, ...timing));
      const got = await handle;
      clearTimeout(cancel);
      begin = undefined;
      if (got === undefined) {
        await hci.issue(commands.cancelConnection);
        return undefined;
      }
      connection = hold(link, got, buffers);
      return connection;
    },
    async close() {
      endListening();
      hci.close();
      await link.close();
    },
  };
}

interface Controlled extends HeldConnection {
  readonly handle: number;
  receive(packet: Uint8Array): void;
  complete(packets: number): void;
  end(reason: number): void;
}

function hold(link: HciLink, handle: number, buffers: number): Controlled {
  const beganMs = performance.now();
  let room = buffers;
  let isOver = false;
  let received: Uint8Array[] = [];
  const waiting: (() => void)[] = [];
  let finish: (end: { heldMs: number; reason: number }) => void = () => {};
  const ended = new Promise<{ heldMs: number; reason: number }>((resolve) => {
    finish = resolve;
  });
  const release = (): void => {
    for (const proceed of waiting.splice(0)) proceed();
  };

  async function sendFragment(isFirst: boolean, octets: Uint8Array): Promise<boolean> {
    while (room === 0 && !isOver) await new Promise<void>((resolve) => waiting.push(resolve));
    if (isOver) return false;
    room -= 1;
    const flags = isFirst ? 0x00 : 0x10;
    const head = [handle & 0xff, (handle >> 8) | flags, octets.length & 0xff, octets.length >> 8];
    link.send(Uint8Array.of(packetTypes.acl, ...head, ...octets));
    return true;
  }

  return {
    ...{ handle, beganMs, ended, sendFragment },
    sendPdu: (channel, pdu) =>
      sendFragment(true, Uint8Array.of(pdu.length & 0xff, pdu.length >> 8, channel & 0xff, channel >> 8, ...pdu)),
    takeReceived() {
      const taken = received;
      received = [];
      return taken;
    },
    disconnect: () => link.send(encodeCommand(commands.disconnect, Uint8Array.of(handle & 0xff, handle >> 8, 0x13))),
    receive: (packet) => void received.push(packet.slice(5)),
    complete(packets) {
      room = Math.min(buffers, room + packets);
      release();
    },
    end(reason) {
      isOver = true;
      release();
      finish({ heldMs: performance.now() - beganMs, reason });
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
