import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { buildPreload, whyNoPreload } from '../btvirt-preload.js';
import { type Child, startChild } from '../child.js';
import { programs } from '../programs.js';
import type { Capability, KernelAdapter, OpenRig, Rig, RigOptions } from '../rig.js';
import { openAir } from '../virtual-rig.js';

/**
 * The rigs on this machine's own kernel, as root, where no other adapter is: in the guest that the rig `kernel` boots. Which
 * controllers are plugged into the kernel differs.
 */

const BTMON = '/usr/bin/btmon';
const BTVIRT = '/usr/bin/btvirt';
const BLUETOOTHD = '/usr/libexec/bluetooth/bluetoothd';
const ADAPTERS = '/sys/class/bluetooth';
/** A raw socket that is bound to an adapter: AF_BLUETOOTH 31, SOCK_RAW 3, BTPROTO_HCI 1, HCI_CHANNEL_RAW 0. */
const HOLDER =
  '$| = 1; socket(my $s, 31, 3, 1) or die "socket: $!"; bind($s, pack("SSS", 31, $ARGV[0], 0)) or die "bind: $!"; print "bound\\n"; sleep 600;';
const COMMAND_LIMIT_MS = 10_000;
const ADAPTERS_LIMIT_MS = 15_000;
const BLUETOOTHD_LIMIT_MS = 20_000;
const POLL_MS = 100;
/** Under software emulation, on a machine that has other work. */
const SLOWDOWN = 4;

const everyEngine: readonly Capability[] = ['kernel'];

export const kernelRigs: readonly Rig[] = [
  {
    name: 'kernel',
    engine: 'air',
    capabilities: [...everyEngine, 'intervals', 'connections', 'command-faults', 'unplug', 'air'],
    isOurs: false,
    slowdown: SLOWDOWN,
    whyNot,
    open: openAirInKernel,
  },
  {
    name: 'kernel',
    engine: 'btvirt -L',
    capabilities: [...everyEngine, 'connections'],
    isOurs: false,
    slowdown: SLOWDOWN,
    whyNot,
    open: (options) => openBtvirtInKernel(['-L', '-l2'], false, options),
  },
  {
    name: 'kernel',
    engine: 'btvirt -U',
    capabilities: [...everyEngine, 'intervals'],
    isOurs: false,
    slowdown: SLOWDOWN,
    whyNot,
    open: (options) => openBtvirtInKernel(['-U2'], true, options),
  },
];

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'it has to be root';
  if (!existsSync('/dev/vhci')) return 'this kernel has no /dev/vhci (module hci_vhci)';
  return whyNoPreload();
}

/** Our controllers, each plugged in by a process of its own. */
async function openAirInKernel(options: RigOptions): Promise<OpenRig> {
  const { air, deskSocket, phoneSocket, breakCommands, mendCommands, unplug, close } = await openAir(options);
  const plugged: Child[] = [];
  const plugIn = async (socket: string): Promise<number> => {
    const bridge = startChild({ name: 'deskbeacon-vhci', command: [programs.vhci, socket] });
    plugged.push(bridge);
    const { plugged: number } = await bridge.expect(
      (message): message is { plugged: number } => typeof (message as { plugged?: unknown }).plugged === 'number',
      ADAPTERS_LIMIT_MS,
    );
    await bringUp(number);
    return number;
  };
  let monitor: ChildProcess | undefined;
  const closeAll = async (): Promise<void> => {
    if (monitor !== undefined) await endProcess(monitor);
    await Promise.all(plugged.map((bridge) => bridge.end('SIGKILL', COMMAND_LIMIT_MS)));
    await close();
    await untilAdapters(0);
  };
  try {
    monitor = await startMonitor(options.evidence);
    const desk = await plugIn(deskSocket);
    const phone = await plugIn(phoneSocket);
    const { kernel, stop } = controlOf(desk, async () => `hci:${await plugIn(deskSocket)}`);
    return {
      beaconRadio: `hci:${desk}`,
      phoneRadio: `hci:${phone}`,
      air,
      breakCommands,
      mendCommands,
      unplug,
      plugIn: async () => void (await kernel.plugIn()),
      kernel,
      close: () => stop().then(closeAll),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** @param needsAddress its controllers have the public address 0, with which the kernel brings no adapter up. */
async function openBtvirtInKernel(
  flags: readonly string[],
  needsAddress: boolean,
  { directory, evidence }: RigOptions,
): Promise<OpenRig> {
  const env = await buildPreload(directory);
  const monitor = await startMonitor(evidence);
  const emulator = spawn(BTVIRT, flags, { env, stdio: 'ignore' });
  const end = async (): Promise<void> => {
    await endProcess(emulator);
    await endProcess(monitor);
    await untilAdapters(0);
  };
  try {
    const [desk, phone] = (await untilAdapters(2)) as [number, number];
    for (const number of [desk, phone]) {
      const giveAddress = (): Promise<void> =>
        run('btmgmt', '--index', String(number), 'static-addr', `C0:00:00:00:00:0${number}`);
      await bringUp(number, needsAddress ? giveAddress : undefined);
    }
    const { kernel, stop } = controlOf(desk, () => Promise.reject(new Error('btvirt plugs nothing in again')));
    return {
      beaconRadio: `hci:${desk}`,
      phoneRadio: `hci:${phone}`,
      kernel,
      whatEnded: () =>
        hasEnded(emulator) ? `btvirt ended by itself (${emulator.signalCode ?? emulator.exitCode})` : undefined,
      close: () => stop().then(end),
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function controlOf(
  desk: number,
  plugIn: KernelAdapter['plugIn'],
): { readonly kernel: KernelAdapter; readonly stop: () => Promise<void> } {
  let bluetoothd: ChildProcess | undefined;
  let holder: ChildProcess | undefined;
  return {
    kernel: {
      userRadio: `hci:${desk}?channel=user`,
      plugIn,
      setUp: (isUp) => (isUp ? bringUp(desk) : run('hciconfig', `hci${desk}`, 'down')),
      block: (isBlocked) => block(desk, isBlocked),
      stopAdvertising: () => run('hcitool', '-i', `hci${desk}`, 'cmd', '0x08', '0x000a', '00'),
      holdNumber: async () => {
        holder = spawn('perl', ['-e', HOLDER, String(desk)], { stdio: ['ignore', 'pipe', 'inherit'] });
        await once(holder.stdout as NodeJS.ReadableStream, 'data', { signal: AbortSignal.timeout(COMMAND_LIMIT_MS) });
      },
      startBluetoothd: async () => {
        bluetoothd = spawn(BLUETOOTHD, ['-n', '-d'], { stdio: ['ignore', 'pipe', 'pipe'] });
        await untilItHas(bluetoothd, [desk, desk + 1]);
      },
    },
    stop: async () => {
      if (bluetoothd !== undefined) await endProcess(bluetoothd);
      if (holder !== undefined) await endProcess(holder);
    },
  };
}

/** Keeps what the kernel itself says and hears on all of its adapters. */
async function startMonitor(evidence: string): Promise<ChildProcess> {
  const capture = join(evidence, 'kernel.btsnoop');
  const monitor = spawn(BTMON, ['-w', capture], { stdio: 'ignore' });
  const lastMs = performance.now() + COMMAND_LIMIT_MS;
  while (!existsSync(capture)) {
    if (performance.now() > lastMs) throw new Error(`btmon writes no capture within ${COMMAND_LIMIT_MS} ms`);
    await pause(POLL_MS);
  }
  return monitor;
}

/** Waits until bluetoothd has registered all adapters. */
async function untilItHas(bluetoothd: ChildProcess, adapters: readonly number[]): Promise<void> {
  const missing = new Set(adapters.map((number) => `/org/bluez/hci${number} registered`));
  let last = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`bluetoothd did not register every adapter within ${BLUETOOTHD_LIMIT_MS} ms: ${last}`)),
      BLUETOOTHD_LIMIT_MS,
    );
    const hear = (chunk: Buffer): void => {
      // Looked through before it is cut: a whole start may come in one chunk.
      const heard = `${last}${chunk}`;
      for (const text of missing) if (heard.includes(text)) missing.delete(text);
      last = heard.slice(-2_000);
      if (missing.size > 0) return;
      clearTimeout(timer);
      resolve();
    };
    bluetoothd.stdout?.on('data', hear);
    bluetoothd.stderr?.on('data', hear);
    bluetoothd.once('close', (code) => {
      clearTimeout(timer);
      reject(new Error(`bluetoothd ended with ${code}: ${last}`));
    });
    bluetoothd.once('error', reject);
  });
}

/** What `rfkill block` does, for this adapter alone: struct rfkill_event of linux/rfkill.h, RFKILL_TYPE_BLUETOOTH 2, RFKILL_OP_CHANGE 2. */
async function block(number: number, isBlocked: boolean): Promise<void> {
  const entries = await readdir(join(ADAPTERS, `hci${number}`));
  const index = entries.flatMap((name) => /^rfkill(\d+)$/.exec(name)?.[1] ?? [])[0];
  if (index === undefined) throw new Error(`hci${number} has no switch of rfkill`);
  const event = new DataView(new ArrayBuffer(8));
  event.setUint32(0, Number(index), true);
  event.setUint8(4, 2);
  event.setUint8(5, 2);
  event.setUint8(6, isBlocked ? 1 : 0);
  await writeFile('/dev/rfkill', event);
}

/** The kernel may still be setting it up, and refuses until it has. */
async function bringUp(number: number, prepare: () => Promise<void> = async () => {}): Promise<void> {
  const lastMs = performance.now() + ADAPTERS_LIMIT_MS;
  for (;;) {
    const refusal = await prepare()
      .then(() => run('hciconfig', `hci${number}`, 'up'))
      .then(
        () => undefined,
        (error: Error) => error,
      );
    const { stdout } = await promisify(execFile)('hciconfig', [`hci${number}`]).catch(() => ({ stdout: '' }));
    if (stdout.includes('UP RUNNING')) return;
    if (performance.now() > lastMs) throw refusal ?? new Error(`hci${number} does not come up`);
    await pause(POLL_MS);
  }
}

async function run(program: string, ...args: readonly string[]): Promise<void> {
  // btmgmt reads its standard input, and waits for its end.
  const work = promisify(execFile)(program, args, { timeout: COMMAND_LIMIT_MS });
  work.child.stdin?.end();
  await work;
}

async function untilAdapters(count: number): Promise<readonly number[]> {
  const lastMs = performance.now() + ADAPTERS_LIMIT_MS;
  for (;;) {
    const numbers = (await readdir(ADAPTERS).catch(() => []))
      .flatMap((name) => (/^hci\d+$/.test(name) ? [Number(name.slice(3))] : []))
      .sort((a, b) => a - b);
    if (numbers.length === count) return numbers;
    if (performance.now() > lastMs) throw new Error(`the kernel has ${numbers.length} adapters, expected ${count}`);
    await pause(POLL_MS);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), COMMAND_LIMIT_MS);
  await closed;
  clearTimeout(killer);
}
