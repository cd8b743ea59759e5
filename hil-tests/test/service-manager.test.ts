import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AirProcess, startAir } from '../src/rigs/air-process.js';
import { type DaemonOnRig, startDaemonOn } from '../src/rigs/daemon-on-rig.js';
import { mustSkip } from '../src/rigs/require-rig.js';

/** The real daemon tells a real datagram socket how it goes, by the real systemd-notify. */

const needed: readonly (readonly [string, string])[] = [
  ['/usr/bin/systemd-notify', 'systemd'],
  ['/usr/bin/perl', 'perl-base'],
];
const missing = needed.filter(([file]) => !existsSync(file)).map(([, name]) => name);
const why = missing.length === 0 ? undefined : `not installed: the Debian packages ${missing.join(', ')}`;

/** Node opens no such socket, and so cannot listen on one either. Its end of file is the parent's. */
const LISTENER = `
use Socket;
$| = 1;
socket(my $socket, PF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
bind($socket, sockaddr_un($ARGV[0])) or die "bind: $!";
print "listening\\n";
while (1) {
  recv($socket, my $message, 4096, 0);
  $message =~ s/\\n/\\t/g;
  print "$message\\n";
}
`;

interface Manager {
  readonly told: readonly string[];
  /** @param from the first message that counts. */
  until(what: RegExp, limitMs: number, from?: number): Promise<void>;
  stop(): void;
}

async function listenOn(socket: string): Promise<Manager> {
  const listener: ChildProcess = spawn('perl', ['-e', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told: string[] = [];
  const waiting = new Set<() => void>();
  const until = (what: RegExp, limitMs: number, from = 0): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!told.slice(from).some((line) => what.test(line))) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`not told within ${limitMs} ms: ${what}; told were ${told.join(' | ')}`));
      }, limitMs);
      waiting.add(look);
      look();
    });
  createInterface({ input: listener.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    told.push(line);
    for (const look of [...waiting]) look();
  });
  await until(/^listening$/, 5000);
  told.length = 0;
  return { told, until, stop: () => void listener.kill('SIGKILL') };
}

describe.skipIf(mustSkip('systemd-notify', why))(`a service manager${why === undefined ? '' : ` (${why})`}`, () => {
  let directory: string;
  let air: AirProcess;
  let manager: Manager;
  const daemons: DaemonOnRig[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacon-manager-'));
    air = await startAir(1);
    const socket = join(directory, 'notify.sock');
    manager = await listenOn(socket);
    process.env.NOTIFY_SOCKET = socket;
    process.env.WATCHDOG_USEC = '3000000';
  });
  afterEach(async () => {
    delete process.env.NOTIFY_SOCKET;
    delete process.env.WATCHDOG_USEC;
    for (const daemon of daemons.splice(0)) await daemon.stop();
    manager.stop();
    await air.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const serve = async (): Promise<string> => {
    const socket = join(directory, 'desk.sock');
    await air.order({ do: 'controller', id: 'desk', socket, x: 0, y: 0 });
    return socket;
  };
  async function startDaemon(socket: string): Promise<DaemonOnRig> {
    const daemon = await startDaemonOn({ radio: `h4:unix:${socket}`, directory, exponentK: 9 });
    daemons.push(daemon);
    return daemon;
  }
  const count = (what: RegExp): number => manager.told.filter((line) => what.test(line)).length;

  it('is told that the beacon is ready, that it is alive, that it reads its settings again, and that it stops', async () => {
    const daemon = await startDaemon(await serve());
    await manager.until(/WATCHDOG=1/, 8000);
    expect(manager.told[0]).toMatch(/READY=1\tSTATUS=on the air/);
    daemon.signal('SIGHUP');
    await manager.until(/RELOADING=1\tMONOTONIC_USEC=\d+/, 5000);
    const reloading = manager.told.findIndex((line) => line.includes('RELOADING=1'));
    await manager.until(/READY=1/, 5000, reloading + 1);
    await manager.until(/WATCHDOG=1/, 5000, reloading + 1);
    await daemon.stop();
    await manager.until(/STOPPING=1/, 3000);
  });

  it('is told why the beacon is dark and when it is back, and hears no sign of life of a controller that is stalled', async () => {
    const daemon = await startDaemon(await serve());
    await manager.until(/WATCHDOG=1/, 8000);
    const fault = daemon.says('radio-fault', 6000);
    await air.order({ do: 'fault', id: 'desk', kind: 'lost', times: 100_000 });
    expect(await fault).toMatchObject({ event: 'radio-fault' });
    await manager.until(/STATUS=dark, (hci-timeout|radio-lost): /, 3000);
    const signs = count(/WATCHDOG=1/);
    expect(await daemon.whenEnded(4000)).toBeUndefined();
    expect(count(/WATCHDOG=1/)).toBe(signs);
    const [ready, back] = [count(/READY=1/), daemon.says('recovered', 40_000)];
    await air.order({ do: 'fault', id: 'desk', kind: 'clear' });
    expect(await back).toMatchObject({ event: 'recovered' });
    await expect.poll(() => count(/READY=1/), { timeout: 3000 }).toBe(ready + 1);
  });

  it('is told why the beacon waits for a radio that is not there yet, and that it is ready only when it is', async () => {
    const starting = startDaemon(join(directory, 'desk.sock'));
    await manager.until(/EXTEND_TIMEOUT_USEC=\d+\tSTATUS=dark, radio-unavailable: .*desk\.sock is not there/, 8000);
    expect(count(/READY=1|WATCHDOG=1/)).toBe(0);
    await serve();
    await starting;
    await manager.until(/READY=1/, 3000);
  });
});
