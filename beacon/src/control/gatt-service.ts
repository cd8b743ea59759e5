import type { Bleno } from '../radio/index.js';
import { type BeaconSession, type BeaconSessionOptions, createBeaconSession } from './beacon-session.js';
import { controlUuids } from './uuids.js';

export interface ControlServiceOptions extends BeaconSessionOptions {
  /** Told when a central has come, and when it has gone and the next may be let in. */
  readonly onConnected?: (address: string) => void;
  readonly onDisconnected: (end: ConnectionEnd) => void;
  readonly limits?: Partial<ConnectionLimits>;
}

export interface ConnectionEnd {
  /** Who ended it: the other side or its radio, or the beacon because a limit had passed. */
  readonly reason: 'by-central' | 'not-admitted-in-time' | 'idle' | 'too-long';
  readonly wasAdmitted: boolean;
}

/** All in ms: a connected beacon is not on the air, so nobody holds it for long. */
export interface ConnectionLimits {
  /** To the first request of somebody who holds the key. */
  readonly admissionMs: number;
  /** Without a value from the central. */
  readonly idleMs: number;
  readonly totalMs: number;
}

const usualLimits: ConnectionLimits = { admissionMs: 10_000, idleMs: 30_000, totalMs: 600_000 };
const MOST_VALUE_OCTETS = 512;

export interface ControlService {
  /** Ends the connection that there is, and takes the service away. */
  close(): void;
}

/**
 * Serves the control characteristics on bleno's GATT server: one session for each connection, one connection at a time.
 * Whether anybody can connect is the advertiser's matter.
 * @throws what bleno says where it takes no services.
 */
export async function openControlService(bleno: Bleno, options: ControlServiceOptions): Promise<ControlService> {
  const limits = { ...usualLimits, ...options.limits };
  let connection: Connection | undefined;

  const toBeacon = new bleno.Characteristic({
    uuid: controlUuids.toBeacon,
    properties: ['write'],
    onWriteRequest: (data, offset, _withoutResponse, callback) => {
      const { RESULT_SUCCESS, RESULT_INVALID_OFFSET, RESULT_INVALID_ATTRIBUTE_LENGTH, RESULT_UNLIKELY_ERROR } =
        bleno.Characteristic;
      if (offset !== 0) callback(RESULT_INVALID_OFFSET);
      else if (data.length < 1 || data.length > MOST_VALUE_OCTETS) callback(RESULT_INVALID_ATTRIBUTE_LENGTH);
      else if (connection === undefined) callback(RESULT_UNLIKELY_ERROR);
      else {
        // Answered at once: an ATT request may not wait for a disk (30 s, Core Vol 3 Part F §3.3.3).
        callback(RESULT_SUCCESS);
        connection.take(new Uint8Array(data));
      }
    },
  });
  const fromBeacon = new bleno.Characteristic({
    uuid: controlUuids.fromBeacon,
    properties: ['notify'],
    onSubscribe: (valueOctets, send) => connection?.subscribe(valueOctets, send),
    onUnsubscribe: () => connection?.unsubscribe(),
  });

  function accept(address: string): void {
    connection?.end();
    const begun = createConnection(createBeaconSession(options), limits, () => bleno.disconnect());
    connection = begun;
    options.onConnected?.(address);
  }

  function leave(): void {
    const ended = connection?.end();
    connection = undefined;
    if (ended !== undefined) options.onDisconnected(ended);
  }

  bleno.on('accept', accept);
  bleno.on('disconnect', leave);
  const service = new bleno.PrimaryService({
    uuid: controlUuids.service,
    characteristics: [toBeacon, fromBeacon],
  });
  await setServices(bleno, [service]);
  return {
    close() {
      bleno.removeListener('accept', accept);
      bleno.removeListener('disconnect', leave);
      if (connection !== undefined) bleno.disconnect();
      connection?.end();
      connection = undefined;
      bleno.setServices([]);
    },
  };
}

interface Connection {
  take(value: Uint8Array): void;
  subscribe(valueOctets: number, send: (value: Buffer) => void): void;
  unsubscribe(): void;
  end(): ConnectionEnd;
}

function createConnection(session: BeaconSession, limits: ConnectionLimits, disconnect: () => void): Connection {
  let subscription: { readonly valueOctets: number; readonly send: (value: Buffer) => void } | undefined;
  let reason: ConnectionEnd['reason'] = 'by-central';
  let isOver = false;
  const limit = (ms: number, because: ConnectionEnd['reason'], isDue = (): boolean => true): NodeJS.Timeout =>
    setTimeout(() => {
      if (isOver || !isDue()) return;
      reason = because;
      disconnect();
    }, ms);
  const admission = limit(limits.admissionMs, 'not-admitted-in-time', () => !session.isAdmitted());
  const total = limit(limits.totalMs, 'too-long');
  let idle = limit(limits.idleMs, 'idle');

  async function answer(value: Uint8Array): Promise<void> {
    const values = await session.take(value, subscription?.valueOctets ?? 0);
    for (const one of values) if (!isOver) subscription?.send(Buffer.from(one));
  }

  return {
    take(value) {
      clearTimeout(idle);
      idle = limit(limits.idleMs, 'idle');
      void answer(value);
    },
    subscribe(valueOctets, send) {
      subscription = { valueOctets, send };
    },
    unsubscribe() {
      subscription = undefined;
    },
    end() {
      isOver = true;
      for (const timer of [admission, total, idle]) clearTimeout(timer);
      return { reason, wasAdmitted: session.isAdmitted() };
    },
  };
}

function setServices(bleno: Bleno, services: ReadonlyArray<InstanceType<Bleno['PrimaryService']>>): Promise<void> {
  return new Promise((resolve, reject) => {
    bleno.setServices(services as never, (error?: Error | null) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
