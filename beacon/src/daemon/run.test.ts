import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readState } from '../identity/state-directory.js';
import { opcodes } from '../radio/index.js';
import { until } from '../radio/testing/until.js';
import { type DaemonAtController, startDaemonAtController } from './testing/daemon-at-controller.js';

const hex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex');

/** One daemon from its start to its end, for bleno is one per process: the tests follow each other. */
describe('a daemon at a controller', () => {
  const startedUnixMs = Date.now();
  let daemon: DaemonAtController;
  beforeAll(async () => {
    daemon = await startDaemonAtController();
  });
  afterAll(() => daemon.clear());
  const addresses = (): readonly string[] => daemon.parametersOf(opcodes.leSetRandomAddress).map(hex);
  const data = (): readonly string[] => daemon.parametersOf(opcodes.leSetAdvertisingData).map(hex);

  it('is on the air with both frames, and its windows are reserved on the disk', async () => {
    expect(new Set(data().filter((frame) => frame.includes('4c000215'))).size).toBe(1);
    expect(new Set(data().filter((frame) => frame.includes('aafe30'))).size).toBe(1);
    const kept = (await readState(daemon.stateDirectory))?.clock;
    expect(kept?.floorUnixMs).toBeGreaterThanOrEqual(startedUnixMs);
    // K is 15 here: three windows of nine hours.
    expect((kept?.reservedUntilUnixMs ?? 0) - startedUnixMs).toBeGreaterThanOrEqual(3 * 32_768_000);
  });

  it('sends one command at a time', () => {
    expect(daemon.controller.mostUnderWay()).toBe(1);
  });

  it('is on the air again with the same frames and address after octets that are no packet', async () => {
    const before = { frames: new Set(data()), address: addresses().at(-1), count: addresses().length };
    const resetsBefore = daemon.parametersOf(opcodes.reset).length;
    daemon.controller.sendOctets(new Uint8Array(40).fill(0xee));
    await until('the controller is reset', () => daemon.parametersOf(opcodes.reset).length > resetsBefore);
    await until('it is started again', () => addresses().length > before.count && daemon.controller.isAdvertising());
    const from = data().length;
    await until('it alternates again', () => data().length >= from + 3);
    expect(addresses().at(-1)).toBe(before.address);
    for (const frame of data().slice(from)) expect(before.frames).toContain(frame);
    expect(daemon.log.some(({ event, priority }) => /restarted|reset/.test(event) && priority === 4)).toBe(true);
  });

  it('goes on after the controller was reset in the middle of a command', async () => {
    const before = addresses().length;
    daemon.controller.deviate({ opcode: opcodes.leSetAdvertisingData, answer: 'drop', times: 1 });
    const dataBefore = data().length;
    await until('a command is under way', () => data().length > dataBefore);
    daemon.controller.sendOctets(Uint8Array.of(0x04, 0x10, 0x01, 0x42)); // Hardware Error, §7.7.16.
    await until('it is started again', () => addresses().length > before && daemon.controller.isAdvertising());
    expect(daemon.log.at(-1)?.event).not.toBe('floor-unsaved');
  });

  it('goes on after resets that come faster than it can start again', async () => {
    const before = addresses().length;
    for (let i = 0; i < 5; i += 1) {
      const resets = daemon.parametersOf(opcodes.reset).length;
      daemon.controller.sendOctets(Uint8Array.of(0x04, 0x10, 0x01, 0x42));
      await until('the controller is reset', () => daemon.parametersOf(opcodes.reset).length > resets);
    }
    await until('it is started again', () => addresses().length > before && daemon.controller.isAdvertising());
    const from = data().length;
    await until('it alternates again', () => data().length >= from + 3);
  });

  it('at the signal ends with disable and empty data as its last commands, with the floor saved and the lock given back', async () => {
    const atUnixMs = Date.now();
    daemon.stop();
    await daemon.ended;
    expect(Date.now() - atUnixMs).toBeLessThan(2000);
    const last = daemon.controller.received.slice(-2);
    expect(last.map(({ opcode }) => opcode)).toEqual([opcodes.leSetAdvertisingEnable, opcodes.leSetAdvertisingData]);
    expect(last.map(({ parameters }) => hex(parameters))).toEqual(['00', '00'.repeat(32)]);
    expect(daemon.controller.isAdvertising()).toBe(false);
    const kept = (await readState(daemon.stateDirectory))?.clock;
    expect(kept?.floorUnixMs).toBeGreaterThanOrEqual(atUnixMs);
    expect(kept?.reservedUntilUnixMs).toBe(kept?.floorUnixMs);
    expect((await readdir(daemon.stateDirectory)).sort()).toEqual(['clock-floor.json', 'root-key.json']);
  });
});
