import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallEvent, encodeTraceEvent, type TraceHeader } from '@deskbeacon/proximity-core';
import { generateCall } from './office-call.js';
import { ownClasses, type StudyClass, studyClasses } from './placement.js';
import { createRandomStream } from './random-stream.js';
import { LOOKS_MS, replayCall } from './score.js';
import type { Setting } from './setting.js';

export interface ExportOptions {
  readonly directory: string;
  readonly setting: Setting;
  readonly seed: number;
  readonly calls: number;
}

export interface Exported {
  readonly calls: number;
  readonly tracesFile: string;
  readonly keyFile: string;
}

/**
 * Writes calls as traces that tell nothing of the truth, in an order drawn by lot, and beside them a key: per call its class
 * and what the study decided. Names of desks tell nothing either: `generateCall` draws them anew for each call.
 */
export async function exportCalls({ directory, setting, seed, calls }: ExportOptions): Promise<Exported> {
  await mkdir(directory, { recursive: true });
  const tracesFile = join(directory, 'calls.trace.jsonl');
  const keyFile = join(directory, 'key.jsonl');
  const traces: string[] = [];
  const keys: string[] = [];
  drawOrder(calls, seed).forEach((number, position) => {
    const studyClass = studyClasses[number % studyClasses.length] as StudyClass;
    const index = Math.floor(number / studyClasses.length);
    const call = generateCall(setting, { seed, set: 'trial', studyClass, index });
    const name = `c-${String(position + 1).padStart(String(calls).length, '0')}`;
    const header = { ...call.header, call: name };
    const { decision, reason, decidedAtMs, llr, at } = replayCall(header, call.events, LOOKS_MS);
    traces.push(encodeCall(header, call.events));
    keys.push(
      `${JSON.stringify({
        call: name,
        truth: (ownClasses as readonly StudyClass[]).includes(studyClass) ? 'at-desk' : 'away',
        class: studyClass,
        carriage: call.carriage,
        stratum: setting.name,
        seed,
        index,
        study: { decision, reason, decidedAtMs, llr, at },
      })}\n`,
    );
  });
  await writeFile(tracesFile, traces.join(''));
  await writeFile(keyFile, keys.join(''));
  return { calls, tracesFile, keyFile };
}

/** One call in the trace format. */
export function encodeCall(header: TraceHeader, events: readonly CallEvent[]): string {
  const first = JSON.stringify({ deskbeacon: 'trace', version: 1, ...header });
  return [first, ...events.map(encodeTraceEvent)].map((line) => `${line}\n`).join('');
}

/** The numbers below `count`, shuffled (Fisher and Yates). */
function drawOrder(count: number, seed: number): readonly number[] {
  const random = createRandomStream(seed, 'export-order');
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
