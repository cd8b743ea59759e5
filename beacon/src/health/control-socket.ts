/**
 * The daemon's own door for whoever may log in to its machine: a unix socket, one request and one answer a connection, each a
 * line of JSON. Its file is made with mode 0600; over SSH the command line opens it as anybody there does.
 */
import { lstat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { BeaconError } from '../errors.js';

export type LocalRequest =
  | { readonly do: 'status' }
  | { readonly do: 'pair-window'; readonly minutes: number }
  | { readonly do: 'ring-all'; readonly isOn: boolean };
export type LocalAnswer =
  | { readonly ok: true; readonly [name: string]: unknown }
  | { readonly ok: false; readonly reason: string };

export interface LocalServer {
  close(): Promise<void>;
}

export const MOST_WINDOW_MINUTES = 60;
/** `sun_path` of Linux has 108 octets with its final zero (unix(7)). */
const MOST_PATH_OCTETS = 107;
const MOST_LINE_OCTETS = 4096;
/** A status has some thirty fields. */
const MOST_ANSWER_OCTETS = 65_536;
const MOST_CONNECTIONS = 8;
const TALK_LIMIT_MS = 5000;

/**
 * @param answer what to say to a request; never rejects.
 * @throws BeaconError `control-socket` where the path cannot be served, `state-busy` where another daemon serves it.
 */
export async function serveLocally(
  path: string,
  answer: (request: LocalRequest) => Promise<LocalAnswer>,
): Promise<LocalServer> {
  await clearStale(path);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    talk(socket, answer);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, path);
  return {
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** @throws BeaconError `control-socket` where no daemon answers, or what it answers is no answer. */
export async function askLocally(path: string, request: LocalRequest): Promise<LocalAnswer> {
  const line = await new Promise<string>((resolve, reject) => {
    const fail = (why: string, cause?: Error): void =>
      reject(new BeaconError('control-socket', `${path}: ${why}`, cause === undefined ? {} : { cause }));
    const socket = connect(path, () => socket.write(`${JSON.stringify(request)}\n`));
    let text = '';
    socket.setTimeout(TALK_LIMIT_MS, () => {
      socket.destroy();
      fail(`no answer within ${TALK_LIMIT_MS / 1000} s`);
    });
    socket.on('error', (cause) => fail('no daemon answers', cause));
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (text.length > MOST_ANSWER_OCTETS) socket.destroy();
      if (!text.includes('\n')) return;
      resolve(text);
      socket.destroy();
    });
    socket.on('close', () => fail('the daemon closed without an answer'));
  });
  const parsed = parse(line);
  if (parsed === undefined || typeof parsed.ok !== 'boolean')
    throw new BeaconError('control-socket', `${path}: what answers there is no daemon of ours`);
  return parsed as LocalAnswer;
}

function talk(socket: Socket, answer: (request: LocalRequest) => Promise<LocalAnswer>): void {
  let text = '';
  let isAsked = false;
  socket.setTimeout(TALK_LIMIT_MS, () => socket.destroy());
  socket.on('error', () => {}); // Whoever asked is gone.
  const reply = (said: LocalAnswer): void => void socket.end(`${JSON.stringify(said)}\n`);
  socket.on('data', (chunk) => {
    if (isAsked) return;
    text += chunk.toString('utf8');
    const end = text.indexOf('\n');
    if (end < 0 && text.length <= MOST_LINE_OCTETS) return;
    isAsked = true;
    const request = end < 0 ? undefined : readRequest(text.slice(0, end));
    if (request === undefined)
      reply({
        ok: false,
        reason: `expected {"do":"status"}, {"do":"pair-window","minutes":1 to ${MOST_WINDOW_MINUTES}} or {"do":"ring-all","isOn":true or false}`,
      });
    else void answer(request).then(reply);
  });
}

function readRequest(line: string): LocalRequest | undefined {
  const value = parse(line);
  if (value?.do === 'status') return { do: 'status' };
  const { minutes, isOn } = value ?? {};
  if (value?.do === 'ring-all' && typeof isOn === 'boolean') return { do: 'ring-all', isOn };
  const isInRange = typeof minutes === 'number' && minutes > 0 && minutes <= MOST_WINDOW_MINUTES;
  return value?.do === 'pair-window' && isInRange ? { do: 'pair-window', minutes } : undefined;
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

async function clearStale(path: string): Promise<void> {
  const octets = Buffer.byteLength(path);
  if (octets > MOST_PATH_OCTETS)
    throw new BeaconError('control-socket', `${path}: expected at most ${MOST_PATH_OCTETS} octets, got ${octets}`);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new BeaconError('control-socket', `${path} exists and is no socket`);
  if (await isAnswered(path)) throw new BeaconError('state-busy', `another daemon serves ${path}`);
  await unlink(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    const end = (isAlive: boolean): void => {
      probe.destroy();
      resolve(isAlive);
    };
    // A listener whose queue is full does not answer at once, and it is alive.
    probe.setTimeout(TALK_LIMIT_MS, () => end(true));
    probe.once('connect', () => end(true));
    probe.once('error', () => end(false));
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new BeaconError('control-socket', `cannot listen on ${path}`, { cause })));
    // The file is made inside this call, so there is no moment in which others may open it.
    const mask = process.umask(0o177);
    try {
      server.listen(path, resolve);
    } finally {
      process.umask(mask);
    }
  });
}
