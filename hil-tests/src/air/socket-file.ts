/** Unix sockets as files: only their owner may open them, and what a dead process left behind is cleared away. */
import { lstatSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { AirError } from './air-error.js';

/** `sun_path` of Linux has 108 bytes with its final zero (unix(7)). */
const longestPathBytes = 107;
const probeLimitMs = 500;

/**
 * Binds a server to a path with mode 0600.
 *
 * @throws {AirError} `socket-path` if the path is too long or names something that is no socket, `socket-in-use` if a
 *   living process listens there, `socket-create` if the system refuses.
 */
export async function listenOnSocketFile(server: Server, path: string): Promise<void> {
  const bytes = Buffer.byteLength(path);
  if (bytes === 0 || bytes > longestPathBytes || path.includes('\0')) {
    throw new AirError('socket-path', `socket path: expected 1 to ${longestPathBytes} bytes, got ${bytes}: ${path}`);
  }
  await clearStaleSocket(path);
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(new AirError('socket-create', `cannot listen on ${path}: ${cause.message}`, { cause }));
    server.once('error', fail);
    // The file is made inside this call, so the mask never leaves a moment in which others may open it.
    const mask = process.umask(0o177);
    try {
      server.listen(path, () => {
        server.off('error', fail);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}

async function clearStaleSocket(path: string): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isSocket()) throw new AirError('socket-path', `${path} exists and is no socket`);
  if (await isAnswered(path)) throw new AirError('socket-in-use', `another process serves ${path}`);
  unlinkSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    const end = (isAlive: boolean): void => {
      clearTimeout(limit);
      probe.destroy();
      resolve(isAlive);
    };
    // A listener with a full backlog does not answer at once, and it is alive.
    const limit = setTimeout(() => end(true), probeLimitMs);
    probe.once('connect', () => end(true));
    probe.once('error', () => end(false));
  });
}
