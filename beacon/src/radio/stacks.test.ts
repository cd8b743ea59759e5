import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAdvertiser } from './advertiser.js';
import { type BlenoStack, startBleno } from './bleno-stack.js';
import type { HciLink } from './link.js';
import { type AdvertisingReport, startNoble } from './noble-stack.js';
import { opcodes } from './opcodes.js';
import { openRadio } from './open-radio.js';
import { type ScriptedController, startScriptedController } from './testing/scripted-controller.js';
import { until } from './testing/until.js';

const address = Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc);
const iBeacon = Uint8Array.of(2, 1, 6, 0x1a, 0xff, 0x4c, 0x00, 0x02, 0x15, ...new Uint8Array(21));
const eddystone = Uint8Array.of(2, 1, 6, 3, 3, 0xaa, 0xfe, 4, 0x16, 0xaa, 0xfe, 0x30);

async function openScripted(): Promise<{ controller: ScriptedController; link: HciLink; end(): Promise<void> }> {
  const controller = await startScriptedController();
  const link = await openRadio(`h4:unix:${controller.path}`);
  return {
    controller,
    link,
    end: async () => {
      await link.close();
      await controller.close();
    },
  };
}

const countOf = (controller: ScriptedController, opcode: number) =>
  controller.received.filter((command) => command.opcode === opcode).length;

// bleno is one per process, so these tests share it and run in order.
describe('the real bleno over a link', () => {
  let scripted: Awaited<ReturnType<typeof openScripted>>;
  let stack: BlenoStack;
  const handlersBefore = process.listeners('SIGINT').length;

  beforeAll(async () => {
    scripted = await openScripted();
    scripted.controller.deviate({ opcode: opcodes.leSetAdvertisingParameters, delayMs: 40, times: 1 });
    stack = await startBleno(scripted.link);
  });
  afterAll(async () => {
    stack.close();
    await scripted.end();
  });

  test('is ready only after its own advertising parameters are answered', async () => {
    expect(stack.bleno.state).toBe('poweredOn');
    expect(stack.bleno.address).toBe('11:22:33:44:55:66');
    expect(countOf(scripted.controller, opcodes.leSetAdvertisingParameters)).toBe(1);
    const read = scripted.controller.received.length;
    await createAdvertiser(scripted.link).start({ intervalMs: 100, address, data: eddystone });
    expect(scripted.controller.received.slice(read).map(({ opcode }) => opcode)).toEqual([
      opcodes.leSetAdvertisingEnable,
      opcodes.leSetAdvertisingParameters,
      opcodes.leSetRandomAddress,
      opcodes.leSetAdvertisingData,
      opcodes.leSetAdvertisingEnable,
    ]);
    expect(scripted.controller.isAdvertising()).toBe(true);
  });

  test('leaves Ctrl-C to the main program', () => {
    expect(process.listeners('SIGINT').length).toBe(handlersBefore);
  });

  test('is the same stack when started again on the same link, and refused on another', async () => {
    expect(await startBleno(scripted.link)).toBe(stack);
    const other = await openScripted();
    await expect(startBleno(other.link)).rejects.toMatchObject({ code: 'stack-not-ready' });
    await expect(startBleno(other.link)).rejects.toThrow(/one per process/);
    await other.end();
  });

  test('initialises the controller again after a reset, and then says it is ready', async () => {
    const masks = countOf(scripted.controller, opcodes.setEventMask);
    let ready = 0;
    const end = stack.onReady(() => void ready++);
    scripted.controller.sendOctets(Uint8Array.of(0xff));
    await until('bleno is ready again', () => ready === 1);
    end();
    expect(countOf(scripted.controller, opcodes.setEventMask)).toBe(masks + 1);
    expect(countOf(scripted.controller, opcodes.leReadBufferSize)).toBe(2);
    expect(scripted.controller.isAdvertising()).toBe(false);
  });

  test('survives answers that are too short for its parser, and counts them', async () => {
    scripted.controller.sendOctets(Uint8Array.of(0x04, 0x0e, 0x04, 1, 0x01, 0x10, 0x01));
    await until('the count', () => stack.malformed() === 1);
    expect(scripted.link.isUp()).toBe(true);
  });

  test('shares its link with noble', async () => {
    const noble = await startNoble(scripted.link);
    await noble.startScanning();
    expect(scripted.controller.isScanning()).toBe(true);
    expect(stack.bleno.state).toBe('poweredOn');
    noble.close();
  });

  test('that saw the adapter down sets its own parameters again, and is ready only after that', async () => {
    const noble = await startNoble(scripted.link);
    await noble.startScanning();
    const advertiser = createAdvertiser(scripted.link);
    const states: string[] = [];
    const started: Promise<void>[] = [];
    let restarts = 0;
    stack.bleno.on('stateChange', (state) => void states.push(state));
    noble.onScanRestarted(() => void restarts++);
    const end = stack.onReady(() => void started.push(advertiser.start({ intervalMs: 100, address, data: eddystone })));
    // Longer than bleno's and noble's poll of one second, shorter than the limit of a reset.
    scripted.controller.deviate({ opcode: 0x0c03, delayMs: 1300, times: 1 });
    const parametersBefore = countOf(scripted.controller, opcodes.leSetAdvertisingParameters);
    scripted.controller.sendOctets(Uint8Array.of(0xff));
    await until('both are ready again', () => started.length > 0 && restarts > 0);
    await Promise.all(started);
    expect(states).toEqual(['poweredOff', 'poweredOn']);
    expect(countOf(scripted.controller, opcodes.leSetAdvertisingParameters)).toBeGreaterThan(parametersBefore + 1);
    // Both poll once more and initialise the controller again; neither may undo what runs by then.
    const masks = countOf(scripted.controller, opcodes.setEventMask);
    await until('both have polled', () => countOf(scripted.controller, opcodes.setEventMask) >= masks + 2);
    await advertiser.setData(iBeacon);
    expect([scripted.controller.isAdvertising(), scripted.controller.isScanning()]).toEqual([true, true]);
    const last = scripted.controller.received
      .filter(({ opcode }) => opcode === opcodes.leSetAdvertisingParameters)
      .at(-1);
    expect(last?.parameters[4]).toBe(3);
    end();
    noble.close();
  });

  test('writes and hears nothing after it is closed', async () => {
    const read = scripted.controller.received.length;
    stack.close();
    stack.bleno.stopAdvertising();
    await createAdvertiser(scripted.link).pause();
    expect(scripted.controller.received.length).toBe(read + 1);
  });
});

describe('the real noble over a link', () => {
  test('reports each frame from its own packet, with address, type, RSSI and the instant of reception', async () => {
    const { controller, link, end } = await openScripted();
    const arrivals: number[] = [];
    link.onPacket((packet, atMs) => void (packet[1] === 0x3e && arrivals.push(atMs)));
    const noble = await startNoble(link);
    await noble.startScanning();
    const reports: AdvertisingReport[] = [];
    noble.onReport((report) => void reports.push(report));
    controller.report({ address, data: iBeacon, rssiDbm: -61 });
    controller.report({ address, data: eddystone, rssiDbm: 127 });
    await until('two reports', () => reports.length === 2);
    const common = { address: '12:34:56:78:9a:bc', addressType: 'random', type: 3 };
    expect(reports).toEqual([
      { ...common, data: iBeacon, rssiDbm: -61, atMs: arrivals[0] },
      { ...common, data: eddystone, rssiDbm: 127, atMs: arrivals[1] },
    ]);
    noble.close();
    await end();
  });

  test('is a fresh one at each call, each on its own link, and leaves Ctrl-C alone', async () => {
    const before = process.listeners('SIGINT').length;
    const [one, two] = [await openScripted(), await openScripted()];
    const [first, second] = [await startNoble(one.link), await startNoble(two.link)];
    await first.startScanning();
    expect([one.controller.isScanning(), two.controller.isScanning()]).toEqual([true, false]);
    expect(first.noble).not.toBe(second.noble);
    expect(process.listeners('SIGINT').length).toBe(before);
    const exits = process.listeners('exit').length;
    first.close();
    second.close();
    expect(process.listeners('exit').length).toBe(exits - 2);
    await one.end();
    await two.end();
  });

  test('scans with the window and interval it is given instead of its own', async () => {
    const { controller, link, end } = await openScripted();
    const noble = await startNoble(link, { scan: { windowMs: 30, intervalMs: 300, isActive: false } });
    await noble.startScanning();
    const sent = controller.received.filter(({ opcode }) => opcode === opcodes.leSetScanParameters);
    expect(sent.map(({ parameters }) => Buffer.from(parameters).toString('hex'))).toEqual(
      Array(2).fill('00e00130000000'),
    );
    noble.close();
    await end();
  });

  test.each([
    { windowMs: 2, intervalMs: 100 },
    { windowMs: 200, intervalMs: 100 },
    { windowMs: 20, intervalMs: 10241 },
  ])('refuses the scan settings %j', async (scan) => {
    const { link, end } = await openScripted();
    await expect(startNoble(link, { scan })).rejects.toBeInstanceOf(RangeError);
    await end();
  });

  test('scans again after the controller was reset', async () => {
    const { controller, link, end } = await openScripted();
    const noble = await startNoble(link);
    await noble.startScanning();
    let restarts = 0;
    noble.onScanRestarted(() => void restarts++);
    controller.sendOctets(Uint8Array.of(0xff));
    await until('the restart', () => restarts === 1);
    expect(controller.isScanning()).toBe(true);
    await noble.stopScanning();
    expect(controller.isScanning()).toBe(false);
    controller.sendOctets(Uint8Array.of(0xff));
    let resets = 0;
    link.onReset(() => void resets++);
    await until('the second reset', () => resets === 1);
    await noble.startScanning();
    expect(restarts).toBe(1);
    noble.close();
    await end();
  });

  test('scans although the controller is reset while the scan is started, and takes a reset for the end of one', async () => {
    const { controller, link, end } = await openScripted();
    const noble = await startNoble(link);
    let restarts = 0;
    noble.onScanRestarted(() => void restarts++);
    const resetMeanwhile = () => {
      controller.deviate({ opcode: opcodes.leSetScanEnable, answer: 'drop', times: 1 });
      setTimeout(() => controller.sendOctets(Uint8Array.of(0xff)), 20);
    };
    resetMeanwhile();
    await noble.startScanning();
    expect(controller.isScanning()).toBe(true);
    resetMeanwhile();
    await noble.stopScanning();
    expect(controller.isScanning()).toBe(false);
    await until('the controller to be ready again', () => noble.noble._state === 'poweredOn');
    expect(restarts).toBe(0);
    noble.close();
    await end();
  });

  test('does not take a refused scan for a scan', async () => {
    const { controller, link, end } = await openScripted();
    const noble = await startNoble(link);
    controller.deviate({ opcode: opcodes.leSetScanEnable, status: 0x0c });
    await expect(noble.startScanning()).rejects.toMatchObject({ code: 'hci-refused', status: 0x0c });
    noble.close();
    await end();
  });

  test('gives up when the link ends while it starts', async () => {
    const { controller, link, end } = await openScripted();
    controller.deviate({ opcode: opcodes.setEventMask, answer: 'drop' });
    const starting = startNoble(link);
    setTimeout(() => controller.unplug(), 20);
    await expect(starting).rejects.toMatchObject({ code: 'radio-lost' });
    await end();
  });

  test('says so when the adapter is older than Bluetooth LE', async () => {
    const { controller, link, end } = await openScripted();
    controller.deviate({ opcode: opcodes.readLocalVersionInformation, answer: 'drop' });
    const starting = startNoble(link);
    await until('the question', () => countOf(controller, opcodes.readLocalVersionInformation) === 1);
    controller.sendOctets(Uint8Array.of(0x04, 0x0e, 12, 1, 0x01, 0x10, 0, 5, 0, 0, 5, 0xff, 0xff, 0, 0));
    await expect(starting).rejects.toThrow(/no Bluetooth LE/);
    await end();
  });
});
