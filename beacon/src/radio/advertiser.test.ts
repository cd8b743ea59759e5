import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAdvertiser, type HciAdvertiser } from './advertiser.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';
import { openRadio } from './open-radio.js';
import { type ScriptedController, startScriptedController } from './testing/scripted-controller.js';

const address = Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc);
const otherAddress = Uint8Array.of(0x01, 2, 3, 4, 5, 6);
const data = Uint8Array.of(2, 1, 6);
const disable = [opcodes.leSetAdvertisingEnable, '00'];
const enable = [opcodes.leSetAdvertisingEnable, '01'];
const dataCommand = (hex: string) => [opcodes.leSetAdvertisingData, hex.padEnd(64, '0')];

let controller: ScriptedController;
let link: HciLink;
let advertiser: HciAdvertiser;

beforeEach(async () => {
  controller = await startScriptedController();
  link = await openRadio(`h4:unix:${controller.path}`);
  advertiser = createAdvertiser(link);
});
afterEach(async () => {
  advertiser.close();
  await link.close();
  await controller.close();
});

/** What the controller has read after its first reset. */
function commandsRead() {
  return controller.received
    .slice(1)
    .map(({ opcode, parameters }) => [opcode, Buffer.from(parameters).toString('hex')]);
}

describe('the advertiser', () => {
  test('starts non-connectable from a random address, with a maximum interval 5 ms above the minimum', async () => {
    await advertiser.start({ intervalMs: 100, address, data });
    expect(commandsRead()).toEqual([
      disable,
      [opcodes.leSetAdvertisingParameters, 'a000a8000301000000000000000700'],
      [opcodes.leSetRandomAddress, 'bc9a78563412'],
      dataCommand('03020106'),
      enable,
    ]);
    expect(controller.isAdvertising()).toBe(true);
  });

  test('changes the data without switching off', async () => {
    await advertiser.start({ intervalMs: 100, address, data });
    const before = commandsRead().length;
    await advertiser.setData(Uint8Array.of(2, 1, 4));
    expect(commandsRead().slice(before)).toEqual([dataCommand('03020104')]);
  });

  test('changes identity by disable, address, data, enable', async () => {
    await advertiser.start({ intervalMs: 100, address, data });
    const before = commandsRead().length;
    await advertiser.changeIdentity({ address: otherAddress, data });
    expect(commandsRead().slice(before)).toEqual([
      disable,
      [opcodes.leSetRandomAddress, '060504030201'],
      dataCommand('03020106'),
      enable,
    ]);
  });

  test('pauses with a disable alone, and stops with the data cleared', async () => {
    await advertiser.start({ intervalMs: 100, address, data });
    const before = commandsRead().length;
    await advertiser.pause();
    await advertiser.stop();
    expect(commandsRead().slice(before)).toEqual([disable, disable, dataCommand('')]);
  });

  test('opens a pairing window connectable from the public address, and clears what it put there', async () => {
    await advertiser.start({ intervalMs: 100, address, data });
    const before = commandsRead().length;
    await advertiser.startConnectable({ intervalMs: 50, data, scanResponse: Uint8Array.of(2, 9, 0x64) });
    await advertiser.stop();
    expect(commandsRead().slice(before)).toEqual([
      disable,
      [opcodes.leSetAdvertisingParameters, '500058000000000000000000000700'],
      dataCommand('03020106'),
      [opcodes.leSetScanResponseData, '03020964'.padEnd(64, '0')],
      enable,
      disable,
      dataCommand(''),
      [opcodes.leSetScanResponseData, ''.padEnd(64, '0')],
    ]);
  });

  test('carries out overlapping calls one after the other', async () => {
    controller.grant(8);
    await Promise.all([
      advertiser.start({ intervalMs: 20, address, data }),
      advertiser.changeIdentity({ address: otherAddress, data }),
      advertiser.pause(),
    ]);
    expect(commandsRead().filter(([opcode]) => opcode === opcodes.leSetAdvertisingEnable)).toEqual([
      disable,
      enable,
      disable,
      enable,
      disable,
    ]);
    expect(controller.mostUnderWay()).toBe(1);
  });

  test.each([
    'complete',
    'status',
  ] as const)('takes an enable refused by Command %s as on, and counts it', async (answer) => {
    controller.deviate({ opcode: opcodes.leSetAdvertisingEnable, answer, status: 0x0c });
    await advertiser.start({ intervalMs: 100, address, data });
    expect(advertiser.alreadyOnCount()).toBe(1);
  });

  test('rejects when the controller refuses a command, and can be started again', async () => {
    controller.deviate({ opcode: opcodes.leSetAdvertisingParameters, status: 0x12, times: 1 });
    await expect(advertiser.start({ intervalMs: 20, address, data })).rejects.toMatchObject({
      code: 'hci-refused',
      status: 0x12,
    });
    await advertiser.start({ intervalMs: 100, address, data });
    expect(controller.isAdvertising()).toBe(true);
  });

  test('measures the last and the slowest answer', async () => {
    expect(advertiser.roundTrip()).toBeUndefined();
    controller.deviate({ opcode: opcodes.leSetAdvertisingData, delayMs: 30, times: 1 });
    await advertiser.setData(data);
    await advertiser.pause();
    const trip = advertiser.roundTrip();
    expect(trip?.worstMs).toBeGreaterThan(25);
    expect(trip?.lastMs).toBeLessThan(trip?.worstMs ?? 0);
  });

  test.each([
    ['an interval of 19 ms', { intervalMs: 19, address, data }],
    ['an interval of 10241 ms', { intervalMs: 10241, address, data }],
    ['an address of 5 octets', { intervalMs: 100, address: address.slice(1), data }],
    ['a resolvable address', { intervalMs: 100, address: Uint8Array.of(0x52, 2, 3, 4, 5, 6), data }],
    ['an address of zeros', { intervalMs: 100, address: new Uint8Array(6), data }],
    ['data of 32 octets', { intervalMs: 100, address, data: new Uint8Array(32) }],
  ])('refuses %s before a command is sent', async (_, advertising) => {
    await expect(advertiser.start(advertising)).rejects.toBeInstanceOf(RangeError);
    expect(commandsRead()).toEqual([]);
  });

  test('takes the longest interval, with the maximum at the limit of the specification', async () => {
    await advertiser.start({ intervalMs: 10240, address, data });
    expect(commandsRead()[1]?.[1]).toMatch(/^f83f0040/);
  });
});
