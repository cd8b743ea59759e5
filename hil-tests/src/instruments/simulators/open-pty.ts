import { spawn, spawnSync } from 'node:child_process';
import { InstrumentError } from '../instrument-error.js';

/** The far end of a serial cable: `path` is what a program opens, the rest is what the simulator holds. */
export interface Pty {
  readonly path: string;
  onOctets(listener: (octets: Uint8Array) => void): void;
  /** Octets beyond the bound are dropped, as a UART without flow control drops them. */
  write(octets: Uint8Array): void;
  /** Takes the cable away: who has the path open sees the port vanish. */
  hangUp(): Promise<void>;
}

const OPEN_LIMIT_MS = 5_000;
const END_LIMIT_MS = 2_000;
const MOST_WAITING = 64 * 1024;
const MOST_SAID = 1_024;

/** @returns why there can be no pseudo-terminal here; nothing when there can. */
export function whyNoPty(): string | undefined {
  if (process.platform !== 'linux') return `pseudo-terminals are made by script(1) of util-linux, on Linux only`;
  const version = spawnSync('script', ['--version'], { encoding: 'utf8', timeout: OPEN_LIMIT_MS });
  if (version.error !== undefined) return 'script is not installed (Debian package bsdutils)';
  if (!version.stdout.includes('util-linux')) return 'script is not that of util-linux (Debian package bsdutils)';
  return undefined;
}

/**
 * Opens a pseudo-terminal without an addon: Node cannot, but script(1), essential on Debian, opens one and copies
 * between its own standard streams and the master side, every octet as it is once the terminal is raw.
 *
 * The shell on the slave side keeps the terminal from hanging up while nobody has it open, and ends with this process.
 * @throws {InstrumentError} `pty-missing`.
 */
export async function openPty(): Promise<Pty> {
  const why = whyNoPty();
  if (why !== undefined) throw new InstrumentError('pty-missing', why);
  const hold = `stty raw -echo && tty && while kill -0 ${process.pid} 2>/dev/null; do sleep 1; done`;
  const child = spawn('script', ['-q', '-f', '-c', hold, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, SHELL: '/bin/sh' },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // A hang-up while octets were on their way: they are lost, as on a cable.
  child.stdin.on('error', () => {});
  const path = await new Promise<string>((resolve, reject) => {
    let said = '';
    const refuse = (problem: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new InstrumentError('pty-missing', `script opened no pseudo-terminal: ${problem}`));
    };
    const timer = setTimeout(() => refuse(`no name within ${OPEN_LIMIT_MS} ms`), OPEN_LIMIT_MS);
    child.once('error', (error) => refuse(error.message));
    child.once('close', (code) => refuse(`it ended with ${code}: ${said.trim()}`));
    child.stdout.on('data', function take(chunk: Buffer) {
      said = (said + chunk.toString('latin1')).slice(0, MOST_SAID);
      const [, found] = /^(\/dev\/\S+)[\r\n]/.exec(said) ?? [];
      if (found === undefined) return;
      clearTimeout(timer);
      child.stdout.removeListener('data', take);
      resolve(found);
    });
  });
  return {
    path,
    onOctets: (listener) => void child.stdout.on('data', (chunk: Buffer) => listener(new Uint8Array(chunk))),
    write(octets) {
      if (!child.stdin.destroyed && child.stdin.writableLength + octets.length <= MOST_WAITING)
        child.stdin.write(octets);
    },
    async hangUp() {
      // script has nothing to put in order, and its own end on SIGTERM waits for the shell.
      child.kill('SIGKILL');
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, END_LIMIT_MS);
      });
      await Promise.race([ended, late]);
      clearTimeout(timer);
    },
  };
}
