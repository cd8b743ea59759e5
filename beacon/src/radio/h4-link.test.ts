import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { BeaconError } from '../errors.js';
import { encodeCommand } from './hci-packets.js';
import type { HciLink } from './link.js';
import { openRadio } from './open-radio.js';
import { type ScriptedController, startScriptedController } from './testing/scripted-controller.js';
import { until } from './testing/until.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openScripted(): Promise<{
  controller: ScriptedController;
  link: HciLink;
  ends: (BeaconError | undefined)[];
}> {
  const controller = await startScriptedController();
  cleanups.push(() => controller.close());
  const link = await openRadio(`h4:unix:${controller.path}`, { limits: { partialPacketMs: 50 } });
  cleanups.push(() => link.close());
  const ends: (BeaconError | undefined)[] = [];
  link.onClosed((error) => void ends.push(error));
  return { controller, link, ends };
}

describe('an H4 link over a socket', () => {
  test('is up when it is opened, and carries a command and its answer', async () => {
    const { controller, link } = await openScripted();
    expect(link.isUp()).toBe(true);
    const heard: Uint8Array[] = [];
    link.onPacket((packet) => void heard.push(packet));
    link.send(encodeCommand(0x1009, new Uint8Array(0)));
    await until('the answer', () => heard.length === 1);
    expect(heard[0]).toEqual(Uint8Array.of(4, 0x0e, 10, 1, 0x09, 0x10, 0, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11));
    expect(controller.received.map(({ opcode }) => opcode)).toEqual([0x0c03, 0x1009]);
  });

  test('keeps to one command under way when the controller grants one', async () => {
    const { controller, link } = await openScripted();
    controller.deviate({ opcode: 0x2018, delayMs: 2 });
    for (let index = 0; index < 10; index++) link.send(encodeCommand(0x2018, new Uint8Array(0)));
    await until('ten commands', () => controller.received.length === 11);
    expect(controller.mostUnderWay()).toBe(1);
  });

  test('resets the controller on garbage, drops what follows, and hands on the answer of the reset', async () => {
    const { controller, link } = await openScripted();
    const heard: Uint8Array[] = [];
    const order: string[] = [];
    link.onReset(() => void order.push('reset'));
    link.onPacket((packet) => {
      heard.push(packet);
      order.push('packet');
    });
    controller.sendOctets(Uint8Array.of(0x77, 0x01, 0x02, 0x04, 0x3e, 0x02, 0x01, 0x00));
    await until('the reset', () => order.length === 2);
    expect(order).toEqual(['reset', 'packet']);
    expect(heard).toEqual([Uint8Array.of(4, 0x0e, 4, 1, 3, 0x0c, 0)]);
    expect(controller.received.map(({ opcode }) => opcode)).toEqual([0x0c03, 0x0c03]);
  });

  test('resets the controller when a packet stays incomplete', async () => {
    const { controller, link } = await openScripted();
    let resets = 0;
    link.onReset(() => void resets++);
    controller.sendOctets(Uint8Array.of(0x04, 0x3e, 0x10, 0x01));
    await until('the reset', () => resets === 1);
    expect(link.isUp()).toBe(true);
  });

  test('does not take packets that always arrive in halves for an incomplete one', async () => {
    const { controller, link } = await openScripted();
    let heard = 0;
    link.onPacket(() => void heard++);
    const event = [0x04, 0x3e, 0x02, 0x7f, 0x00];
    controller.sendOctets(Uint8Array.from(event.slice(0, 2)));
    // Twice the limit of 50 ms that openScripted sets, in steps well below it.
    for (let index = 0; index < 10; index++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      controller.sendOctets(Uint8Array.from([...event.slice(2), ...event.slice(0, 2)]));
    }
    controller.sendOctets(Uint8Array.from(event.slice(2)));
    await until('all packets', () => heard === 11);
    expect(controller.received.map(({ opcode }) => opcode)).toEqual([0x0c03]);
  });

  test('survives an answer that comes twice', async () => {
    const { controller, link, ends } = await openScripted();
    controller.deviate({ opcode: 0x2018, answer: 'twice' });
    let answers = 0;
    link.onPacket(() => void answers++);
    link.send(encodeCommand(0x2018, new Uint8Array(0)));
    link.send(encodeCommand(0x2018, new Uint8Array(0)));
    await until('the answers', () => answers === 4);
    expect({ isUp: link.isUp(), ends }).toEqual({ isUp: true, ends: [] });
  });

  test('ends with radio-lost when the other side goes away', async () => {
    const { controller, link, ends } = await openScripted();
    controller.unplug();
    await until('the end', () => ends.length === 1);
    expect(ends).toMatchObject([{ code: 'radio-lost' }]);
    expect(link.isUp()).toBe(false);
    expect(() => link.send(encodeCommand(0x2018, new Uint8Array(0)))).not.toThrow();
  });

  test('ends without an error when it is closed', async () => {
    const { link, ends } = await openScripted();
    await link.close();
    expect(ends).toEqual([undefined]);
  });

  test('opens over TCP as well', async () => {
    const controller = await startScriptedController();
    cleanups.push(() => controller.close());
    const { createConnection } = await import('node:net');
    const relay = createServer((socket) => {
      const inner = createConnection({ path: controller.path });
      socket.pipe(inner).pipe(socket);
      socket.on('error', () => inner.destroy());
      inner.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise((resolve) => relay.close(resolve)));
    const address = relay.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const link = await openRadio(`h4:tcp:127.0.0.1:${port}`);
    expect(link.isUp()).toBe(true);
    await link.close();
  });
});

describe('opening a radio', () => {
  test.each([
    'h4:unix:/nowhere/desk.sock',
    'h4:/dev/tty-that-is-not-there',
    'h4:tcp:127.0.0.1:1',
  ])('%s fails as radio-unavailable, and names the transports', async (text) => {
    const opening = openRadio(text);
    await expect(opening).rejects.toMatchObject({ code: 'radio-unavailable' });
    await expect(opening).rejects.toThrow(/hci:N.*h4:unix:PATH.*h4:tcp/);
  });

  test('a socket nobody listens on fails as radio-unavailable', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-'));
    cleanups.push(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'file'), '');
    await expect(openRadio(`h4:unix:${join(directory, 'file')}`)).rejects.toMatchObject({ code: 'radio-unavailable' });
  });

  test('a controller that answers nothing fails as hci-timeout', async () => {
    const controller = await startScriptedController();
    cleanups.push(() => controller.close());
    controller.deviate({ opcode: 0x0c03, answer: 'drop' });
    const opening = openRadio(`h4:unix:${controller.path}`, { limits: { resetAnswerMs: 20 } });
    await expect(opening).rejects.toMatchObject({ code: 'hci-timeout' });
    expect(controller.received).toHaveLength(3);
  });

  test('a controller that answers its second reset is opened', async () => {
    const controller = await startScriptedController();
    cleanups.push(() => controller.close());
    controller.deviate({ opcode: 0x0c03, answer: 'drop', times: 1 });
    const link = await openRadio(`h4:unix:${controller.path}`, { limits: { resetAnswerMs: 50 } });
    expect(link.isUp()).toBe(true);
    await link.close();
  });

  test('a capture that cannot be created fails before the radio is touched', async () => {
    const controller = await startScriptedController();
    cleanups.push(() => controller.close());
    const opening = openRadio(`h4:unix:${controller.path}?btsnoop=/nowhere/capture`);
    await expect(opening).rejects.toMatchObject({ code: 'state-unwritable' });
    expect(controller.received).toEqual([]);
  });

  test('a kernel adapter where the kernel has no Bluetooth, or no such adapter, fails with the code that says so', async () => {
    const hasBluetooth = await stat('/sys/class/bluetooth').then(
      () => true,
      () => false,
    );
    for (const channel of ['raw', 'user']) {
      const opening = openRadio(`hci:4242?channel=${channel}`);
      await expect(opening).rejects.toMatchObject({ code: expect.stringMatching(/^radio-(unavailable|permission)$/) });
      if (!hasBluetooth) await expect(opening).rejects.toThrow(/this kernel has no Bluetooth.*h4:unix:PATH/);
    }
  });
});
