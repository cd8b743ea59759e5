import { afterEach, describe, expect, it } from 'vitest';
import { type HciLink, opcodes, openRadio } from '../radio/index.js';
import {
  type ScriptedController,
  type ScriptedOptions,
  startScriptedController,
} from '../radio/testing/scripted-controller.js';
import { usualFrames } from '../schedule/frame-set.js';
import type { LogEntry } from './log.js';
import { chooseAdvertising, type DaemonAdvertiser, intervalFor, powerFields } from './radio-fit.js';

const legacy = {} as DaemonAdvertiser;
const controller = { hasExtendedAdvertising: false, advertisingSets: 1 };

describe('the interval that is set', () => {
  it.each([
    [100, 8],
    [10_240, 8],
    [20, 9],
    [100, 13],
  ])('of %i ms is kept by a controller of HCI version %i, without a word', (intervalMs, hciVersion) => {
    const log: LogEntry[] = [];
    expect(intervalFor(intervalMs, { ...controller, hciVersion }, (entry) => log.push(entry))).toBe(intervalMs);
    expect(log).toEqual([]);
  });

  it('below 100 ms is raised on older controllers, and told', () => {
    const log: LogEntry[] = [];
    expect(intervalFor(50, { ...controller, hciVersion: 8 }, (entry) => log.push(entry))).toBe(100);
    expect(log).toMatchObject([{ priority: 4, event: 'interval-raised', fields: { setMs: 50, intervalMs: 100 } }]);
  });
});

describe('advertising sets', () => {
  const frames = { ...usualFrames, extended: true, txPowerDbm: 4 };
  let controller: ScriptedController;
  let link: HciLink;
  const begin = async (options?: ScriptedOptions): Promise<void> => {
    controller = await startScriptedController(options);
    link = await openRadio(`h4:unix:${controller.path}`);
  };
  afterEach(async () => {
    await link.close();
    await controller.close();
  });
  const opcodesRead = (): readonly number[] => controller.received.slice(1).map(({ opcode }) => opcode);

  it('are used where they are asked for and there', async () => {
    await begin({ advertisingSets: 3 });
    const log: LogEntry[] = [];
    const { isExtended, capabilities, makeAdvertiser } = await chooseAdvertising(link, frames, (e) => log.push(e));
    expect([isExtended, capabilities?.advertisingSets, makeAdvertiser().sets?.most]).toEqual([true, 3, 3]);
    expect(log).toEqual([]);
  });

  it('are not even asked about where they are not wanted', async () => {
    await begin({ advertisingSets: 3 });
    const { isExtended, makeAdvertiser } = await chooseAdvertising(link, usualFrames, () => {});
    expect([isExtended, makeAdvertiser().sets]).toEqual([false, undefined]);
    expect(opcodesRead()).toEqual([]);
  });

  it('are missed in the log where the controller has none, and nothing was asked that would forbid legacy commands', async () => {
    await begin();
    const log: LogEntry[] = [];
    const { isExtended } = await chooseAdvertising(link, frames, (entry) => log.push(entry));
    expect(isExtended).toBe(false);
    expect(log).toMatchObject([
      { priority: 4, event: 'no-extended', text: expect.stringContaining('this controller') },
    ]);
    expect(opcodesRead()).not.toContain(opcodes.leReadNumberOfSupportedAdvertisingSets);
  });

  it("are left alone on a kernel's adapter", async () => {
    await begin({ advertisingSets: 3 });
    const log: LogEntry[] = [];
    const kernel = { ...link, address: 'hci:0' } as HciLink;
    expect((await chooseAdvertising(kernel, frames, (entry) => log.push(entry))).isExtended).toBe(false);
    expect(log).toMatchObject([{ event: 'no-extended', text: expect.stringContaining('needs an h4: radio') }]);
    expect(opcodesRead()).toEqual([]);
  });
});

describe('the power in the log', () => {
  it('is what the controller says, or that it says nothing', () => {
    expect(powerFields({ ...controller, txPowerDbm: 0 }, legacy)).toEqual({ txPowerDbm: 0 });
    expect(powerFields(controller, legacy)).toEqual({ txPowerDbm: 'unknown' });
  });
});
