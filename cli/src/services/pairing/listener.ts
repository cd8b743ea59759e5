import type { Peripheral } from '@abandonware/noble';
import type { AdvertisingReport } from '@deskbeacon/beacon/radio';
import { CliError } from '../../errors/cli-error.js';

/** A radio that listens, and connects to what it heard. */
export interface Listener {
  /** Hears every report while it listens. @returns what ends it. */
  onReport(hear: (report: AdvertisingReport) => void): () => void;
  /** What has that address, once it was heard. */
  peripheralAt(address: string): Peripheral | undefined;
  /** Listens while `work` runs. */
  listening<T>(work: () => Promise<T>): Promise<T>;
  /** Rejects when the adapter goes away: what is waited for then never comes. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
}

/** As many as an office has; the oldest is forgotten first. */
const MOST_PERIPHERALS = 1000;

/**
 * @param radio as `deskbeacond` takes it: `hci:0`, `h4:/dev/ttyACM0`, `h4:unix:PATH`.
 * @throws BeaconError of the radio.
 */
export async function openListener(radio: string): Promise<Listener> {
  // bleno and noble open sockets while they are loaded.
  const { openRadio, startNoble } = await import('@deskbeacon/beacon/radio');
  const link = await openRadio(radio);
  const stack = await startNoble(link).catch(async (error: unknown) => {
    await link.close();
    throw error;
  });
  const lost = new Promise<never>((_, reject) => {
    link.onClosed((error) => reject(error ?? new CliError('radio-failed', `${radio}: the radio is closed`)));
  });
  lost.catch(() => {}); // Whoever waits for something looks at it; nobody else has to.
  const peripherals = new Map<string, Peripheral>();
  stack.noble.on('discover', (peripheral: Peripheral) => {
    const { address } = peripheral;
    peripherals.delete(address);
    peripherals.set(address, peripheral);
    const oldest = peripherals.keys().next().value;
    if (peripherals.size > MOST_PERIPHERALS && oldest !== undefined) peripherals.delete(oldest);
  });
  return {
    onReport: (hear) => stack.onReport(hear),
    peripheralAt: (address) => peripherals.get(address),
    async listening(work) {
      await stack.startScanning();
      try {
        return await work();
      } finally {
        // A radio that is gone does not scan; why work ended is what counts.
        if (link.isUp()) await stack.stopScanning();
      }
    },
    lost,
    async close() {
      stack.close();
      await link.close();
    },
  };
}

/**
 * Waits for something that is heard.
 * @param look called with each report; its first value that is not `undefined` ends the waiting.
 * @returns `undefined` when `forMs` have gone by.
 * @throws the signal's reason; BeaconError of the radio when it goes away.
 */
export function waitToHear<T>(
  listener: Listener,
  look: (report: AdvertisingReport) => T | undefined,
  { forMs, signal }: { readonly forMs: number; readonly signal: AbortSignal },
): Promise<T | undefined> {
  return listener.listening(
    () =>
      new Promise((resolve, reject) => {
        const end = (settle: () => void): void => {
          clearTimeout(timer);
          stop();
          signal.removeEventListener('abort', abort);
          settle();
        };
        const abort = (): void => end(() => reject(signal.reason));
        const timer = setTimeout(() => end(() => resolve(undefined)), forMs);
        const stop = listener.onReport((report) => {
          const found = look(report);
          if (found !== undefined) end(() => resolve(found));
        });
        listener.lost.catch((error: unknown) => end(() => reject(error)));
        signal.addEventListener('abort', abort);
        if (signal.aborted) abort();
      }),
  );
}
