import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeCapture } from './capture.js';
import { recordCalls } from './record-calls.js';
import { recorded, said } from './testing/events.js';

it('keeps each call that came to its end, and all messages, also those before it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deskbeacon-record-'));
  try {
    const recorder = recordCalls(join(folder, 'a', 'b'));
    recorder.take(said(-5, 'desk', 'proxy', 'REGISTER', '1 REGISTER'));
    for (const event of recorded('at-desk')) recorder.take(event);
    for (const event of recorded('nobody-answers').slice(0, -1)) recorder.take(event);
    recorder.close();
    expect(readdirSync(join(folder, 'a', 'b')).sort()).toEqual(['at-desk.jsonl', 'calls.pcap']);
    const file = join(folder, 'a', 'b', 'at-desk.jsonl');
    expect(decodeCapture(readFileSync(file, 'utf8'), file)).toEqual(recorded('at-desk'));
    expect(readFileSync(join(folder, 'a', 'b', 'calls.pcap'), 'latin1')).toContain('REGISTER sip:1001@127.0.0.1');
    writeFileSync(join(folder, 'file'), '');
    expect(() => recordCalls(join(folder, 'file'))).toThrow();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
