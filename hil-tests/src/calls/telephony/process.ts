import { type ChildProcess, spawn } from 'node:child_process';

/** A program of somebody else's, kept until it is told to end. */
export interface ForeignProcess {
  readonly process: ChildProcess;
  /** Resolves when a line of its output contains this. @throws Error when it does not in time, or has ended. */
  said(part: string, limitMs: number): Promise<void>;
  /** @returns its exit code; `null` where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What it said last. */
  lastWords(): string;
  stop(): Promise<void>;
}

const MOST_OCTETS = 64 * 1024;
const END_LIMIT_MS = 3000;

export function startForeign(command: string, args: readonly string[], cwd: string): ForeignProcess {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let all = '';
  const looks = new Set<() => void>();
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => {
      all = (all + text).slice(-MOST_OCTETS);
      for (const look of looks) look();
    });
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) => {
    const end = (code: number | null): void => {
      hasEnded = true;
      for (const look of looks) look();
      resolve(code);
    };
    child.once('error', (error) => {
      all += error.message;
      end(127);
    });
    child.once('close', end);
  });
  return {
    process: child,
    ended,
    lastWords: () => all.trim().split('\n').slice(-8).join('\n'),
    said: (part, limitMs) =>
      new Promise((resolve, reject) => {
        const fail = (why: string): void => settle(() => reject(new Error(`${command} ${why}: ${all.slice(-800)}`)));
        const settle = (then: () => void): void => {
          clearTimeout(timer);
          looks.delete(look);
          then();
        };
        const timer = setTimeout(() => fail(`did not say "${part}" in ${limitMs} ms`), limitMs);
        const look = (): void => {
          if (all.includes(part)) settle(resolve);
          else if (hasEnded) fail('has ended');
        };
        looks.add(look);
        look();
      }),
    async stop() {
      if (hasEnded) return;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
      await ended;
      clearTimeout(killer);
    },
  };
}
