import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leastIntervalMs, readCapabilities } from './capabilities.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';
import { openRadio } from './open-radio.js';
import {
  type ScriptedController,
  type ScriptedOptions,
  startScriptedController,
} from './testing/scripted-controller.js';

let controller: ScriptedController;
let link: HciLink;

async function begin(options?: ScriptedOptions): Promise<void> {
  await end();
  controller = await startScriptedController(options);
  link = await openRadio(`h4:unix:${controller.path}`);
}
async function end(): Promise<void> {
  await link?.close();
  await controller?.close();
}
beforeEach(() => begin());
afterEach(end);

const opcodesRead = (): readonly number[] => controller.received.slice(1).map(({ opcode }) => opcode);

describe('the capabilities of a controller', () => {
  test('of 4.2 are read with three questions, and its power is what it says', async () => {
    controller.answer(opcodes.leReadAdvertisingPhysicalChannelTxPower, [0xf8]);
    expect(await readCapabilities(link)).toEqual({
      hciVersion: 8,
      hasExtendedAdvertising: false,
      advertisingSets: 1,
      txPowerDbm: -8,
    });
    expect(opcodesRead()).toEqual([
      opcodes.readLocalVersionInformation,
      opcodes.leReadLocalSupportedFeatures,
      opcodes.leReadAdvertisingPhysicalChannelTxPower,
    ]);
  });

  test('of 5.1 include its advertising sets and the range of its power', async () => {
    await begin({ advertisingSets: 4 });
    expect(await readCapabilities(link, { prefersExtended: true })).toEqual({
      hciVersion: 10,
      hasExtendedAdvertising: true,
      advertisingSets: 4,
      txPowerRangeDbm: { least: -20, most: 8 },
    });
    // One legacy question, and the controller would refuse every extended command from then on.
    expect(opcodesRead()).not.toContain(opcodes.leReadAdvertisingPhysicalChannelTxPower);
  });

  test('of 5.1 are asked for by no extended command where legacy ones are to be used', async () => {
    await begin({ advertisingSets: 4 });
    controller.answer(opcodes.leReadAdvertisingPhysicalChannelTxPower, [4]);
    expect(await readCapabilities(link)).toEqual({
      hciVersion: 10,
      hasExtendedAdvertising: true,
      advertisingSets: 1,
      txPowerDbm: 4,
    });
    expect(opcodesRead()).not.toContain(opcodes.leReadNumberOfSupportedAdvertisingSets);
  });

  test('stay open where it refuses the question or answers with what is no power', async () => {
    controller.deviate({ opcode: opcodes.leReadAdvertisingPhysicalChannelTxPower, status: 0x01 });
    expect(await readCapabilities(link)).not.toHaveProperty('txPowerDbm');
    controller.deviate({ opcode: opcodes.readLocalVersionInformation, status: 0x01 });
    controller.deviate({ opcode: opcodes.leReadLocalSupportedFeatures, status: 0x01 });
    expect(await readCapabilities(link)).toEqual({ hasExtendedAdvertising: false, advertisingSets: 1 });
    controller.deviate({ opcode: opcodes.leReadAdvertisingPhysicalChannelTxPower, status: 0 });
    controller.answer(opcodes.leReadAdvertisingPhysicalChannelTxPower, [127]);
    expect(await readCapabilities(link)).not.toHaveProperty('txPowerDbm');
  });

  test('are not made up when it does not answer', async () => {
    controller.deviate({ opcode: opcodes.leReadLocalSupportedFeatures, answer: 'drop' });
    await expect(readCapabilities(link)).rejects.toMatchObject({
      code: expect.stringMatching(/hci-timeout|radio-lost/),
    });
  });
});

describe('the shortest interval of non-connectable advertising', () => {
  test.each([
    [undefined, 100],
    [6, 100],
    [8, 100],
    [9, 20],
    [13, 20],
  ])('at HCI version %s is %i ms', (hciVersion, leastMs) => {
    expect(leastIntervalMs(hciVersion === undefined ? {} : { hciVersion })).toBe(leastMs);
  });
});
