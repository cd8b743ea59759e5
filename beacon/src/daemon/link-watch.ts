import { BeaconError } from '../errors.js';
import type { HciLink } from '../radio/index.js';

/** A controller that is down longer than this is a fault; a reset takes milliseconds. */
const DOWN_LIMIT_MS = 3_000;
const DOWN_POLL_MS = 500;

export interface LinkWatch {
  /** Rejects when the link ends or stays down; a rejection that nobody waits for any more is no fault. */
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
    const unsubscribe = link.onClosed((error) => {
      reject(error ?? new BeaconError('radio-lost', `${link.address}: closed`));
    });
    stop = () => {
      clearInterval(poll);
      unsubscribe();
    };
  });
  failed.catch(() => {});
  return { failed, stop: () => stop() };
}
