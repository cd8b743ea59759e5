import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { createH4Framer, opcodes, packetTypes, readOpcode } from '@deskbeacon/beacon/radio';

/** With a saboteur CI shows that a scenario fails when what it claims is not so. */
export type Sabotage = WireSabotage | DaemonSabotage;

/** The daemon's own eyes are closed: see `closed-eyes.mjs`. */
export type DaemonSabotage = (typeof daemonSabotages)[number];

const daemonSabotages = [
  /** It never sees that its adapter is down or gone. */
  'blind-to-adapter',
  /** It never hears what other processes tell its controller, nor what that answers to them. */
  'deaf-to-others',
  /** It never sees the machine's switches for radios. */
  'blind-to-switches',
] as const;

/**
 * A saboteur stands on the wire between a host and its controller and breaks one thing.
 */
export type WireSabotage =
  /** Every octet passes, one bit of every frame is turned. */
  | 'bit-in-frame'
  /** The first frame stays on the air: later changes of data are answered and dropped. */
  | 'data-frozen'
  /** The address never changes: the command is answered and dropped. */
  | 'address-frozen'
  /** Only every third change of data gets through, so that one frame has most of the air. */
  | 'unfair-shares'
  /** The daemon never learns that its controller is gone or refuses: answers say success. */
  | 'all-is-well'
  /** The phone's controller goes on scanning when it is told to stop. */
  | 'scan-never-stops'
  /** The phone's controller reports every packet with the level of the first. */
  | 'level-frozen';

export interface Saboteur {
  /** Where the host connects instead. */
  readonly socket: string;
  close(): Promise<void>;
}

export function isOnWire(kind: Sabotage): kind is WireSabotage {
  return !daemonSabotages.some((one) => one === kind);
}

/** @returns whose wire it stands on. */
export function wireOf(kind: WireSabotage): 'desk' | 'phone' {
  return kind === 'scan-never-stops' || kind === 'level-frozen' ? 'phone' : 'desk';
}

/** @param socket path of the controller's unix socket. @param path of the saboteur's own. */
export async function startSaboteur(kind: WireSabotage, socket: string, path: string): Promise<Saboteur> {
  const sockets = new Set<Socket>();
  const server = createServer((host) => {
    const controller = connect(socket);
    const wire = createWire(kind, host, controller);
    for (const [one, other] of [
      [host, controller],
      [controller, host],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => wire.onClosed(one));
    }
  });
  await rm(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  return {
    socket: path,
    close: async () => {
      for (const one of sockets) one.destroy();
      server.close();
      await rm(path, { force: true });
    },
  };
}

interface Wire {
  onClosed(socket: Socket): void;
}

function createWire(kind: WireSabotage, host: Socket, controller: Socket): Wire {
  const fromHost = createH4Framer({ direction: 'from-host' });
  const fromController = createH4Framer({ direction: 'from-controller' });
  let changesOfData = 0;
  let isAdvertising = false;
  let firstLevel: number | undefined;

  /** Answers in the controller's place: Command Complete, success. */
  const answer = (opcode: number): void => {
    host.write(Uint8Array.of(packetTypes.event, 0x0e, 4, 1, opcode & 255, opcode >>> 8, 0));
  };

  const pass = (packet: Uint8Array): void => {
    const opcode = readOpcode(packet);
    const isData = opcode === opcodes.leSetAdvertisingData && (packet[4] ?? 0) > 0;
    if (isData) changesOfData += 1;
    if (opcode === opcodes.leSetAdvertisingEnable) isAdvertising = packet[4] === 1;
    if (kind === 'bit-in-frame' && isData) {
      const turned = packet.slice();
      turned[20] = (turned[20] ?? 0) ^ 1;
      controller.write(turned);
    } else if (kind === 'data-frozen' && isData && changesOfData > 1) answer(opcodes.leSetAdvertisingData);
    else if (kind === 'unfair-shares' && isData && isAdvertising && changesOfData % 2 === 0)
      answer(opcodes.leSetAdvertisingData);
    else if (kind === 'scan-never-stops' && opcode === opcodes.leSetScanEnable && packet[4] === 0) answer(opcode);
    else if (kind === 'address-frozen' && opcode === opcodes.leSetRandomAddress && changesOfData > 0) answer(opcode);
    else controller.write(packet);
  };

  host.on('data', (chunk) => {
    for (const item of fromHost.push(chunk)) if (item.kind === 'packet') pass(item.packet);
  });
  controller.on('data', (chunk) => {
    for (const item of fromController.push(chunk)) {
      if (item.kind !== 'packet') continue;
      if (kind === 'level-frozen' && isReport(item.packet)) {
        firstLevel ??= item.packet.at(-1) as number;
        item.packet.set([firstLevel], item.packet.length - 1);
      }
      host.write(kind === 'all-is-well' ? withSuccess(item.packet) : item.packet);
    }
  });
  return {
    onClosed(socket) {
      if (socket === host) controller.destroy();
      else if (kind !== 'all-is-well') host.destroy();
      else keepAnswering(host);
    },
  };
}

/** An LE Advertising Report; our controllers put one report into each, and its level is the last octet. */
function isReport(packet: Uint8Array): boolean {
  return packet[0] === packetTypes.event && packet[1] === 0x3e && packet[3] === 0x02;
}

/** Turns every refusal into success. */
function withSuccess(packet: Uint8Array): Uint8Array {
  const changed = packet.slice();
  if (packet[0] === packetTypes.event && packet[1] === 0x0e && packet.length >= 7) changed[6] = 0;
  return changed;
}

/** The controller is gone, and the host is told that all is well. */
function keepAnswering(host: Socket): void {
  const framer = createH4Framer({ direction: 'from-host' });
  host.on('data', (chunk) => {
    for (const item of framer.push(chunk)) {
      const opcode = item.kind === 'packet' ? readOpcode(item.packet) : undefined;
      if (opcode !== undefined) host.write(Uint8Array.of(packetTypes.event, 0x0e, 4, 1, opcode & 255, opcode >>> 8, 0));
    }
  });
}
