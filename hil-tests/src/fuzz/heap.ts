import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Measures what is left on the heap after a collection. */
export interface HeapProbe {
  /** Measures now, if the last time was long enough ago. */
  sample(): void;
  /** The least of the second quarter of all samples and the least of the last one; absent before there are eight. */
  growth(): { readonly first: number; readonly last: number } | undefined;
}

const LEAST_SAMPLES = 8;
const MOST_SAMPLES = 400;

/** @param everyMs between two measurements, for a collection takes some milliseconds. */
export function createHeapProbe(everyMs: number): HeapProbe {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const samplesMiB: number[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  const leastOf = (from: number, to: number): number =>
    Math.min(...samplesMiB.slice(Math.floor(from * samplesMiB.length), Math.ceil(to * samplesMiB.length)));
  return {
    sample() {
      if (performance.now() - lastMs < everyMs || samplesMiB.length >= MOST_SAMPLES) return;
      collect();
      const { heapUsed, external } = process.memoryUsage();
      samplesMiB.push(Math.round((heapUsed + external) / 1024 / 102.4) / 10);
      lastMs = performance.now();
    },
    growth: () =>
      samplesMiB.length < LEAST_SAMPLES ? undefined : { first: leastOf(0.25, 0.5), last: leastOf(0.75, 1) },
  };
}
