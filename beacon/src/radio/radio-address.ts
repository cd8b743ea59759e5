import { BeaconError } from '../errors.js';

/** Where a controller is, as one string that a person can type: `--radio hci:0`. */
export type RadioAddress = KernelAddress | AdapterAddress | SerialAddress | UnixAddress | TcpAddress;

interface Common {
  /** The string it was parsed from. */
  readonly text: string;
  /** A file that receives everything that crosses the link, for Wireshark. */
  readonly btsnoop?: string;
}
export interface KernelAddress extends Common {
  readonly kind: 'kernel';
  /** The number N of hciN, 0..65534. */
  readonly deviceId: number;
  /** `raw` shares the adapter with the kernel; `user` takes it for itself and needs it to be down. */
  readonly channel: 'raw' | 'user';
}
/** An adapter of the kernel by what it is, and not by the number that it has. */
export interface AdapterAddress extends Common {
  readonly kind: 'adapter';
  /** Six octets, most significant first, `AA:BB:CC:DD:EE:FF`. */
  readonly publicAddress: string;
  readonly channel: 'raw' | 'user';
}
export interface SerialAddress extends Common {
  readonly kind: 'serial';
  readonly path: string;
  /** Bits per second. */
  readonly baud: number;
  readonly hasFlowControl: boolean;
}
export interface UnixAddress extends Common {
  readonly kind: 'unix';
  readonly path: string;
}
export interface TcpAddress extends Common {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
}

/** The forms, for every sentence that has to name them. */
export const radioForms =
  'hci:N[?channel=raw|user], hci:AA:BB:CC:DD:EE:FF, h4:/dev/ttyX[?baud=1000000&rtscts=1], h4:unix:PATH, h4:tcp:HOST:PORT';

/** The highest number is HCI_DEV_NONE, which means "no adapter". */
const highestDeviceId = 65534;
const highestBaud = 12_000_000;

/**
 * Parses a radio string; every form also takes `btsnoop=FILE`.
 * @throws BeaconError `radio-address` that says what is wrong and names the forms.
 * @example parseRadioAddress('hci:0?channel=user') // { kind: 'kernel', deviceId: 0, channel: 'user', text: … }
 */
export function parseRadioAddress(text: string): RadioAddress {
  const mark = text.indexOf('?');
  const where = mark < 0 ? text : text.slice(0, mark);
  const options = readOptions(text, mark < 0 ? '' : text.slice(mark + 1));
  const address = parseTransport(text, where, options);
  const btsnoop = options.take('btsnoop');
  if (btsnoop === '') throw wrong(text, 'btsnoop needs a file name');
  options.refuseRest();
  return btsnoop === undefined ? address : { ...address, btsnoop };
}

function parseTransport(text: string, where: string, options: Options): RadioAddress {
  if (where.startsWith('hci:')) return parseKernel(text, where.slice(4), options);
  if (where.startsWith('h4:unix:')) {
    const path = where.slice(8);
    if (path === '') throw wrong(text, 'h4:unix: needs the path of a socket');
    return { kind: 'unix', path, text };
  }
  if (where.startsWith('h4:tcp:')) return parseTcp(text, where.slice(7));
  if (where.startsWith('h4:/')) return parseSerial(text, where.slice(3), options);
  throw wrong(text, 'it begins with none of the forms');
}

function parseKernel(text: string, which: string, options: Options): KernelAddress | AdapterAddress {
  const deviceId = readInteger(which, 0, highestDeviceId);
  const isAddress = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(which);
  if (deviceId === undefined && !isAddress)
    throw wrong(text, `"${which}" is no adapter number (0 to ${highestDeviceId}) and no address (AA:BB:CC:DD:EE:FF)`);
  const channel = options.take('channel') ?? 'raw';
  if (channel !== 'raw' && channel !== 'user') throw wrong(text, `channel is raw or user, not "${channel}"`);
  return deviceId === undefined
    ? { kind: 'adapter', publicAddress: which.toUpperCase(), channel, text }
    : { kind: 'kernel', deviceId, channel, text };
}

function parseTcp(text: string, target: string): TcpAddress {
  const colon = target.lastIndexOf(':');
  const host = target.slice(0, Math.max(colon, 0)).replace(/^\[(.*)\]$/, '$1');
  const port = readInteger(target.slice(colon + 1), 1, 65535);
  if (host === '') throw wrong(text, 'h4:tcp: needs HOST:PORT');
  if (port === undefined) throw wrong(text, `"${target.slice(colon + 1)}" is no port (1 to 65535)`);
  return { kind: 'tcp', host, port, text };
}

function parseSerial(text: string, path: string, options: Options): SerialAddress {
  const baudText = options.take('baud') ?? '1000000';
  const baud = readInteger(baudText, 300, highestBaud);
  if (baud === undefined) throw wrong(text, `"${baudText}" is no baud rate (300 to ${highestBaud})`);
  const rtscts = options.take('rtscts') ?? '1';
  if (rtscts !== '0' && rtscts !== '1') throw wrong(text, `rtscts is 0 or 1, not "${rtscts}"`);
  return { kind: 'serial', path, baud, hasFlowControl: rtscts === '1', text };
}

interface Options {
  take(name: string): string | undefined;
  refuseRest(): void;
}

function readOptions(text: string, query: string): Options {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (values.has(name)) throw wrong(text, `option "${name}" is given twice`);
    values.set(name, value);
  }
  return {
    take: (name) => {
      const value = values.get(name);
      values.delete(name);
      return value;
    },
    refuseRest: () => {
      const [unknown] = values.keys();
      if (unknown !== undefined) throw wrong(text, `option "${unknown}" is unknown here`);
    },
  };
}

function readInteger(text: string, lowest: number, highest: number): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= lowest && value <= highest ? value : undefined;
}

function wrong(text: string, problem: string): BeaconError {
  return new BeaconError(
    'radio-address',
    `radio "${text}": ${problem}. The forms are ${radioForms}; each takes btsnoop=FILE.`,
  );
}
