import { Worker } from 'node:worker_threads';

export interface Watched {
  readonly shared: SharedArrayBuffer;
  readonly target: string;
  readonly limitMs: number;
  /** The file that is written before the process is killed. */
  readonly note: string;
}

export interface Watchdog {
  /** Says which input runs from now on. */
  watch(input: Uint8Array): void;
  close(): Promise<void>;
}

const HEAD_OCTETS = 8;

/** Kills the process when one input runs for longer than the limit, and leaves it in a file. */
export function startWatchdog(
  script: URL,
  { mostOctets, ...watched }: Omit<Watched, 'shared'> & { readonly mostOctets: number },
): Watchdog {
  const shared = new SharedArrayBuffer(HEAD_OCTETS + mostOctets);
  const head = new Int32Array(shared, 0, 2);
  const octets = new Uint8Array(shared, HEAD_OCTETS);
  const worker = new Worker(script, { workerData: { ...watched, shared } satisfies Watched });
  worker.unref();
  return {
    watch(input) {
      octets.set(input.subarray(0, mostOctets));
      Atomics.store(head, 1, Math.min(input.length, mostOctets));
      Atomics.add(head, 0, 1);
    },
    close: async () => void (await worker.terminate()),
  };
}
