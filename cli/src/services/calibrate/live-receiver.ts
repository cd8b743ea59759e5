import { randomInt, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError } from '../../errors/cli-error.js';
import { createRecordingReader, type Recording } from './recording.js';

export interface LiveReceiverOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Address to listen on; all of this machine's when absent, for the phone comes over the LAN. */
  readonly host?: string;
  /** Laid under the label of every recording: what is the same for the whole walk. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Called for each recording that was taken. */
  readonly onRecordings: (recordings: readonly Recording[]) => void;
  /** Called when the attempts are used up: nothing is taken any more. */
  readonly onLocked?: () => void;
  /** Six digits; drawn when absent. */
  readonly code?: string;
}

export interface LiveReceiver {
  readonly port: number;
  /** To be typed into the recorder. */
  readonly code: string;
  /** Stops listening and ends what is under way. */
  readonly close: () => Promise<void>;
}

export const liveLimits = {
  /** Wrong codes before nothing is taken any more: ten guesses of a million. */
  attempts: 10,
  /** A pose of ten seconds among two hundred beacons is about one megabyte. */
  bodyBytes: 4 << 20,
  lineCharacters: 1 << 16,
  connections: 16,
  /** A request takes no longer than this, ms; neither does its head. */
  requestMs: 30_000,
  headMs: 10_000,
  posts: 5000,
} as const;

const tooLong = `at most ${liveLimits.bodyBytes} octets are taken`;

type Reply = readonly [status: number, body: object];

/**
 * Takes recordings from a phone on the same network while somebody calibrates, and only then: `POST /v1/recordings` with the code in
 * `Authorization: Bearer` and trace lines as the body. `GET /v1/hello` with the code says that the recorder has come to the right place.
 * @throws CliError `cannot-listen` when the port is taken or the address is not of this machine.
 */
export async function openLiveReceiver(options: LiveReceiverOptions): Promise<LiveReceiver> {
  const code = options.code ?? String(randomInt(1_000_000)).padStart(6, '0');
  if (!/^\d{6}$/.test(code)) throw new RangeError('code: expected six digits');
  const answer = createAnswer(code, options);
  const server = createServer(
    { requestTimeout: liveLimits.requestMs, headersTimeout: liveLimits.headMs, connectionsCheckingInterval: 1000 },
    (request, response) => void answer(request).then((reply) => send(response, reply)),
  );
  server.maxConnections = liveLimits.connections;
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    code,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createAnswer(code: string, options: LiveReceiverOptions): (request: IncomingMessage) => Promise<Reply> {
  let wrong = 0;
  let posts = 0;
  /** Whoever guesses in parallel is counted before an answer is given: nothing is awaited between the two. */
  const refuse = (request: IncomingMessage): Reply | undefined => {
    if (wrong >= liveLimits.attempts) return [429, { error: 'locked' }];
    if (isCode(request.headers.authorization, code)) return undefined;
    wrong += 1;
    if (wrong === liveLimits.attempts) options.onLocked?.();
    return [401, { error: 'wrong-code', attemptsLeft: liveLimits.attempts - wrong }];
  };
  return async (request) => {
    const refused = refuse(request);
    if (refused !== undefined) return refused;
    if (request.url === '/v1/hello')
      return request.method === 'GET' ? [200, { deskbeacon: 'recorder', version: 1 }] : [405, {}];
    if (request.url !== '/v1/recordings') return [404, { error: 'unknown-path' }];
    if (request.method !== 'POST') return [405, { error: 'expected POST' }];
    if (Number(request.headers['content-length'] ?? 0) > liveLimits.bodyBytes) return [413, { error: tooLong }];
    posts += 1;
    if (posts > liveLimits.posts) return [429, { error: 'too-many' }];
    try {
      const recordings = await readBody(request, `phone, recording ${posts}`, options.defaults ?? {});
      options.onRecordings(recordings);
      return [200, { taken: recordings.length, poses: recordings.map(({ label }) => label.pose) }];
    } catch (error) {
      if (error instanceof CliError) return [error.code === 'no-input' ? 413 : 400, { error: error.message }];
      return [400, { error: 'the recording broke off' }];
    }
  };
}

/** Both sides are brought to one length first: how long the comparison takes tells nothing of where they differ. */
function isCode(given: string | undefined, code: string): boolean {
  const [expected, actual] = [`Bearer ${code}`, given ?? ''].map((text) => {
    const octets = Buffer.alloc(32);
    octets.write(text.slice(0, 31), 'latin1');
    octets[31] = Math.min(text.length, 255);
    return octets;
  }) as [Buffer, Buffer];
  return timingSafeEqual(expected, actual);
}

async function readBody(
  request: IncomingMessage,
  source: string,
  defaults: Readonly<Record<string, unknown>>,
): Promise<readonly Recording[]> {
  const reader = createRecordingReader(source, [defaults]);
  const decoder = new TextDecoder();
  let size = 0;
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > liveLimits.lineCharacters) throw new CliError('no-input', 'a line is too long');
    for (const line of lines) reader.take(line);
  };
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > liveLimits.bodyBytes) throw new CliError('no-input', tooLong);
    take(decoder.decode(chunk, { stream: true }));
  }
  take(`${decoder.decode()}\n`);
  return reader.end();
}

function send(response: ServerResponse, [status, body]: Reply): void {
  // A refused body is not read to its end: the connection goes with it.
  const close = status === 200 ? {} : { connection: 'close' };
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...close });
  response.end(`${JSON.stringify(body)}\n`);
}

async function listen(server: Server, { port, host }: LiveReceiverOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(
        new CliError('cannot-listen', `cannot listen on ${host ?? 'any address'}, port ${port}`, { cause: error }),
      );
    server.once('error', fail);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
