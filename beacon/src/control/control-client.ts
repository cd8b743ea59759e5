import type { Characteristic, Peripheral } from '@abandonware/noble';
import { BeaconError } from '../errors.js';
import { type Asking, type Failure, greet } from './asking-session.js';
import { type Joining, joinValue, LEAST_VALUE_OCTETS, splitMessage } from './chunks.js';
import type { Credential } from './messages.js';
import type { Answer, Asked } from './requests.js';
import { controlUuids } from './uuids.js';

/** A connection to one beacon, as whoever pairs or configures it uses it. */
export interface ControlClient {
  /** One question at a time. @throws BeaconError `control-failed` when the link breaks or no answer comes in time. */
  ask(asked: Asked): Promise<Answer>;
  /** What fits into one value of this connection. */
  readonly valueOctets: number;
  close(): Promise<void>;
}

/** Each step: connecting, discovering, one exchange. Six values of 1 kB at MTU 23 take two seconds. */
const STEP_LIMIT_MS = 10_000;
const ATT_HEADER_OCTETS = 3;
const MOST_VALUE_OCTETS = 253;

/**
 * Connects, and proves to each other that both sides hold the key.
 * @throws BeaconError `control-failed` where the link fails; `control-refused` where the beacon does not admit, or is not
 *   the one whose key this is.
 */
export async function connectControl(
  peripheral: Peripheral,
  credential: Credential,
  secret: Uint8Array,
): Promise<ControlClient> {
  await inTime('connect', peripheral.connectAsync());
  try {
    const link = await openLink(peripheral);
    const asking = await admit(link, credential, secret);
    return {
      valueOctets: link.valueOctets,
      async ask(asked) {
        const answered = asking.answer(await link.exchange(asking.ask(asked)));
        if (!answered.ok) throw refused(answered);
        return answered.answer;
      },
      close: () => disconnect(peripheral),
    };
  } catch (error) {
    await disconnect(peripheral).catch(() => {}); // What matters is why.
    throw error;
  }
}

interface Link {
  readonly valueOctets: number;
  exchange(message: Uint8Array): Promise<Uint8Array>;
}

async function openLink(peripheral: Peripheral): Promise<Link> {
  const { characteristics } = await inTime(
    'discover the control service',
    peripheral.discoverSomeServicesAndCharacteristicsAsync(
      [controlUuids.service],
      [controlUuids.toBeacon, controlUuids.fromBeacon],
    ),
  );
  const find = (uuid: string): Characteristic => {
    const found = characteristics.find((one) => one.uuid === uuid);
    if (found === undefined) throw new BeaconError('control-failed', 'the beacon does not serve the control protocol');
    return found;
  };
  const [toBeacon, fromBeacon] = [find(controlUuids.toBeacon), find(controlUuids.fromBeacon)];
  await inTime('subscribe', fromBeacon.subscribeAsync());
  const { mtu } = peripheral as { readonly mtu?: number | null };
  const fitting = (mtu ?? LEAST_VALUE_OCTETS + ATT_HEADER_OCTETS) - ATT_HEADER_OCTETS;
  const valueOctets = Math.min(Math.max(fitting, LEAST_VALUE_OCTETS), MOST_VALUE_OCTETS);
  return {
    valueOctets,
    async exchange(message) {
      const answer = nextMessage(peripheral, fromBeacon);
      try {
        for (const value of splitMessage(message, valueOctets))
          await Promise.race([inTime('write', toBeacon.writeAsync(Buffer.from(value), false)), answer.failed]);
        return await inTime('wait for the answer', answer.message);
      } finally {
        answer.stop();
      }
    },
  };
}

async function admit(link: Link, credential: Credential, secret: Uint8Array): Promise<Asking> {
  const greeting = greet(credential, secret);
  const welcomed = greeting.welcome(await link.exchange(greeting.hello));
  if (!welcomed.ok) throw refused(welcomed);
  return welcomed.asking;
}

/** Joins what is notified, until it is a message. */
function nextMessage(
  peripheral: Peripheral,
  from: Characteristic,
): { readonly message: Promise<Uint8Array>; readonly failed: Promise<never>; stop(): void } {
  let joining: Joining | undefined;
  let onData: (data: Buffer) => void = () => {};
  let onGone: () => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    onGone = () => reject(new BeaconError('control-failed', 'the beacon is gone, or has ended the connection'));
    // noble leaves a write to somebody who is gone without an answer.
    if (peripheral.state !== 'connected') onGone();
    peripheral.once('disconnect', onGone);
  });
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    onData = (data) => {
      const joined = joinValue(joining, new Uint8Array(data));
      joining = joined.kind === 'more' ? joined.joining : undefined;
      if (joined.kind === 'message') resolve(joined.message);
      if (joined.kind === 'broken') reject(new BeaconError('control-failed', `the answer is broken: ${joined.reason}`));
    };
    from.on('data', onData);
  });
  const message = Promise.race([whole, failed]);
  for (const promise of [message, failed, whole]) promise.catch(() => {}); // Whoever waits hears of it.
  return {
    message,
    failed,
    stop() {
      from.removeListener('data', onData);
      peripheral.removeListener('disconnect', onGone);
    },
  };
}

async function disconnect(peripheral: Peripheral): Promise<void> {
  if (peripheral.state === 'disconnected') return;
  await inTime('disconnect', peripheral.disconnectAsync());
}

function refused(failure: Failure): BeaconError {
  const why = failure.reason === 'refused' ? failure.refusal : failure.reason;
  return new BeaconError('control-refused', `the beacon and this key do not go together: ${why}`);
}

async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    const fail = (): void =>
      reject(new BeaconError('control-failed', `could not ${what} within ${STEP_LIMIT_MS / 1000} s`));
    timer = setTimeout(fail, STEP_LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
