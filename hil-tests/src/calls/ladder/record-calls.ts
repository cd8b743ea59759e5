import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildingEvent } from '../events.js';
import type { SeenMessage } from '../telephony/hep.js';
import { encodeCapture } from './capture.js';
import { encodePcap } from './pcap.js';

/** Keeps calls in a folder: one `<call>.jsonl` a call, and every message from the start on in `calls.pcap`. */
export interface Recorder {
  take(event: BuildingEvent): void;
  close(): void;
}

/** @throws Error when the folder cannot be made. */
export function recordCalls(directory: string): Recorder {
  mkdirSync(directory, { recursive: true });
  const messages: SeenMessage[] = [];
  let ofCall: BuildingEvent[] | undefined;
  return {
    take(event) {
      if (event.type === 'message') messages.push(event.message);
      if (event.type === 'call') ofCall = [];
      ofCall?.push(event);
      if (event.type !== 'results' || ofCall === undefined) return;
      writeFileSync(join(directory, `${event.planned.call}.jsonl`), encodeCapture(ofCall));
      ofCall = undefined;
    },
    close: () => writeFileSync(join(directory, 'calls.pcap'), encodePcap(messages)),
  };
}
