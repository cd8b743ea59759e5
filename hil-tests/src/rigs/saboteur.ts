import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { createH4Framer, opcodes, packetTypes, readOpcode } from '@deskbeacon/beacon/radio';

/**
 * A saboteur stands on the wire between daemon and controller and breaks one thing. With it, CI shows that a scenario
 * fails when what it claims is not so.
 */
export type Sabotage =
  /** Every octet passes, one bit of every frame is turned. */
  | 'bit-in-frame'
  /** The first frame stays on the air: later changes of data are answered and dropped. */
  | 'data-frozen'
  /** The address never changes: the command is answered and dropped. */
  | 'address-frozen'
  /** Only every third change of data gets through, so that one frame has most of the air. */
  | 'unfair-shares'
  /** The daemon never learns that its controller is gone or refuses: answers say success. */
  | 'all-is-well';

export interface SabotagedRadio {
  readonly radio: string;
  close(): Promise<void>;
}

/** @param socket path of the controller's unix socket. @param path where the daemon connects instead. */
export async function sabotage(kind: Sabotage, socket: string, path: string): Promise<SabotagedRadio> {
  const sockets = new Set<Socket>();
  const server = createServer((daemon) => {
    const controller = connect(socket);
    const wire = createWire(kind, daemon, controller);
    for (const [one, other] of [
      [daemon, controller],
      [controller, daemon],
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
    radio: `h4:unix:${path}`,
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

function createWire(kind: Sabotage, daemon: Socket, controller: Socket): Wire {
  const fromHost = createH4Framer({ direction: 'from-host' });
  const fromController = createH4Framer({ direction: 'from-controller' });
  let changesOfData = 0;
  let isAdvertising = false;

  /** Answers in the controller's place: Command Complete, success. */
  const answer = (opcode: number): void => {
    daemon.write(Uint8Array.of(packetTypes.event, 0x0e, 4, 1, opcode & 255, opcode >>> 8, 0));
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
    else if (kind === 'address-frozen' && opcode === opcodes.leSetRandomAddress && changesOfData > 0) answer(opcode);
    else controller.write(packet);
  };

  daemon.on('data', (chunk) => {
    for (const item of fromHost.push(chunk)) if (item.kind === 'packet') pass(item.packet);
  });
  controller.on('data', (chunk) => {
    for (const item of fromController.push(chunk)) {
      if (item.kind !== 'packet') continue;
      daemon.write(kind === 'all-is-well' ? withSuccess(item.packet) : item.packet);
    }
  });
  return {
    onClosed(socket) {
      if (socket === daemon) controller.destroy();
      else if (kind !== 'all-is-well') daemon.destroy();
      else keepAnswering(daemon);
    },
  };
}

/** Turns every refusal into success. */
function withSuccess(packet: Uint8Array): Uint8Array {
  const changed = packet.slice();
  if (packet[0] === packetTypes.event && packet[1] === 0x0e && packet.length >= 7) changed[6] = 0;
  return changed;
}

/** The controller is gone, and the daemon is told that all is well. */
function keepAnswering(daemon: Socket): void {
  const framer = createH4Framer({ direction: 'from-host' });
  daemon.on('data', (chunk) => {
    for (const item of framer.push(chunk)) {
      const opcode = item.kind === 'packet' ? readOpcode(item.packet) : undefined;
      if (opcode !== undefined)
        daemon.write(Uint8Array.of(packetTypes.event, 0x0e, 4, 1, opcode & 255, opcode >>> 8, 0));
    }
  });
}
