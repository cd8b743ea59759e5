import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createExtendedAdvertiser, type ExtendedAdvertiser } from './extended-advertiser.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';
import { openRadio } from './open-radio.js';
import { type ScriptedController, startScriptedController } from './testing/scripted-controller.js';

const address = Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc);
const otherAddress = Uint8Array.of(0x01, 2, 3, 4, 5, 6);
const data = Uint8Array.of(2, 1, 6);
const frames = [
  { intervalMs: 205, address, data },
  { intervalMs: 10_000, address, data: Uint8Array.of(2, 1, 4) },
];
const disableAll = [opcodes.leSetExtendedAdvertisingEnable, '0000'];
const clear = [opcodes.leClearAdvertisingSets, ''];

let controller: ScriptedController;
let link: HciLink;
let advertiser: ExtendedAdvertiser;

beforeEach(async () => {
  controller = await startScriptedController({ advertisingSets: 3 });
  link = await openRadio(`h4:unix:${controller.path}`);
  advertiser = createExtendedAdvertiser(link, { advertisingSets: 3, txPowerDbm: -8 });
});
afterEach(async () => {
  advertiser.close();
  await link.close();
  await controller.close();
});

function commandsRead(from = 1) {
  return controller.received
    .slice(from)
    .map(({ opcode, parameters }) => [opcode, Buffer.from(parameters).toString('hex')]);
}

describe('the extended advertiser', () => {
  test('gives each frame a set with its interval and the power asked for, and enables all with one command', async () => {
    await advertiser.sets.start(frames);
    expect(commandsRead()).toEqual([
      disableAll,
      clear,
      // Handle, ADV_NONCONN_IND, 205 and 210 ms in units of 0.625, channels 37 to 39, random address; −8 dBm, 1M.
      [opcodes.leSetExtendedAdvertisingParameters, '00100048010050010007010000000000000000f80100010000'],
      [opcodes.leSetAdvertisingSetRandomAddress, '00bc9a78563412'],
      [opcodes.leSetExtendedAdvertisingData, '00030103020106'],
      [opcodes.leSetExtendedAdvertisingParameters, '011000803e00883e0007010000000000000000f80100010000'],
      [opcodes.leSetAdvertisingSetRandomAddress, '01bc9a78563412'],
      [opcodes.leSetExtendedAdvertisingData, '01030103020104'],
      [opcodes.leSetExtendedAdvertisingEnable, '01020000000001000000'],
    ]);
    expect(controller.isAdvertising()).toBe(true);
    expect(advertiser.selectedPowerDbm()).toBe(-4);
  });

  test('changes the identity of all sets between one disable and one enable', async () => {
    await advertiser.sets.start(frames);
    const before = controller.received.length;
    await advertiser.sets.changeIdentity(frames.map((frame) => ({ ...frame, address: otherAddress })));
    expect(commandsRead(before)).toEqual([
      disableAll,
      [opcodes.leSetAdvertisingSetRandomAddress, '00060504030201'],
      [opcodes.leSetExtendedAdvertisingData, '00030103020106'],
      [opcodes.leSetAdvertisingSetRandomAddress, '01060504030201'],
      [opcodes.leSetExtendedAdvertisingData, '01030103020104'],
      [opcodes.leSetExtendedAdvertisingEnable, '01020000000001000000'],
    ]);
  });

  test('changes the data of one set alone while all are on, pauses all, and leaves nothing when it stops', async () => {
    await advertiser.sets.start(frames);
    const before = controller.received.length;
    await advertiser.sets.setData(1, data);
    await advertiser.sets.pause();
    await advertiser.stop();
    expect(commandsRead(before)).toEqual([
      [opcodes.leSetExtendedAdvertisingData, '01030103020106'],
      disableAll,
      disableAll,
      clear,
    ]);
  });

  test('is an advertiser of one set, too, for frames that have to take turns', async () => {
    await advertiser.start({ intervalMs: 100, address, data });
    await advertiser.setData(Uint8Array.of(2, 1, 4));
    await advertiser.changeIdentity({ address: otherAddress, data });
    expect(commandsRead().at(-1)).toEqual([opcodes.leSetExtendedAdvertisingEnable, '010100000000']);
    expect(controller.isAdvertising()).toBe(true);
  });

  test('opens a pairing window connectable from the public address, with a scan response', async () => {
    await advertiser.startConnectable({ intervalMs: 100, data, scanResponse: Uint8Array.of(2, 9, 0x64) });
    expect(commandsRead()).toEqual([
      disableAll,
      clear,
      [opcodes.leSetExtendedAdvertisingParameters, '001300a00000a8000007000000000000000000f80100010000'],
      [opcodes.leSetExtendedAdvertisingData, '00030103020106'],
      [opcodes.leSetExtendedScanResponseData, '00030103020964'],
      [opcodes.leSetExtendedAdvertisingEnable, '010100000000'],
    ]);
  });

  test('leaves the power to the controller when none is asked for', async () => {
    const indifferent = createExtendedAdvertiser(link, { advertisingSets: 1 });
    await indifferent.start({ intervalMs: 100, address, data });
    expect(commandsRead()[2]?.[1]).toBe('001000a00000a80000070100000000000000007f0100010000');
    indifferent.close();
  });

  test.each([
    ['no set', []],
    ['more sets than there are', [...frames, ...frames]],
    ['an interval of 19 ms', [{ intervalMs: 19, address, data }]],
    ['data of 32 octets', [{ intervalMs: 100, address, data: new Uint8Array(32) }]],
    ['a resolvable address', [{ intervalMs: 100, address: Uint8Array.of(0x52, 2, 3, 4, 5, 6), data }]],
  ])('refuses %s before a command is sent', async (_, sets) => {
    await expect(advertiser.sets.start(sets)).rejects.toBeInstanceOf(RangeError);
    expect(commandsRead()).toEqual([]);
  });

  test('tells when the controller was given a legacy command before, and refuses', async () => {
    link.send(Uint8Array.of(1, 0x0a, 0x20, 1, 0));
    await expect(advertiser.sets.start(frames)).rejects.toMatchObject({ code: 'hci-refused', status: 0x0c });
  });
});
