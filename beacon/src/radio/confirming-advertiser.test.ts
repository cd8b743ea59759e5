import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAdvertiser } from './advertiser.js';
import { type ConfirmingAdvertiser, confirmAdvertiser } from './confirming-advertiser.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';
import { openRadio } from './open-radio.js';
import { type ScriptedController, startScriptedController } from './testing/scripted-controller.js';

const address = Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc);
const other = Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9a, 0xbd);
const data = Uint8Array.of(2, 1, 6);
const frames = { intervalMs: 100, address, data };

let controller: ScriptedController;
let link: HciLink;
let advertiser: ConfirmingAdvertiser;
beforeEach(async () => {
  controller = await startScriptedController();
  link = await openRadio(`h4:unix:${controller.path}`);
  advertiser = confirmAdvertiser(link, createAdvertiser(link));
});
afterEach(async () => {
  advertiser.close();
  await link.close();
  await controller.close();
});

/** The opcodes that an act writes. */
async function writtenBy(act: () => Promise<unknown>): Promise<readonly number[]> {
  const from = controller.received.length;
  await act();
  return controller.received.slice(from).map(({ opcode }) => opcode);
}
const whole = [
  opcodes.leSetAdvertisingEnable,
  opcodes.leSetAdvertisingParameters,
  opcodes.leSetRandomAddress,
  opcodes.leSetAdvertisingData,
  opcodes.leSetAdvertisingEnable,
];

describe('an advertiser that knows what is on the air', () => {
  it('changes the data alone when nothing else differs, and everything when address or interval does', async () => {
    expect(await writtenBy(() => advertiser.start(frames))).toEqual(whole);
    expect(await writtenBy(() => advertiser.start({ ...frames, data: Uint8Array.of(2, 1, 4) }))).toEqual([
      opcodes.leSetAdvertisingData,
    ]);
    expect(await writtenBy(() => advertiser.start({ ...frames, address: other }))).toEqual(whole);
    expect(await writtenBy(() => advertiser.start({ ...frames, address: other, intervalMs: 200 }))).toEqual(whole);
    await advertiser.pause();
    await advertiser.changeIdentity({ address, data });
    expect(await writtenBy(() => advertiser.start({ ...frames, intervalMs: 200 }))).toEqual([
      opcodes.leSetAdvertisingData,
    ]);
  });

  it.each([
    ['a pause', () => advertiser.pause()],
    ['a pairing window', () => advertiser.startConnectable({ intervalMs: 100, data })],
    ['being told that it knows nothing', async () => advertiser.forget()],
    [
      'a command that failed',
      async () => {
        controller.deviate({ opcode: opcodes.leSetAdvertisingData, status: 0x1f, times: 1 });
        await advertiser.start({ ...frames, data: Uint8Array.of(2, 1, 4) }).catch(() => {});
      },
    ],
    [
      'a reset',
      async () => {
        const reset = new Promise<void>((resolve) => void link.onReset(resolve));
        controller.sendOctets(Uint8Array.of(0x04, 0x10, 0x01, 0x42));
        await reset;
      },
    ],
  ])('sets up everything after %s', async (_what, act) => {
    await advertiser.start(frames);
    await act();
    expect(await writtenBy(() => advertiser.start(frames))).toEqual(whole);
  });

  it('does not take up again what was made void while a call was under way', async () => {
    controller.deviate({ opcode: opcodes.leSetAdvertisingData, delayMs: 20, times: 1 });
    const starting = advertiser.start(frames);
    await new Promise((resolve) => setTimeout(resolve, 5));
    advertiser.forget();
    await starting;
    expect(await writtenBy(() => advertiser.start(frames))).toEqual(whole);
  });

  it('switches on once more what is meant to be on the air, and takes "it is on already" for an answer', async () => {
    await advertiser.start(frames);
    controller.deviate({ opcode: opcodes.leSetAdvertisingEnable, status: 0x0c, times: 1 });
    expect(await writtenBy(() => advertiser.confirm())).toEqual([opcodes.leSetAdvertisingEnable]);
    expect(await advertiser.confirm()).toBe(true);
    controller.deviate({ opcode: opcodes.leSetAdvertisingEnable, status: 0x1f, times: 1 });
    await expect(advertiser.confirm()).rejects.toMatchObject({ code: 'hci-refused' });
  });

  it('switches nothing on that is meant to be silent, also when a pause was asked for just before', async () => {
    await advertiser.start(frames);
    const pausing = advertiser.pause();
    expect(await advertiser.confirm()).toBe(false);
    await pausing;
    expect(controller.isAdvertising()).toBe(false);
    await advertiser.startConnectable({ intervalMs: 100, data });
    expect(await writtenBy(() => advertiser.confirm())).toEqual([]);
  });
});
