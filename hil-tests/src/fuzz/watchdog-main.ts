import { writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { encodeHex } from '@deskbeacon/proximity-core';
import type { Watched } from './watchdog.js';

/** Runs beside the fuzzer in a thread of its own: an input that never ends would end nothing by itself. */

const { shared, target, limitMs, note } = workerData as Watched;
const head = new Int32Array(shared, 0, 2);
const octets = new Uint8Array(shared, 8);
let last = -1;
let sinceMs = performance.now();

setInterval(() => {
  const number = Atomics.load(head, 0);
  if (number !== last) {
    last = number;
    sinceMs = performance.now();
  } else if (number > 0 && performance.now() - sinceMs > limitMs) {
    const input = encodeHex(octets.slice(0, Atomics.load(head, 1)));
    // Synchronously: the thread that would write for us is the one that hangs.
    writeFileSync(note, `${JSON.stringify({ target, what: `one input took more than ${limitMs} ms`, input })}\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}, limitMs / 4);
