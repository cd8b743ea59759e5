import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** What a process asked of the kernel, as strace saw it. */
export interface SystemCall {
  readonly unixMs: number;
  readonly name: string;
  /** The whole of it, strings in hexadecimal. */
  readonly text: string;
}

export interface TracedProcess {
  /** Everything so far; the process goes on. */
  stop(): Promise<readonly SystemCall[]>;
}

const ATTACH_LIMIT_MS = 5000;
/** Files, the network, and every way of writing. */
const WATCHED = '%file,%network,write,writev,pwrite64,pwritev,ftruncate,fallocate,sendfile,splice,copy_file_range';

/** @throws Error where the process cannot be watched. */
export async function traceProcess(pid: number, file: string): Promise<TracedProcess> {
  const args = ['-f', '-ttt', '-yy', '-xx', '-s', '64', '-e', `trace=${WATCHED}`, '-o', file, '-p', String(pid)];
  const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`strace does not attach: ${said}`)), ATTACH_LIMIT_MS);
    strace.once('error', reject);
    strace.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (!said.includes('attached')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return {
    async stop() {
      const ended = once(strace, 'close');
      strace.kill('SIGINT');
      await ended;
      return parseSystemCalls(await readFile(file, 'utf8'));
    },
  };
}

/** A call that was interrupted is told where it was begun. */
export function parseSystemCalls(text: string): readonly SystemCall[] {
  return [...text.matchAll(/^(?:\d+ +)?(\d+\.\d+) ([a-z]\w*)\((.*)$/gm)].map(([, seconds, name = '', rest]) => ({
    unixMs: Number(seconds) * 1000,
    name,
    text: `${name}(${rest}`,
  }));
}

/** A switch of the scan on its way to the controller: HCI LE Set Scan Enable over H4. */
export interface ScanSwitch {
  readonly unixMs: number;
  readonly on: boolean;
}

export function scanSwitches(calls: readonly SystemCall[]): readonly ScanSwitch[] {
  return calls.flatMap(({ unixMs, text }) => {
    const value = /^write\(\d+<UNIX[^"]*"\\x01\\x0c\\x20\\x02\\x0([01])/.exec(text)?.[1];
    return value === undefined ? [] : [{ unixMs, on: value === '1' }];
  });
}

/** Calls that write what stays: a file that is opened to be written, or one that is made, renamed or removed. */
export function lastingWrites(calls: readonly SystemCall[]): readonly string[] {
  const changing =
    /^(creat|unlink|rename|link|symlink|mkdir|rmdir|mknod|truncate|ftruncate|fallocate|chmod|fchmod|utime)/;
  const opening = /^open(at2?)?\(.*O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)/;
  return calls.map(({ text }) => text).filter((text) => changing.test(text) || opening.test(text) || isFileWrite(text));
}

function isFileWrite(text: string): boolean {
  // `-yy` gives a file's path after the descriptor, in hexadecimal: it begins with a slash.
  return /^(write|writev|pwrite64|pwritev|sendfile|splice|copy_file_range)\(\d+<\\x2f/.test(text);
}

/** Calls that send something to somebody else than `allowedPort` of this machine: streams, datagrams, names asked for. */
export function strayPackets(calls: readonly SystemCall[], allowedPort: number): readonly string[] {
  return calls
    .map(({ text }) => text)
    .filter((text) => /^(connect|send\w*|write|writev)\(\d+<(TCP|UDP|RAW|NETLINK|PACKET|ICMP)/.test(text))
    .filter((text) => !text.includes(`:${allowedPort}]>`) && !text.includes(`sin_port=htons(${allowedPort})`));
}
