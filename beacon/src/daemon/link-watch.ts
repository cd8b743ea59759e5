import { BeaconError } from '../errors.js';
import { type HciLink, opcodes, readOpcode } from '../radio/index.js';

/** A controller that is down longer than this is a fault; a reset takes milliseconds. */
const DOWN_LIMIT_MS = 3_000;
const DOWN_POLL_MS = 500;

export interface LinkWatch {
  /** Rejects when the link ends, stays down, or another process takes our advertising off the air; a rejection that nobody waits for any more is no fault. */
  readonly failed: Promise<never>;
  stop(): void;
}

/** Notices within 5 s that the controller is gone: the link itself looks once a second. */
export function watchLink(link: HciLink): LinkWatch {
  let stop = (): void => {};
  const failed = new Promise<never>((_, reject) => {
    let downSinceMs: number | undefined;
    const poll = setInterval(() => {
      downSinceMs = link.isUp() ? undefined : (downSinceMs ?? performance.now());
      if (downSinceMs !== undefined && performance.now() - downSinceMs >= DOWN_LIMIT_MS) {
        reject(new BeaconError('radio-lost', `${link.address}: the adapter is down`));
      }
    }, DOWN_POLL_MS);
    let isAdvertising = false;
    const unsubscribes = [
      link.onClosed((error) => reject(error ?? new BeaconError('radio-lost', `${link.address}: closed`))),
      link.onSent((packet) => {
        isAdvertising = readEnable(packet) ?? isAdvertising;
      }),
      // On the raw channel the kernel shows each process the commands of all others; elsewhere no command ever comes in.
      link.onPacket((packet) => {
        if (isAdvertising && readEnable(packet) === false)
          reject(new BeaconError('radio-shared', `${link.address}: another process switched advertising off`));
      }),
    ];
    stop = () => {
      clearInterval(poll);
      for (const unsubscribe of unsubscribes) unsubscribe();
    };
  });
  failed.catch(() => {});
  return { failed, stop: () => stop() };
}

/** @returns what LE Set Advertising Enable (Core Vol 4 Part E §7.8.9) asks for; nothing for any other packet. */
function readEnable(packet: Uint8Array): boolean | undefined {
  return readOpcode(packet) === opcodes.leSetAdvertisingEnable ? packet[4] === 1 : undefined;
}
