import { BeaconError } from '../errors.js';
import {
  advertisingSwitches,
  type HciLink,
  parseRadioAddress,
  readCommandAnswer,
  readOpcode,
  statuses,
} from '../radio/index.js';

/** A controller that is down longer than this is a fault; a reset takes milliseconds. */
const DOWN_LIMIT_MS = 3_000;
const DOWN_POLL_MS = 500;
/** Commands of all processes that wait for their answers; a controller that never answers must not fill the memory. */
const MOST_SWITCHES = 64;

export interface LinkWatchEvents {
  /** The controller has confirmed that advertising is on; by Command Disallowed when it was on already. */
  readonly onConfirmed?: (confirmation: { readonly wasOnAlready: boolean }) => void;
  /** Another process has switched our advertising off, or may have. `how` says by what that was noticed. */
  readonly onStoppedByAnother?: (how: string) => void;
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
    const followed = watchSwitches(link, events);
    const unsubscribes = [
      link.onClosed((error) => reject(error ?? new BeaconError('radio-lost', `${link.address}: closed`))),
      link.onSent((packet) => followed.takeCommand(packet, true)),
      // On the raw channel the kernel shows each process the commands of all others; elsewhere no command ever comes in,
      // and on the user channel answers to them do.
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

/**
 * Follows LE Set Advertising Enable, ours and that of others: a controller answers those in the order they were written.
 * On the user channel an answer that is left over is one to another process, whose command is neither shown there nor
 * kept out. Whether it switched on or off is not told. Elsewhere it is the double of one, and the self-check's affair.
 */
function watchSwitches(link: HciLink, { onConfirmed, onStoppedByAnother }: LinkWatchEvents) {
  const address = parseRadioAddress(link.address);
  const isReachedUnseen = 'channel' in address && address.channel === 'user';
  const underWay: { readonly isOn: boolean; readonly isOurs: boolean }[] = [];
  let isAdvertising = false;

  function stop(how: string): void {
    if (!isAdvertising) return;
    isAdvertising = false;
    onStoppedByAnother?.(how);
  }

  return {
    takeCommand(packet: Uint8Array, isOurs: boolean): void {
      const isOn = readEnable(packet);
      if (isOn === undefined) return;
      underWay.push({ isOn, isOurs });
      if (underWay.length > MOST_SWITCHES) underWay.shift();
      if (isOurs) isAdvertising = isOn;
      else if (!isOn) stop('another process switched advertising off');
    },
    takeAnswer(packet: Uint8Array): void {
      const answer = readCommandAnswer(packet);
      if (answer === undefined || !advertisingSwitches.has(answer.opcode)) return;
      const answered = underWay.shift();
      const isDone = answer.status === statuses.success;
      const wasOnAlready = answer.status === statuses.commandDisallowed;
      if (answered === undefined) {
        if (isDone && isReachedUnseen) stop('another process switched advertising off or on, by a command unseen here');
      } else if (answered.isOn && answered.isOurs && (isDone || wasOnAlready)) onConfirmed?.({ wasOnAlready });
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
