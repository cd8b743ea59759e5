import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchButton } from './button.js';

let directory: string;
let stop: AbortController;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskbeacon-button-'));
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  rmSync(directory, { recursive: true, force: true });
});

function eventOf(wordOctets: number, type: number, value: number): Buffer {
  const octets = Buffer.alloc(2 * wordOctets + 8, 0xee);
  octets.writeUInt16LE(type, 2 * wordOctets);
  octets.writeUInt16LE(148, 2 * wordOctets + 2);
  octets.writeInt32LE(value, 2 * wordOctets + 4);
  return octets;
}

/** A pipe stands in for the device: both give octets as they come. */
function openButton(wordOctets: 4 | 8) {
  const device = join(directory, 'event0');
  execFileSync('mkfifo', [device]);
  const seen = { presses: 0, states: [] as unknown[] };
  const watching = watchButton({
    device,
    wordOctets,
    onPress: () => {
      seen.presses += 1;
    },
    onState: (state) => seen.states.push(state),
    signal: stop.signal,
  });
  const file = openSync(device, 'r+');
  return { seen, watching, write: (octets: Uint8Array) => writeSync(file, octets) };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isSo(); i += 1) await pause(10);
  expect(isSo()).toBe(true);
}

describe.each([4, 8] as const)('a button on a machine whose words have %i octets', (wordOctets) => {
  it('counts a press, and neither its release, nor its being held, nor other events', async () => {
    const { seen, write } = openButton(wordOctets);
    const [press, held, release] = [1, 2, 0].map((value) => eventOf(wordOctets, 1, value)) as [Buffer, Buffer, Buffer];
    write(Buffer.concat([eventOf(wordOctets, 0, 1), held, release]));
    write(press.subarray(0, 5));
    await pause(30);
    expect(seen.presses).toBe(0);
    write(Buffer.concat([press.subarray(5), eventOf(wordOctets, 0, 0), release]));
    await until(() => seen.presses === 1);
  });

  it('takes a contact that bounces for one press', async () => {
    const { seen, write } = openButton(wordOctets);
    const press = eventOf(wordOctets, 1, 1);
    write(Buffer.concat([press, eventOf(wordOctets, 1, 0), press, press]));
    await until(() => seen.presses === 1);
    await pause(50);
    expect(seen.presses).toBe(1);
  });
});

describe('a button that is not there', () => {
  it('is told once, and waited for', async () => {
    const states: unknown[] = [];
    const device = join(directory, 'nothing');
    const watching = watchButton({
      device,
      onPress: () => {},
      onState: (state) => states.push(state),
      signal: stop.signal,
    });
    await until(() => states.length === 1);
    expect(states).toEqual([{ isThere: false, reason: expect.stringContaining('ENOENT') }]);
    stop.abort();
    await watching;
  });
});
