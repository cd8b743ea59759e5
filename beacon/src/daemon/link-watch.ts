import { BeaconError } from '../errors.js';
import { advertisingSwitches, type HciLink, readCommandAnswer, readOpcode, statuses } from '../radio/index.js';

/** A controller that is down longer than this is a fault; a reset takes milliseconds. */
const DOWN_LIMIT_MS = 3_000;
const DOWN_POLL_MS = 500;
/** Commands of all processes that wait for their answers; a controller that never answers must not fill the memory. */
const MOST_SWITCHES = 64;

export interface LinkWatchEvents {
  /** The controller has confirmed that advertising is on; by Command Disallowed when it was on already. */
  readonly onConfirmed?: (confirmation: { readonly wasOnAlready: boolean }) => void;
  /** Another process has switched our advertising off. */
  readonly onStoppedByAnother?: () => void;
}

export interface LinkWatch {
  /** Rejects when the link ends or stays down; a rejection that nobody waits for any more is no fault. */
  readonly failed: Promise<never>;
  stop(): void;
}

/** Notices within 5 s that the controller is gone: the link itself looks once a second. */
export function watchLink(link: HciLink, events: LinkWatchEvents = {}): LinkWatch {
  let stop = (): void => {};
  const failed = new Promise<never>((_, reject) => {
    let downSinceMs: number | undefined;
    const poll = setInterval(() => {
      downSinceMs = link.isUp() ? undefined : (downSinceMs ?? performance.now());
      if (downSinceMs !== undefined && performance.now() - downSinceMs >= DOWN_LIMIT_MS) {
        reject(new BeaconError('radio-lost', `${link.address}: the adapter is down`));
      }
    }, DOWN_POLL_MS);
    const followed = watchSwitches(events);
    const unsubscribes = [
      link.onClosed((error) => reject(error ?? new BeaconError('radio-lost', `${link.address}: closed`))),
      link.onSent((packet) => followed.takeCommand(packet, true)),
      // On the raw channel the kernel shows each process the commands of all others; elsewhere no command ever comes in.
      link.onPacket((packet) => {
        followed.takeCommand(packet, false);
        followed.takeAnswer(packet);
      }),
      link.onReset(followed.forget),
    ];
    stop = () => {
      clearInterval(poll);
      for (const unsubscribe of unsubscribes) unsubscribe();
    };
  });
  failed.catch(() => {});
  return { failed, stop: () => stop() };
}

/** Follows LE Set Advertising Enable, ours and that of others: a controller answers those in the order they were written. */
function watchSwitches({ onConfirmed, onStoppedByAnother }: LinkWatchEvents) {
  const underWay: { readonly isOn: boolean; readonly isOurs: boolean }[] = [];
  let isAdvertising = false;
  return {
    takeCommand(packet: Uint8Array, isOurs: boolean): void {
      const isOn = readEnable(packet);
      if (isOn === undefined) return;
      underWay.push({ isOn, isOurs });
      if (underWay.length > MOST_SWITCHES) underWay.shift();
      const isStopped = !isOurs && !isOn && isAdvertising;
      if (isOurs || !isOn) isAdvertising = isOn;
      if (isStopped) onStoppedByAnother?.();
    },
    takeAnswer(packet: Uint8Array): void {
      const answer = readCommandAnswer(packet);
      if (answer === undefined || !advertisingSwitches.has(answer.opcode)) return;
      const answered = underWay.shift();
      if (answered === undefined || !answered.isOn || !answered.isOurs) return;
      const wasOnAlready = answer.status === statuses.commandDisallowed;
      if (answer.status === statuses.success || wasOnAlready) onConfirmed?.({ wasOnAlready });
    },
    forget(): void {
      underWay.length = 0;
      isAdvertising = false;
    },
  };
}

/** @returns what one of them asks for; nothing for any other packet. */
function readEnable(packet: Uint8Array): boolean | undefined {
  const opcode = readOpcode(packet);
  return opcode !== undefined && advertisingSwitches.has(opcode) ? packet[4] === 1 : undefined;
}
