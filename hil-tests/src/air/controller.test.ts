import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AirReport } from './advertisement.js';
import { createAir } from './air.js';
import { connectController } from './connect-controller.js';
import type { Controller } from './controller.js';
import { listSupportedCommands } from './hci-commands.js';

const opcode = {
  setEventMask: 0x0c01,
  reset: 0x0c03,
  setRandomAddress: 0x2005,
  setAdvertisingParameters: 0x2006,
  setAdvertisingData: 0x2008,
  setScanResponse: 0x2009,
  enableAdvertising: 0x200a,
  setScanParameters: 0x200b,
  enableScan: 0x200c,
} as const;

const hostMask = [0xff, 0xff, 0xfb, 0xff, 0x07, 0xf8, 0xbf, 0x3d];
const leMask = [0x1f, 0, 0, 0, 0, 0, 0, 0];
const nonConnectable = parametersOf({ type: 3 });
const randomAddress = [1, 0, 0, 0, 0, 0x3a];

describe('the controller', () => {
  it('answers every command bleno sends when it starts and advertises, in success', () => {
    const { controller } = connect();
    const bleno: [number, number[]][] = [
      [0x0c03, []],
      [0x0c01, hostMask],
      [0x2001, leMask],
      [0x1001, []],
      [0x0c6d, [1, 0]],
      [0x0c6c, []],
      [0x1009, []],
      [0x2002, []],
      [0x200a, [0]],
      [0x2006, parametersOf({ type: 0 })],
      [0x2009, dataOf([])],
      [0x2008, dataOf([2, 1, 6])],
      [0x200a, [1]],
      [0x2009, dataOf([])],
      [0x2008, dataOf([2, 1, 6])],
      [0x1005, []],
    ];
    for (const [code, parameters] of bleno) expect([code, statusOf(controller, code, parameters)]).toEqual([code, 0]);
    expect(controller.isAdvertising()).toBe(true);
  });

  it('answers every command noble sends when it starts and scans, in success', () => {
    const { controller } = connect();
    const noble: [number, number[]][] = [
      [0x0c03, []],
      [0x0c01, hostMask],
      [0x2001, leMask],
      [0x1001, []],
      [0x1009, []],
      [0x1002, []],
      [0x200c, [0, 1]],
      [0x200b, [1, 0x12, 0, 0x12, 0, 0, 0]],
      [0x200c, [0, 1]],
      [0x200b, [1, 0x12, 0, 0x12, 0, 0, 0]],
      [0x200c, [1, 0]],
    ];
    for (const [code, parameters] of noble) expect([code, statusOf(controller, code, parameters)]).toEqual([code, 0]);
    expect(controller.isScanning()).toBe(true);
  });

  it('says version 5.0, LE only, and the address it was given, least significant octet first', () => {
    const { controller } = connect();
    expect([...answer(controller, 0x1001, []).subarray(7)]).toEqual([9, 0, 0, 9, 0xff, 0xff, 0, 0]);
    expect(answer(controller, 0x1003, [])[11]).toBe(0x60);
    expect([...answer(controller, 0x1009, []).subarray(7)]).toEqual([6, 5, 4, 3, 2, 2]);
  });

  it('lists as supported exactly the commands it answers', () => {
    const octets = listSupportedCommands();
    const bits = [...octets].reduce((sum, octet) => sum + octet.toString(2).replaceAll('0', '').length, 0);
    let known = 0;
    for (let code = 0; code <= 0xffff; code += 1) if (isKnown(code)) known += 1;
    expect(bits).toBe(known);
    // Extended scanning, octet 37, is what noble asks for before it dares to use it.
    expect(octets[37]).toBe(0);
  });

  it('answers a command it does not know by Command Status 0x01', () => {
    expect([...answer(connect().controller, 0x2039, new Array(6).fill(0))]).toEqual([4, 0x0f, 4, 1, 1, 0x39, 0x20]);
  });

  it('answers parameters of a wrong length by Command Complete 0x12', () => {
    expect([...answer(connect().controller, 0x2008, [0])]).toEqual([4, 0x0e, 4, 1, 0x08, 0x20, 0x12]);
  });
});

describe('advertising', () => {
  it('goes out as it was set, from the random address, at the least interval asked for', () => {
    const { air, controller, log } = connect();
    send(controller, opcode.setRandomAddress, randomAddress);
    send(controller, opcode.setAdvertisingParameters, nonConnectable);
    send(controller, opcode.setAdvertisingData, dataOf([2, 1, 6]));
    send(controller, opcode.enableAdvertising, [1]);
    air.advanceTo(1_000_000);
    expect(log.length).toBeGreaterThanOrEqual(9);
    expect(log[0]).toMatchObject({
      type: 3,
      address: Uint8Array.of(0x3a, 0, 0, 0, 0, 1),
      data: Uint8Array.of(2, 1, 6),
    });
  });

  it('takes new data from the next event on, without being disabled', () => {
    const { air, controller, log } = connect();
    send(controller, opcode.setAdvertisingParameters, parametersOf({ type: 3, own: 0 }));
    send(controller, opcode.setAdvertisingData, dataOf([1]));
    send(controller, opcode.enableAdvertising, [1]);
    air.advanceTo(50_000);
    expect(statusOf(controller, opcode.setAdvertisingData, dataOf([2]))).toBe(0);
    air.advanceTo(120_000);
    expect(log.map((entry) => entry.data[0])).toEqual([1, 2]);
  });

  it('needs to be disabled for another address or other parameters', () => {
    const { controller } = connect();
    send(controller, opcode.setRandomAddress, randomAddress);
    send(controller, opcode.setAdvertisingParameters, nonConnectable);
    send(controller, opcode.enableAdvertising, [1]);
    expect(statusOf(controller, opcode.setRandomAddress, randomAddress)).toBe(0x0c);
    expect(statusOf(controller, opcode.setAdvertisingParameters, nonConnectable)).toBe(0x0c);
    send(controller, opcode.enableAdvertising, [0]);
    expect(statusOf(controller, opcode.setRandomAddress, randomAddress)).toBe(0);
    expect(statusOf(controller, opcode.setAdvertisingParameters, nonConnectable)).toBe(0);
  });

  it('may be enabled twice, unless the controller is one that refuses', () => {
    for (const [refusesEnableWhileEnabled, status] of [
      [false, 0],
      [true, 0x0c],
    ] as const) {
      const { air, controller, log } = connect({ refusesEnableWhileEnabled });
      send(controller, opcode.setAdvertisingParameters, parametersOf({ own: 0 }));
      expect(statusOf(controller, opcode.enableAdvertising, [1])).toBe(0);
      air.advanceTo(10_000);
      expect(statusOf(controller, opcode.enableAdvertising, [1])).toBe(status);
      air.advanceTo(90_000);
      expect(log).toHaveLength(1);
    }
  });

  it('refuses to start from a random address that was never set', () => {
    const { controller } = connect();
    send(controller, opcode.setAdvertisingParameters, nonConnectable);
    expect(statusOf(controller, opcode.enableAdvertising, [1])).toBe(0x12);
  });

  it('refuses parameters and data out of range', () => {
    const { controller } = connect();
    const statusWith = (changes: Parameters<typeof parametersOf>[0]): number | undefined =>
      statusOf(controller, opcode.setAdvertisingParameters, parametersOf(changes));
    expect(statusWith({ least: 0x1f })).toBe(0x12);
    expect(statusWith({ least: 0x20, most: 0x20 })).toBe(0);
    expect(statusWith({ least: 0x4000, most: 0x4000 })).toBe(0);
    expect(statusWith({ least: 0x4000, most: 0x4001 })).toBe(0x12);
    expect(statusWith({ least: 200, most: 100 })).toBe(0x12);
    expect(statusWith({ type: 5 })).toBe(0x12);
    expect(statusWith({ filter: 4 })).toBe(0x12);
    expect(statusWith({ channels: 0 })).toBe(0x12);
    expect(statusWith({ channels: 8 })).toBe(0x12);
    expect(statusWith({ type: 1 })).toBe(0x11);
    expect(statusOf(controller, opcode.setAdvertisingData, [32, ...new Array(31).fill(0)])).toBe(0x12);
    expect(statusOf(controller, opcode.setScanResponse, [255, ...new Array(31).fill(0)])).toBe(0x12);
    expect(statusOf(controller, opcode.enableAdvertising, [2])).toBe(0x12);
  });
});

describe('scanning', () => {
  it('reports what is heard with its RSSI, in the form of §7.7.65.2', () => {
    const { air, controller, events } = connectPair();
    startScan(controller, 0);
    air.advanceTo(400_000);
    const event = events[0]!;
    expect([...event.subarray(0, 7)]).toEqual([0x04, 0x3e, 12 + 3, 0x02, 1, 3, 1]);
    expect([...event.subarray(7, 17)]).toEqual([...randomAddress, 3, 2, 1, 6]);
    const rssiDbm = (event[17]! << 24) >> 24;
    expect(rssiDbm).toBeLessThan(-20);
    expect(rssiDbm).toBeGreaterThan(-94);
  });

  it('is kept from the host by either event mask', () => {
    for (const [mask, le] of [
      [[...hostMask.slice(0, 7), 0x1d], leMask],
      [hostMask, [0x1d, 0, 0, 0, 0, 0, 0, 0]],
      // As after a reset: LE Meta is masked until the host asks for it.
      [undefined, undefined],
    ]) {
      const { air, controller, events } = connectPair();
      if (mask !== undefined) send(controller, opcode.setEventMask, mask);
      if (le !== undefined) send(controller, 0x2001, le);
      send(controller, opcode.enableScan, [1, 0]);
      air.advanceTo(1_000_000);
      expect(events).toEqual([]);
    }
  });

  it('reports an address once when duplicates are filtered, and again after scanning is enabled again', () => {
    const { air, controller, events } = connectPair();
    startScan(controller, 1);
    air.advanceTo(1_000_000);
    expect(events).toHaveLength(1);
    send(controller, opcode.enableScan, [1, 1]);
    air.advanceTo(2_000_000);
    expect(events).toHaveLength(2);
  });

  it('reports only addresses of the Filter Accept List under policy 1', () => {
    for (const [address, expected] of [
      [[1, ...randomAddress], true],
      [[0, ...randomAddress], false],
    ] as const) {
      const { air, controller, events } = connectPair();
      send(controller, 0x2011, [...address]);
      send(controller, opcode.setScanParameters, [0, 0x10, 0, 0x10, 0, 0, 1]);
      startScan(controller, 0, false);
      expect(statusOf(controller, 0x2010, [])).toBe(0x0c);
      air.advanceTo(1_000_000);
      expect(events.length > 0).toBe(expected);
    }
  });

  it('refuses other parameters while it goes on, and parameters out of range', () => {
    const { controller } = connect();
    const set = (bytes: number[]): number | undefined => statusOf(controller, opcode.setScanParameters, bytes);
    expect(set([0, 0x10, 0, 0x11, 0, 0, 0])).toBe(0x12);
    expect(set([0, 3, 0, 3, 0, 0, 0])).toBe(0x12);
    expect(set([2, 0x10, 0, 0x10, 0, 0, 0])).toBe(0x12);
    expect(set([1, 0x10, 0, 0x10, 0, 1, 0])).toBe(0);
    expect(statusOf(controller, opcode.enableScan, [1, 0])).toBe(0x12);
    expect(set([1, 0x10, 0, 0x10, 0, 0, 0])).toBe(0);
    expect(statusOf(controller, opcode.enableScan, [1, 0])).toBe(0);
    expect(set([1, 0x10, 0, 0x10, 0, 0, 0])).toBe(0x0c);
  });
});

describe('faults', () => {
  it('befall as many commands of one opcode as was asked', () => {
    const { controller } = connect();
    controller.injectFault({ kind: 'refuse', opcode: opcode.setAdvertisingData, times: 2, status: 0x07 });
    const statuses = [1, 2, 3].map(() => statusOf(controller, opcode.setAdvertisingData, dataOf([1])));
    expect(statuses).toEqual([7, 7, 0]);
    expect(statusOf(controller, opcode.reset, [])).toBe(0);
  });

  it('refuse by Command Status as well', () => {
    const { controller } = connect();
    controller.injectFault({ kind: 'refuse', times: 1, isByCommandStatus: true });
    expect([...answer(controller, opcode.reset, [])]).toEqual([4, 0x0f, 4, 0x0c, 1, 0x03, 0x0c]);
  });

  it('lose, delay and double an answer, and execute the command all the same', () => {
    const { controller } = connect();
    controller.injectFault({ kind: 'lost', opcode: 0x200a, times: 1 });
    expect(send(controller, opcode.enableAdvertising, [1])).toEqual([]);
    expect(controller.isAdvertising()).toBe(true);
    controller.injectFault({ kind: 'late', times: 1, delayUs: 5000 });
    expect(send(controller, opcode.enableAdvertising, [0])[0]?.afterUs).toBe(5000);
    expect(controller.isAdvertising()).toBe(false);
    controller.injectFault({ kind: 'duplicate', times: 1 });
    expect(send(controller, opcode.reset, [])).toHaveLength(2);
  });

  it('are refused out of range', () => {
    const { controller } = connect();
    expect(() => controller.injectFault({ kind: 'lost', times: 0 })).toThrow('fault times: expected 1..1000000, got 0');
  });

  it('of power silence the controller and make it forget', () => {
    const { air, controller, log } = connect();
    send(controller, opcode.setAdvertisingParameters, parametersOf({ own: 0 }));
    send(controller, opcode.enableAdvertising, [1]);
    air.advanceTo(1000);
    controller.setPower(false);
    expect(send(controller, opcode.reset, [])).toEqual([]);
    air.advanceTo(1_000_000);
    controller.setPower(true);
    air.advanceTo(2_000_000);
    expect(log).toHaveLength(1);
    expect(controller.isAdvertising()).toBe(false);
  });
});

describe('malformed packets', () => {
  it('never throw and are dropped or answered, whatever their octets', () => {
    const { controller } = connect();
    const known = fc.constantFrom(...Object.values(opcode), 0x2011, 0x2012, 0x1405, 0x0c6d);
    const command = fc.tuple(known, fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          command.map(([code, body]) => packetOf(code, [...body])),
        ),
        (packet) => {
          for (const output of controller.handle(packet)) {
            expect(output.packet[0]).toBe(4);
            expect(output.packet[2]).toBe(output.packet.length - 3);
          }
        },
      ),
      { numRuns: 1000, seed: Number(process.env.SEED ?? 1) },
    );
  });

  it('are dropped when the length octet lies or the type is no command', () => {
    const { controller } = connect();
    expect(controller.handle(Uint8Array.of(1, 3, 0x0c))).toEqual([]);
    expect(controller.handle(Uint8Array.of(1, 3, 0x0c, 1))).toEqual([]);
    expect(controller.handle(Uint8Array.of(2, 3, 0x0c, 0))).toEqual([]);
    expect(controller.handle(new Uint8Array(0))).toEqual([]);
  });
});

interface Connected {
  readonly air: ReturnType<typeof createAir>;
  readonly controller: Controller;
  readonly events: Uint8Array[];
  readonly log: { readonly data: Uint8Array }[];
}

function connect(options: { refusesEnableWhileEnabled?: boolean } = {}): Connected {
  const log: { readonly data: Uint8Array }[] = [];
  const air = createAir({ seed: 3, log: (entry) => log.push(entry) });
  const events: Uint8Array[] = [];
  const onEvent = (packet: Uint8Array, _report?: AirReport): void => void events.push(packet);
  const address = Uint8Array.of(2, 2, 3, 4, 5, 6);
  return { air, events, log, controller: connectController(air, 3, { id: 'phone', address, onEvent, ...options }) };
}

/** A phone beside a desk that advertises from a random address. */
function connectPair(): Connected {
  const connected = connect();
  const desk = connectController(connected.air, 3, { id: 'desk', onEvent: () => undefined });
  send(desk, opcode.setRandomAddress, randomAddress);
  send(desk, opcode.setAdvertisingParameters, nonConnectable);
  send(desk, opcode.setAdvertisingData, dataOf([2, 1, 6]));
  send(desk, opcode.enableAdvertising, [1]);
  return connected;
}

function startScan(controller: Controller, duplicates: number, setsParameters = true): void {
  send(controller, opcode.setEventMask, hostMask);
  send(controller, 0x2001, leMask);
  if (setsParameters) send(controller, opcode.setScanParameters, [1, 0x12, 0, 0x12, 0, 0, 0]);
  expect(statusOf(controller, opcode.enableScan, [1, duplicates])).toBe(0);
}

function packetOf(code: number, parameters: readonly number[]): Uint8Array {
  return Uint8Array.of(1, code & 0xff, code >> 8, parameters.length, ...parameters);
}

function send(controller: Controller, code: number, parameters: readonly number[]): ReturnType<Controller['handle']> {
  return controller.handle(packetOf(code, parameters));
}

function answer(controller: Controller, code: number, parameters: readonly number[]): Uint8Array {
  return send(controller, code, parameters)[0]!.packet;
}

function statusOf(controller: Controller, code: number, parameters: readonly number[]): number | undefined {
  const packet = answer(controller, code, parameters);
  return packet[1] === 0x0e ? packet[6] : undefined;
}

function isKnown(code: number): boolean {
  // Command Complete, or a Command Status that says anything but Unknown Command.
  const packet = answer(probe, code, []);
  return packet[1] === 0x0e || packet[3] !== 1;
}
const probe = connect().controller;

function dataOf(data: readonly number[]): number[] {
  return [data.length, ...data, ...new Array<number>(31 - data.length).fill(0)];
}

function parametersOf(changes: {
  least?: number;
  most?: number;
  type?: number;
  own?: number;
  channels?: number;
  filter?: number;
}): number[] {
  const { least = 160, most = Math.max(least, 160), type = 3, channels = 7, filter = 0 } = changes;
  const own = changes.own ?? (type === 3 ? 1 : 0);
  return [least & 255, least >> 8, most & 255, most >> 8, type, own, 0, 0, 0, 0, 0, 0, 0, channels, filter];
}
