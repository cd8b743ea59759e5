import { existsSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { BeaconError, type BeaconErrorCode } from '../errors.js';
import { radioForms, type SerialAddress, type TcpAddress, type UnixAddress } from './radio-address.js';

/** Octets in both directions, with a known end. */
export interface ByteStream {
  write(octets: Uint8Array): void;
  /** Octets that were written and have not left the process. */
  backlogOctets(): number;
  /** `onEnd` is called once; without an error when the other side ended the stream. */
  start(onData: (chunk: Uint8Array) => void, onEnd: (error: Error | undefined) => void): void;
  close(): Promise<void>;
}

/** How long opening a socket or a serial port may take. */
const openLimitMs = 3000;
/** How long what was written may take to leave when a stream is closed. */
const drainLimitMs = 500;
/** How often it is looked whether a serial port is still there. */
const existenceMs = 1000;

/** Opens what carries the octets. Rejects with `radio-unavailable`, `radio-permission` or `radio-busy`. */
export function openByteStream(address: SerialAddress | UnixAddress | TcpAddress): Promise<ByteStream> {
  if (address.kind === 'serial') return openSerial(address);
  if (address.kind === 'unix') return openSocket(createConnection({ path: address.path }), address.text, address.path);
  const socket = createConnection({ host: address.host, port: address.port, noDelay: true });
  return openSocket(socket, address.text, `${address.host}:${address.port}`);
}

function openSocket(socket: Socket, text: string, target: string): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${openLimitMs} ms`)), openLimitMs);
    const refuse = (cause: Error): void => {
      clearTimeout(timer);
      reject(explainOpenError(text, target, cause));
    };
    socket.once('error', refuse);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', refuse);
      resolve(wrapSocket(socket));
    });
  });
}

function wrapSocket(socket: Socket): ByteStream {
  let failure: Error | undefined;
  socket.on('error', (error) => {
    failure = error;
  });
  return {
    write: (octets) => {
      if (socket.writable) socket.write(octets);
    },
    backlogOctets: () => socket.writableLength,
    start: (onData, onEnd) => {
      socket.on('data', onData);
      if (socket.destroyed) onEnd(failure);
      else socket.once('close', () => onEnd(failure));
    },
    close: () =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve();
        // Everything written still goes out, an advertising-disable above all, unless the other side stopped reading.
        const timer = setTimeout(() => socket.destroy(), drainLimitMs);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        socket.end(() => socket.destroy());
      }),
  };
}

async function openSerial(address: SerialAddress): Promise<ByteStream> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({
    path: address.path,
    baudRate: address.baud,
    rtscts: address.hasFlowControl,
    autoOpen: false,
  });
  await new Promise<void>((resolve, reject) => {
    const late = new Error(`not open within ${openLimitMs} ms`);
    const timer = setTimeout(() => reject(explainOpenError(address.text, address.path, late)), openLimitMs);
    port.open((cause) => {
      clearTimeout(timer);
      if (cause) reject(explainOpenError(address.text, address.path, cause));
      else resolve();
    });
  });
  let failure: Error | undefined;
  port.on('error', (error) => {
    failure = error;
  });
  return {
    write: (octets) => {
      // serialport's types name Buffer; the copyless view keeps our signatures free of it.
      if (port.isOpen) port.write(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength));
    },
    backlogOctets: () => port.writableLength,
    start: (onData, onEnd) => {
      port.on('data', onData);
      // A line that hangs up between two of serialport's reads reads as empty for ever, and no event tells of it.
      const watch = setInterval(() => {
        if (existsSync(address.path)) return;
        failure ??= new Error(`${address.path} is gone`);
        if (port.isOpen) port.close();
      }, existenceMs);
      watch.unref();
      // serialport hands a DisconnectedError to 'close' when the device went away.
      port.once('close', (error: Error | null | undefined) => {
        clearInterval(watch);
        onEnd(error ?? failure);
      });
    },
    close: () =>
      new Promise((resolve) => {
        if (!port.isOpen) return resolve();
        // A device that holds CTS back would hold up the drain for ever.
        const end = (): void => {
          clearTimeout(timer);
          if (port.isOpen) port.close(() => resolve());
          else resolve();
        };
        const timer = setTimeout(end, drainLimitMs);
        port.drain(end);
      }),
  };
}

/** serialport reports errno only inside its sentence; node:net reports a code. Both are read here. */
const openErrors: readonly (readonly [RegExp, BeaconErrorCode, string])[] = [
  [/EACCES|EPERM|permission denied|not permitted/i, 'radio-permission', 'may not be opened by this user'],
  [/EBUSY|EAGAIN|cannot lock|temporarily unavailable|resource busy/i, 'radio-busy', 'is held by another program'],
  [/ENOENT|no such file|no such device/i, 'radio-unavailable', 'does not exist'],
  [/ECONNREFUSED/i, 'radio-unavailable', 'has no one listening'],
];

function explainOpenError(text: string, target: string, cause: Error): BeaconError {
  const code = 'code' in cause ? String(cause.code) : '';
  const [, errorCode, problem] = openErrors.find(([pattern]) => pattern.test(`${code} ${cause.message}`)) ?? [
    undefined,
    'radio-unavailable' as const,
    `cannot be opened (${cause.message})`,
  ];
  return new BeaconError(errorCode, `radio "${text}": ${target} ${problem}. The transports are ${radioForms}.`, {
    cause,
  });
}
