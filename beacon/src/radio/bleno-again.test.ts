import { describe, expect, it } from 'vitest';
import { type Bleno, startBleno } from './bleno-stack.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';
import { openRadio } from './open-radio.js';
import { type ScriptedController, startScriptedController } from './testing/scripted-controller.js';
import { until } from './testing/until.js';

const HANDLE = 0x40;
const FIRST_HANDLE = 10;
const SERVICE = 'b3a8d2f0c6e14f0d9f0a5b6c7d8e9f00';

async function openScripted(): Promise<{ controller: ScriptedController; link: HciLink; end(): Promise<void> }> {
  const controller = await startScriptedController();
  const link = await openRadio(`h4:unix:${controller.path}`);
  const end = async (): Promise<void> => {
    await link.close();
    await controller.close();
  };
  return { controller, link, end };
}

/** LE Connection Complete, Core Vol 4 Part E §7.7.65.1: this side is the peripheral. */
function connect(controller: ScriptedController): void {
  const event = [0x01, 0, HANDLE, 0, 1, 1, 6, 5, 4, 3, 2, 0xc1, 24, 0, 0, 0, 72, 0, 0];
  controller.sendOctets(Uint8Array.of(0x04, 0x3e, event.length, ...event));
}

function setServices(bleno: Bleno): Promise<void> {
  const service = new bleno.PrimaryService({ uuid: SERVICE, characteristics: [] });
  return new Promise((resolve) => bleno.setServices([service], () => resolve()));
}

/** Read By Group Type of the primary services behind bleno's own two, Vol 3 Part F §3.4.4.9, in L2CAP in one ACL packet. */
async function servicesTold(controller: ScriptedController, link: HciLink): Promise<string> {
  let told = '';
  const end = link.onSent((packet) => {
    if (packet[0] === 0x02) told += Buffer.from(packet).toString('hex');
  });
  const request = [0x10, FIRST_HANDLE, 0, 0xff, 0xff, 0x00, 0x28];
  const l2cap = [request.length, 0, 4, 0, ...request];
  controller.sendOctets(Uint8Array.of(0x02, HANDLE, 0x20, l2cap.length, 0, ...l2cap));
  await until('the answer', () => told !== '');
  end();
  return told;
}

// bleno is one per process: one life of it, over several links.
describe('bleno on one link after another', () => {
  it('serves its services on the next link too, whoever was connected when the first one went', async () => {
    const exits = process.listeners('exit').length;
    const one = await openScripted();
    const first = await startBleno(one.link);
    const central: string[] = [];
    first.bleno.on('accept', (address: string) => void central.push(`in ${address}`));
    first.bleno.on('disconnect', (address: string) => void central.push(`out ${address}`));
    await setServices(first.bleno);
    connect(one.controller);
    await until('the central is in', () => central.length === 1);
    const reversed = Buffer.from(SERVICE, 'hex').reverse().toString('hex');
    expect(await servicesTold(one.controller, one.link)).toContain(reversed);

    one.controller.unplug();
    first.close();
    first.close();
    expect(central).toEqual(['in c1:02:03:04:05:06', 'out c1:02:03:04:05:06']);
    expect(first.bleno.state).toBe('poweredOff');
    expect(process.listeners('exit').length).toBe(exits);
    await one.end();

    const two = await openScripted();
    const second = await startBleno(two.link);
    expect(second.bleno).toBe(first.bleno);
    expect(second.bleno.state).toBe('poweredOn');
    expect(process.listeners('exit').length).toBe(exits + 1);
    connect(two.controller);
    await until('the central is in again', () => central.length === 3);
    expect(await servicesTold(two.controller, two.link)).toContain(reversed);
    second.close();
    await two.end();
  });

  it('sets up each controller from the beginning, once, and keeps neither listeners nor polls of the ones before', async () => {
    const exits = process.listeners('exit').length;
    for (let i = 0; i < 12; i += 1) {
      const { controller, link, end } = await openScripted();
      const stack = await startBleno(link);
      const count = (opcode: number) => controller.received.filter((command) => command.opcode === opcode).length;
      expect(count(opcodes.setEventMask)).toBe(1);
      expect(count(opcodes.leSetAdvertisingParameters)).toBe(1);
      expect(stack.bleno.listenerCount('stateChange')).toBe(1);
      stack.close();
      await end();
    }
    expect(process.listeners('exit').length).toBe(exits);
  });

  it('may be closed while it starts, and started again where it did not get ready', async () => {
    const one = await openScripted();
    one.controller.deviate({ opcode: opcodes.setEventMask, answer: 'drop' });
    const starting = startBleno(one.link);
    starting.catch(() => {}); // Looked at below.
    one.controller.unplug();
    await expect(starting).rejects.toMatchObject({ code: 'radio-lost' });
    await one.end();
    const two = await openScripted();
    (await startBleno(two.link)).close();
    await two.end();
  });
});
