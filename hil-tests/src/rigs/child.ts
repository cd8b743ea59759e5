import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** One of our programs as a process of its own, spoken to in JSON lines. */
export interface Child {
  readonly process: ChildProcess;
  /** Writes one JSON line to its standard input. */
  tell(message: unknown): void;
  /** Resolves with the next message (of stdout, or of stderr where `messagesOn` says so) that fits. */
  expect<T>(fits: (message: unknown) => message is T, limitMs: number): Promise<T>;
  /** Waits until it ends by itself. @returns whether it has within the limit. */
  hasEnded(limitMs: number): Promise<boolean>;
  /** The last lines that were no messages. */
  lastWords(): string;
  /** Resolves when it has ended; after `limitMs` it is killed. */
  end(signal: NodeJS.Signals, limitMs: number): Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  /** Node script and its arguments. */
  readonly command: readonly string[];
  readonly messagesOn?: 'stdout' | 'stderr';
  readonly onMessage?: (message: unknown) => void;
  /** Every line of both its outputs is added to this file. */
  readonly log?: string;
}

const MOST_ERROR_LINES = 20;
/** What one program may leave in its log; more is a fault of its own, and the beginning tells which. */
const LONGEST_LOG_OCTETS = 16 << 20;

/** One of our programs ended before it was told to. */
export class EndedEarly extends Error {
  /** Absent when a signal ended it. */
  readonly exitCode: number | undefined;

  constructor(message: string, exitCode: number | undefined) {
    super(message);
    this.name = 'EndedEarly';
    this.exitCode = exitCode;
  }
}

export function startChild({ name, command, messagesOn = 'stdout', onMessage, log }: ChildOptions): Child {
  const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting = new Set<{
    fits: (message: unknown) => boolean;
    take: (message: unknown) => void;
    fail: (error: Error) => void;
  }>();
  const errorLines: string[] = [];
  let hasEnded = false;

  const hear = (line: string): void => {
    const message = parse(line);
    if (message === undefined) {
      keep(line);
      return;
    }
    onMessage?.(message);
    for (const one of waiting) if (one.fits(message)) one.take(message);
  };
  const keep = (line: string): void => {
    errorLines.push(line);
    if (errorLines.length > MOST_ERROR_LINES) errorLines.shift();
  };
  const logged = openLog(log);
  const listen = (input: Readable, take: (line: string) => void): void =>
    void createInterface({ input }).on('line', (line) => {
      logged(line);
      take(line);
    });
  listen(child.stdout, messagesOn === 'stdout' ? hear : () => {});
  listen(child.stderr, messagesOn === 'stderr' ? hear : keep);
  child.stdin.on('error', () => {}); // It ended first; whoever waits for an answer is told below.

  const said = (): string => (errorLines.length > 0 ? `:\n  ${errorLines.join('\n  ')}` : '');
  const ended = new Promise<void>((resolve) => {
    const onEnd = (why: string, exitCode?: number): void => {
      hasEnded = true;
      for (const one of waiting) one.fail(new EndedEarly(`${name} ${why}${said()}`, exitCode));
      waiting.clear();
      resolve();
    };
    child.once('error', (error) => onEnd(`did not start (${error.message})`));
    child.once('close', (code, signal) => onEnd(`ended early (${signal ?? `exit code ${code}`})`, code ?? undefined));
  });

  return {
    process: child,
    tell: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    expect<T>(fits: (message: unknown) => message is T, limitMs: number): Promise<T> {
      if (hasEnded) return Promise.reject(new Error(`${name} has ended`));
      return new Promise<T>((resolve, reject) => {
        const timer = setTimeout(() => one.fail(new Error(`${name} did not answer within ${limitMs} ms`)), limitMs);
        const one = {
          fits,
          take: (message: unknown) => {
            clearTimeout(timer);
            waiting.delete(one);
            resolve(message as T);
          },
          fail: (error: Error) => {
            clearTimeout(timer);
            waiting.delete(one);
            reject(error);
          },
        };
        waiting.add(one);
      });
    },
    async hasEnded(limitMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, limitMs);
      });
      await Promise.race([ended, late]);
      clearTimeout(timer);
      return hasEnded;
    },
    lastWords: () => errorLines.join('\n'),
    async end(signal, limitMs) {
      if (hasEnded) return;
      child.kill(signal);
      const killer = setTimeout(() => child.kill('SIGKILL'), limitMs);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** Written at once, so that nothing is missing when this process ends in the midst. */
function openLog(file: string | undefined): (line: string) => void {
  let octets = 0;
  return (line) => {
    if (file === undefined || octets > LONGEST_LOG_OCTETS) return;
    octets += line.length + 1;
    appendFileSync(file, octets > LONGEST_LOG_OCTETS ? '(the rest is left out)\n' : `${line}\n`);
  };
}

function parse(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
