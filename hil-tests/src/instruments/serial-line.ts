import { existsSync } from 'node:fs';
import type { SerialPort } from 'serialport';
import { type AnswerReader, decodeText, isLineEnd } from './answer-readers.js';
import { InstrumentError, type InstrumentErrorCode } from './instrument-error.js';

/** A serial port on which one request at a time has its answer. */
export interface SerialLine {
  readonly path: string;
  /** Sends a request and waits for its answer. @throws {InstrumentError} */
  exchange<Answer>(request: Uint8Array, read: AnswerReader<Answer>, limitMs?: number): Promise<Answer>;
  /** Sends what has no answer. Resolves when it has left the machine. @throws {InstrumentError} */
  send(octets: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface SerialLineOptions {
  readonly path: string;
  readonly baud: number;
  /** How long an answer may take; 1000 ms where absent. */
  readonly answerLimitMs?: number | undefined;
}

interface Pending {
  readonly read: AnswerReader<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: InstrumentError) => void;
}

const OPEN_LIMIT_MS = 3_000;
const ANSWER_LIMIT_MS = 1_000;
const CLOSE_LIMIT_MS = 500;
const WATCH_MS = 100;
const LONGEST_ANSWER = 4_096;
const SHOWN = 40;
/** What Linux answers a read or a write on a terminal that hung up; serialport closes the port at the second alone. */
const hangUp = /\b(EIO|ENXIO)\b/;

/**
 * Opens a serial port.
 *
 * A line whose answer stayed away, or that spoke unasked, is given up: the next octet on it may belong to any request,
 * and a late "1" taken for the next command's would make a measurement wrong instead of missing.
 *
 * @throws {InstrumentError} `instrument-missing`, `instrument-permission` or `instrument-busy`.
 */
export async function openSerialLine(options: SerialLineOptions): Promise<SerialLine> {
  const { path, baud, answerLimitMs = ANSWER_LIMIT_MS } = options;
  const port = await openPort(path, baud);
  let buffer: Uint8Array = new Uint8Array(0);
  let pending: Pending | undefined;
  let failure: InstrumentError | undefined;

  const fail = (code: InstrumentErrorCode, problem: string, cause?: Error): void => {
    if (failure !== undefined) return;
    failure = new InstrumentError(code, `${path}: ${problem}`, { cause });
    clearInterval(watch);
    pending?.reject(failure);
    pending = undefined;
    void closePort(port);
  };
  const lose = (cause?: Error): void => {
    const isGone = cause === undefined || hangUp.test(cause.message);
    fail('instrument-lost', isGone ? 'the port went away' : cause.message, cause);
  };
  // serialport 13 reads on and on, and tells nobody, when a port hangs up between two of its reads.
  const watch = setInterval(() => {
    if (!existsSync(path)) lose();
  }, WATCH_MS).unref();
  const consume = (): boolean => {
    const asked = pending;
    const cut = asked === undefined ? skipLineEnds(buffer) : asked.read(buffer);
    if (cut === undefined || cut.used === 0) return false;
    buffer = buffer.subarray(cut.used);
    if (asked !== undefined && 'answer' in cut) {
      pending = undefined;
      asked.resolve(cut.answer);
    }
    return buffer.length > 0;
  };
  port.on('data', (chunk: Uint8Array) => {
    if (failure !== undefined) return;
    buffer = Buffer.concat([buffer, chunk]);
    while (consume());
    if (pending === undefined && buffer.length > 0) fail('instrument-answer', `spoke unasked: ${show(buffer)}`);
    else if (buffer.length > LONGEST_ANSWER)
      fail('instrument-answer', `${buffer.length} octets without an end: ${show(buffer)}`);
  });
  port.on('error', (cause: Error) => lose(cause));
  port.on('close', () => lose());

  const refuseIfUnready = (): void => {
    if (failure !== undefined) throw failure;
    if (pending !== undefined) throw new Error(`${path}: expected one request at a time, got a second`);
  };
  const withLimit = async <Result>(limitMs: number, late: () => string, work: Promise<Result>): Promise<Result> => {
    const timer = setTimeout(() => fail('instrument-timeout', late()), limitMs);
    return work.finally(() => clearTimeout(timer));
  };

  return {
    path,
    async exchange<Answer>(request: Uint8Array, read: AnswerReader<Answer>, limitMs = answerLimitMs) {
      refuseIfUnready();
      const answer = new Promise<Answer>((resolve, reject) => {
        pending = { read, resolve: resolve as (answer: unknown) => void, reject };
      });
      port.write(Buffer.from(request));
      const late = (): string => `no whole answer to ${show(request)} within ${limitMs} ms, only ${show(buffer)}`;
      return withLimit(limitMs, late, answer);
    },
    async send(octets) {
      refuseIfUnready();
      const sent = new Promise<void>((resolve, reject) => {
        pending = { read: () => undefined, resolve: () => resolve(), reject };
        port.write(Buffer.from(octets));
        port.drain((cause) => (cause ? lose(cause) : resolve()));
      });
      await withLimit(answerLimitMs, () => `did not take ${show(octets)} within ${answerLimitMs} ms`, sent);
      pending = undefined;
    },
    async close() {
      fail('instrument-lost', 'it was closed');
      await closePort(port);
    },
  };
}

/** Ends of line trail behind many an answer, in another packet or in the same. */
function skipLineEnds(octets: Uint8Array): { readonly used: number } {
  const rest = octets.findIndex((octet) => !isLineEnd(octet));
  return { used: rest < 0 ? octets.length : rest };
}

async function openPort(path: string, baud: number): Promise<SerialPort> {
  // A native addon: loaded at the first use, and no part of a run without instruments.
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    const late = new Error(`not open within ${OPEN_LIMIT_MS} ms`);
    const timer = setTimeout(() => reject(explainOpenError(path, late)), OPEN_LIMIT_MS);
    port.open((cause) => {
      clearTimeout(timer);
      if (cause) reject(explainOpenError(path, cause));
      else resolve();
    });
  });
  // What an earlier run left in the driver answers nothing of ours.
  await new Promise<void>((resolve) => port.flush(() => resolve()));
  return port;
}

/** serialport tells errno only inside its sentence. */
const openErrors: readonly (readonly [RegExp, InstrumentErrorCode, string])[] = [
  [/EACCES|EPERM|permission denied|not permitted/i, 'instrument-permission', 'may not be opened by this user'],
  [/EBUSY|EAGAIN|cannot lock|temporarily unavailable|resource busy/i, 'instrument-busy', 'is held by another program'],
  [/ENOENT|no such file|no such device/i, 'instrument-missing', 'does not exist'],
];

function explainOpenError(path: string, cause: Error): InstrumentError {
  const [, code, problem] = openErrors.find(([pattern]) => pattern.test(cause.message)) ?? [
    undefined,
    'instrument-missing' as const,
    `cannot be opened (${cause.message})`,
  ];
  return new InstrumentError(code, `${path} ${problem}`, { cause });
}

async function closePort(port: SerialPort): Promise<void> {
  if (!port.isOpen) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, CLOSE_LIMIT_MS);
    port.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Octets as a person reads them in a message: text as text, anything else escaped. */
function show(octets: Uint8Array): string {
  return JSON.stringify(decodeText(octets.subarray(0, SHOWN))) + (octets.length > SHOWN ? '…' : '');
}
