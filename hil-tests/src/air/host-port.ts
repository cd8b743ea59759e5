/**
 * One controller's socket: an H4 stream for one host at a time. Connecting is power on, closing is loss of power: the
 * controller stops advertising and forgets everything, as a dongle does that is pulled out.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { createH4Framer, type H4Framer } from '@deskbeacon/beacon/radio';
import type { Controller, ControllerOutput } from './controller.js';
import type { Pump } from './pump.js';
import { listenOnSocketFile } from './socket-file.js';

export interface HostPort {
  readonly path: string;
  /** Sends an event, or drops it if the host does not read: see `droppedEvents`. */
  sendEvent(packet: Uint8Array): void;
  /** Cuts the host off; the socket goes on listening. */
  unplug(): void;
  hasHost(): boolean;
  droppedEvents(): number;
  close(): Promise<void>;
}

/** What may wait for a host that does not read: beyond the first limit events are dropped, beyond the second it is cut off. */
const eventLimitBytes = 256 * 1024;
const answerLimitBytes = 1024 * 1024;
const lateAnswerLimit = 256;
const handoverLimitMs = 250;

/** @throws {AirError} if the socket cannot be made. */
export async function openHostPort(options: {
  readonly path: string;
  readonly controller: Controller;
  readonly pump: Pump;
}): Promise<HostPort> {
  const { path, controller, pump } = options;
  const lateAnswers = new Set<NodeJS.Timeout>();
  let host: Socket | undefined;
  let dropped = 0;
  let isClosing = false;

  /** A restarted host may connect before the end of its predecessor has come through: it is given a moment. */
  function accept(socket: Socket): void {
    // Every error is followed by 'close', which does what there is to do.
    socket.on('error', () => undefined);
    if (host === undefined) {
      serve(socket);
      return;
    }
    const limit = setTimeout(() => socket.destroy(), handoverLimitMs);
    host.once('close', () => {
      clearTimeout(limit);
      if (socket.destroyed) return;
      if (host === undefined && !isClosing) serve(socket);
      else socket.destroy();
    });
  }

  function serve(socket: Socket): void {
    host = socket;
    const framer = createH4Framer({ direction: 'from-host' });
    pump.catchUp();
    controller.setPower(true);
    socket.on('data', (chunk) => takeChunk(framer, chunk));
    socket.on('close', () => {
      if (host !== socket) return;
      host = undefined;
      for (const timer of lateAnswers) clearTimeout(timer);
      lateAnswers.clear();
      pump.catchUp();
      controller.setPower(false);
      pump.schedule();
    });
  }

  /** Octets that are no packets set the framer to wait for an HCI_Reset (Vol 4 Part A §4); nothing answers them. */
  function takeChunk(framer: H4Framer, chunk: Uint8Array): void {
    pump.catchUp();
    for (const item of framer.push(chunk)) {
      if (item.kind !== 'packet') continue;
      for (const output of controller.handle(item.packet)) answer(output);
    }
    pump.schedule();
  }

  function answer({ packet, afterUs }: ControllerOutput): void {
    if (afterUs === 0) {
      write(packet);
      return;
    }
    if (lateAnswers.size >= lateAnswerLimit) return;
    const timer = setTimeout(() => {
      lateAnswers.delete(timer);
      write(packet);
    }, afterUs / 1000);
    lateAnswers.add(timer);
  }

  function write(packet: Uint8Array): void {
    if (host === undefined || host.destroyed || !controller.isPowered()) return;
    if (host.writableLength > answerLimitBytes) host.destroy();
    else host.write(packet);
  }

  const server: Server = createServer({ noDelay: true }, accept);
  server.maxConnections = 4;
  controller.setPower(false);
  await listenOnSocketFile(server, path);
  return {
    path,
    sendEvent: (packet) => {
      if (host !== undefined && host.writableLength > eventLimitBytes) dropped += 1;
      else write(packet);
    },
    unplug: () => host?.destroy(),
    hasHost: () => host !== undefined,
    droppedEvents: () => dropped,
    close: () =>
      new Promise((resolve) => {
        isClosing = true;
        host?.destroy();
        // Node removes the socket's file when the server closes.
        server.close(() => resolve());
      }),
  };
}
