import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { BeaconError, type BeaconErrorCode } from '../errors.js';
import { type KernelAddress, radioForms } from './radio-address.js';

/** What the kernel link uses of `@stoprocent/bluetooth-hci-socket`. */
export interface NativeSocket extends EventEmitter {
  bindRaw(deviceId: number): unknown;
  bindUser(deviceId: number): unknown;
  setFilter(filter: Buffer): void;
  start(): void;
  stop(): void;
  isDevUp(): boolean;
  getDeviceList(): readonly { readonly devId: number | null; readonly devUp?: boolean }[];
  write(packet: Buffer): void;
}

/** Everything a kernel socket may deliver: commands (of other processes), ACL and events, all event codes. */
const passAll = Buffer.alloc(16);
passAll.writeUInt32LE((1 << 0x01) | (1 << 0x02) | (1 << 0x04), 0);
passAll.writeUInt32LE(0xffffffff, 4);
passAll.writeUInt32LE(0xffffffff, 8);

/**
 * Binds a kernel socket to one adapter. Rejects the ways it can fail with the code that tells what to do about it.
 * @throws BeaconError `radio-unavailable`, `radio-permission` or `radio-busy`.
 */
export function bindNativeSocket(address: KernelAddress): NativeSocket {
  const socket = createNativeSocket(address.text);
  let emitted: Error | undefined;
  const note = (error: Error): void => {
    emitted ??= error;
  };
  // The addon emits some failures as 'error' events inside the call and throws others.
  socket.on('error', note);
  try {
    if (address.channel === 'user') {
      socket.bindUser(address.deviceId);
    } else {
      socket.bindRaw(address.deviceId);
      if (emitted === undefined) socket.setFilter(passAll);
    }
  } catch (cause) {
    throw explainKernelError(address, cause);
  }
  socket.removeListener('error', note);
  if (emitted !== undefined) throw explainKernelError(address, emitted);
  return socket;
}

/**
 * @param text the radio string, for the sentence.
 * @throws BeaconError `radio-unavailable` where the addon does not load.
 */
export function createNativeSocket(text: string): NativeSocket {
  try {
    // createRequire keeps esbuild from following the path: the addon stays in node_modules, beside its prebuilds.
    const load = createRequire(import.meta.url);
    const Socket = load('@stoprocent/bluetooth-hci-socket/lib/native.js') as new () => NativeSocket;
    return new Socket();
  } catch (cause) {
    const problem = 'the addon @stoprocent/bluetooth-hci-socket does not load here';
    throw new BeaconError('radio-unavailable', `radio "${text}": ${problem}. The transports are ${radioForms}.`, {
      cause,
    });
  }
}

/** The addon gives errno as a number (Linux) in events and only the C library's sentence in exceptions. */
const kernelErrors: readonly (readonly [number, RegExp, BeaconErrorCode, string])[] = [
  [97, /address family not supported/i, 'radio-unavailable', 'this kernel has no Bluetooth'],
  [93, /protocol not supported/i, 'radio-unavailable', 'this kernel has no Bluetooth'],
  [1, /operation not permitted/i, 'radio-permission', 'this user may not use the adapter'],
  [13, /permission denied/i, 'radio-permission', 'this user may not use the adapter'],
  [19, /no such device/i, 'radio-unavailable', 'there is no such adapter'],
  [16, /resource busy/i, 'radio-busy', 'the adapter is in use, or up while channel=user wants it down'],
];

/** @returns the error for something that a kernel socket threw or emitted. */
export function explainKernelError(address: KernelAddress, cause: unknown): BeaconError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const errno = readErrno(cause);
  const [, , code, problem] = kernelErrors.find(([number, pattern]) => number === errno || pattern.test(message)) ?? [
    undefined,
    undefined,
    'radio-unavailable' as const,
    message,
  ];
  const sentence = `radio "${address.text}": hci${address.deviceId}: ${problem}. The transports are ${radioForms}.`;
  return new BeaconError(code, sentence, { cause });
}

/** @returns the error that ends a link in use, or undefined when the adapter is down for a while, which its poll sees. */
export function explainKernelFault(address: KernelAddress, cause: unknown): BeaconError | undefined {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (readErrno(cause) === 100 || /network is down/i.test(message)) return undefined;
  const error = explainKernelError(address, cause);
  if (error.code === 'radio-permission') return error;
  return new BeaconError('radio-lost', `${address.text}: the kernel refuses the adapter: ${message}`, { cause });
}

function readErrno(cause: unknown): number | undefined {
  const errno = cause instanceof Error && 'errno' in cause ? cause.errno : undefined;
  return typeof errno === 'number' ? Math.abs(errno) : undefined;
}
