import { connect, createServer, type Socket } from 'node:net';

export interface Relay {
  readonly port: number;
  /** Bytes that the server sent, over all connections. */
  readonly bytes: () => number;
  readonly stop: () => Promise<void>;
}

export interface RelayOptions {
  /** Where the real server listens; without one, connections are taken and never answered. */
  readonly to?: number;
  /** The line is cut after so many bytes of the server. */
  readonly cutAfterBytes?: number;
}

/** A line between a client and a server that can go dead or be cut in the middle of an answer. */
export async function startRelay({ to, cutAfterBytes = Number.POSITIVE_INFINITY }: RelayOptions): Promise<Relay> {
  const sockets = new Set<Socket>();
  let passed = 0;
  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => near.destroy());
    if (to === undefined) return;
    const far = connect(to, '127.0.0.1');
    sockets.add(far);
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      const room = cutAfterBytes - passed;
      passed += chunk.length;
      if (chunk.length <= room) near.write(chunk);
      else near.end(chunk.subarray(0, Math.max(0, room)), () => near.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    bytes: () => passed,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
