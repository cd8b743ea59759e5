import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BtsnoopRecord, encodeBtsnoopHeader, encodeBtsnoopRecord, readBtsnoop } from './btsnoop.js';
import { createBtsnoopFile } from './btsnoop-file.js';
import { openRadio } from './open-radio.js';
import { startScriptedController } from './testing/scripted-controller.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const run = promisify(execFile);
const records: fc.Arbitrary<BtsnoopRecord[]> = fc.array(
  fc.record({
    direction: fc.constantFrom('sent' as const, 'received' as const),
    atUs: fc.maxSafeNat(),
    packet: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  { maxLength: 6 },
);

function encode(all: readonly BtsnoopRecord[]): Uint8Array {
  return new Uint8Array([encodeBtsnoopHeader(), ...all.map(encodeBtsnoopRecord)].flatMap((part) => [...part]));
}

describe(`a btsnoop capture (SEED=${seed})`, () => {
  test('is laid out as btmon writes it', () => {
    const record = encodeBtsnoopRecord({ direction: 'sent', atUs: 0, packet: Uint8Array.of(1, 3, 0x0c, 0) });
    expect(Buffer.from(encodeBtsnoopHeader()).toString('hex')).toBe('6274736e6f6f700000000001000003ea');
    expect(Buffer.from(record).toString('hex')).toBe('0000000400000004000000020000000000dcddb30f2f800001030c00');
  });

  test('reads back what was written', () => {
    fc.assert(
      fc.property(records, (all) => {
        expect(readBtsnoop(encode(all))).toEqual({ ok: true, records: all, truncatedOctets: 0 });
      }),
      { seed },
    );
  });

  test('keeps the whole records of a file that was cut off anywhere, and says how much is left', () => {
    const all: BtsnoopRecord[] = [1, 2, 3].map((n) => ({
      direction: 'sent',
      atUs: n,
      packet: new Uint8Array(n).fill(n),
    }));
    const whole = encode(all);
    for (let length = 16; length < whole.length; length++) {
      const reading = readBtsnoop(whole.subarray(0, length));
      if (!reading.ok) throw new Error(reading.reason);
      expect(reading.records).toEqual(all.slice(0, reading.records.length));
      expect(encode(reading.records).length + reading.truncatedOctets).toBe(length);
    }
  });

  test('never makes the reader throw, whichever octet is changed', () => {
    const whole = encode([{ direction: 'sent', atUs: 5, packet: Uint8Array.of(1, 2, 3) }]);
    for (let index = 0; index < whole.length; index++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const changed = whole.slice();
        changed[index] = value;
        expect(() => readBtsnoop(changed)).not.toThrow();
      }
    }
  });

  test.each([
    ['shorter than a file header', new Uint8Array(15)],
    ['not a btsnoop file', new Uint8Array(16)],
  ])('is refused when it is %s', (reason, octets) => {
    expect(readBtsnoop(octets)).toEqual({ ok: false, reason });
  });

  test('of a link holds its opening in both directions, is private, and tshark reads it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-'));
    const file = join(directory, 'capture.btsnoop');
    await writeFile(file, 'older', { mode: 0o644 });
    const controller = await startScriptedController();
    const beforeMs = Date.now();
    const link = await openRadio(`h4:unix:${controller.path}?btsnoop=${file}`);
    await link.close();
    await controller.close();
    const reading = readBtsnoop(await readFile(file));
    if (!reading.ok) throw new Error(reading.reason);
    expect(reading.records.map(({ direction, packet }) => [direction, Buffer.from(packet).toString('hex')])).toEqual([
      ['sent', '01030c00'],
      ['received', '040e0401030c00'],
    ]);
    expect(Math.abs((reading.records[0]?.atUs ?? 0) / 1000 - beforeMs)).toBeLessThan(2000);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const shown = await run('tshark', ['-r', file]).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (shown !== undefined) {
      expect(shown.stdout).toMatch(/Sent Reset/);
      expect(shown.stdout).toMatch(/Rcvd Command Complete \(Reset\)/);
    }
    await rm(directory, { recursive: true });
  });

  test('ends with one error when the disk is full', () => {
    const errors: unknown[] = [];
    try {
      const file = createBtsnoopFile('/dev/full', (error) => errors.push(error));
      file.write('sent', Uint8Array.of(1), 0);
    } catch (error) {
      errors.push(error);
    }
    expect(errors).toMatchObject([{ code: 'state-unwritable' }]);
  });
});
