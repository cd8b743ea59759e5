import { describe, expect, it } from 'vitest';
import { createAir } from './air.js';
import type { Air } from './air-contract.js';
import { connectController } from './connect-controller.js';
import type { Controller } from './controller.js';

/** Two controllers and what their hosts are told, in hexadecimal. */
interface Pair {
  readonly air: Air;
  readonly desk: Host;
  readonly phone: Host;
}

interface Host {
  readonly controller: Controller;
  readonly told: string[];
  send(opcode: number, parameters: readonly number[]): string[];
  data(handle: number, flags: number, octets: readonly number[]): void;
}

const deskAddress = Uint8Array.of(2, 2, 3, 4, 5, 6);
const INTERVAL = 24; // 30 ms
const TIMEOUT = 100; // 1 s
const HANDLE = 0x40;
const ADV_IND = 0;

function createPair(type = ADV_IND): Pair {
  const air = createAir({ seed: 5 });
  const desk = createHost(air, 'desk', deskAddress);
  const phone = createHost(air, 'phone', Uint8Array.of(2, 9, 9, 9, 9, 9));
  desk.send(0x2006, [160, 0, 160, 0, type, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0]);
  desk.send(0x200a, [1]);
  return { air, desk, phone };
}

function createHost(air: Air, id: string, address: Uint8Array): Host {
  const told: string[] = [];
  const hex = (packet: Uint8Array): string => Buffer.from(packet).toString('hex');
  const controller = connectController(air, 5, { id, address, onEvent: (packet) => void told.push(hex(packet)) });
  const send = (opcode: number, parameters: readonly number[]): string[] =>
    controller
      .handle(Uint8Array.of(1, opcode & 0xff, opcode >> 8, parameters.length, ...parameters))
      .map(({ packet }) => hex(packet));
  send(0x0c01, [0xff, 0xff, 0xfb, 0xff, 0x07, 0xf8, 0xbf, 0x3d]);
  return {
    controller,
    told,
    send,
    data: (handle, flags, octets) =>
      void controller.handle(
        Uint8Array.of(2, handle & 0xff, (handle >> 8) | (flags << 4), octets.length, 0, ...octets),
      ),
  };
}

function createConnection(peer: Uint8Array, changes: { isRandom?: boolean; timeout?: number } = {}): number[] {
  const { isRandom = false, timeout = TIMEOUT } = changes;
  const address = [...peer].reverse();
  return [0x60, 0, 0x30, 0, 0, isRandom ? 1 : 0, ...address, 0, INTERVAL, 0, INTERVAL, 0, 0, 0, timeout, 0, 0, 0, 0, 0];
}

function connectPair(): Pair {
  const pair = createPair();
  pair.phone.send(0x200d, createConnection(deskAddress));
  pair.air.advanceTo(2_000_000);
  pair.desk.told.length = 0;
  pair.phone.told.length = 0;
  return pair;
}

function afterMs({ air }: Pair, ms: number): void {
  air.advanceTo(air.nowUs() + 1000 * ms);
}

describe('a connection', () => {
  it('begins when the initiator hears the advertiser, which stops advertising; both hosts are told', () => {
    const pair = createPair();
    expect(pair.phone.send(0x200d, createConnection(deskAddress))).toEqual(['040f0400010d20']);
    afterMs(pair, 2000);
    // Subevent 1, status 0, handle 0x0040, role, the other's type and address, 30 ms, no latency, 1 s.
    expect(pair.phone.told).toEqual(['043e13010040000000060504030202180000006400' + '00']);
    expect(pair.desk.told).toEqual(['043e13010040000100090909090902180000006400' + '00']);
    expect(pair.desk.controller.isAdvertising()).toBe(false);
    expect(pair.phone.send(0x1405, [HANDLE, 0])[0]).toMatch(/^040e0701051400400[0-9a-f]{3}$/);
  });

  it.each([
    ['another address', createConnection(Uint8Array.of(2, 2, 3, 4, 5, 7)), ADV_IND],
    ['the address as a random one', createConnection(deskAddress, { isRandom: true }), ADV_IND],
    ['an advertiser that cannot be connected to', createConnection(deskAddress), 3],
  ])('does not begin with %s', (_what, parameters, type) => {
    const pair = createPair(type);
    pair.phone.send(0x200d, parameters);
    afterMs(pair, 3000);
    expect(pair.phone.told).toEqual([]);
    expect(pair.phone.send(0x200d, parameters)).toEqual(['040f040c010d20']);
    expect(pair.phone.send(0x200e, [])).toEqual(['040e04010e2000', `043e130102${'00'.repeat(17)}`]);
    expect(pair.phone.send(0x200e, [])).toEqual(['040e04010e200c']);
  });

  it('does not begin with a transmitter that is no controller', () => {
    const air = createAir({ seed: 5 });
    const phone = createHost(air, 'phone', Uint8Array.of(2, 9, 9, 9, 9, 9));
    const advertisement = {
      type: ADV_IND,
      isAddressRandom: false,
      address: deskAddress,
      data: new Uint8Array(0),
    } as const;
    air.addTransmitter({ id: 'scripted', intervalUs: 100_000, advertisementAt: () => advertisement });
    phone.send(0x200d, createConnection(deskAddress));
    air.advanceTo(2_000_000);
    expect(phone.told).toEqual([`043e13013e${'00'.repeat(17)}`]);
  });

  it('carries pieces in both directions, in order, at its events and not before', () => {
    const pair = connectPair();
    pair.phone.data(HANDLE, 0, [1, 2, 3]);
    pair.phone.data(HANDLE, 1, [4]);
    pair.desk.data(HANDLE, 0, [9]);
    expect(pair.desk.told).toEqual([]);
    afterMs(pair, 31);
    // A host's first piece has the flags 0, a controller's 2 (§5.4.2); two pieces are delivered.
    expect(pair.desk.told).toEqual(['02402003000' + '10203', '0240100100' + '04', '041305014000' + '0100']);
    expect(pair.phone.told).toEqual(['041305014000' + '0200', '0240200100' + '09']);
  });

  it('drops data without a link, with a length that lies, and beyond what may wait', () => {
    const pair = connectPair();
    pair.phone.data(HANDLE + 1, 0, [1]);
    pair.phone.controller.handle(Uint8Array.of(2, HANDLE, 0, 9, 0, 1));
    for (let i = 0; i < 40; i += 1) pair.phone.data(HANDLE, 0, [i]);
    afterMs(pair, 100);
    expect(pair.desk.told).toHaveLength(16);
    expect(pair.phone.told).toEqual(['041305014000' + '1000']);
  });

  it('ends on both sides with the reasons that belong to each', () => {
    const pair = connectPair();
    expect(pair.phone.send(0x0406, [HANDLE, 0, 0x13])).toEqual(['040f0400010604']);
    pair.phone.data(HANDLE, 0, [7]);
    afterMs(pair, 31);
    expect(pair.desk.told).toEqual(['02402001000' + '7', '0405040040' + '0013']);
    expect(pair.phone.told.at(-1)).toBe('04050400400016');
    expect(pair.phone.send(0x0406, [HANDLE, 0, 0x13])).toEqual(['040f0402010604']);
    expect(pair.phone.send(0x0406, [HANDLE, 0, 0x08])).toEqual(['040f0412010604']);
    expect(pair.phone.send(0x1405, [HANDLE, 0])).toEqual(['040e07010514024000' + '7f']);
  });

  it.each([
    'power',
    'reset',
  ])('is missed by the other side after the supervision timeout, when one loses it by %s', (how) => {
    const pair = connectPair();
    if (how === 'power') pair.desk.controller.setPower(false);
    else pair.desk.send(0x0c03, []);
    afterMs(pair, 999);
    expect(pair.phone.told).toEqual([]);
    afterMs(pair, 2);
    expect(pair.phone.told).toEqual(['04050400400008']);
    expect(pair.desk.told).toEqual([]);
  });

  it('changes its interval for both', () => {
    const pair = connectPair();
    const update = [HANDLE, 0, 80, 0, 80, 0, 0, 0, 200, 0, 0, 0, 0, 0];
    expect(pair.phone.send(0x2013, update)).toEqual(['040f0400011320']);
    for (const { told } of [pair.phone, pair.desk]) expect(told).toEqual(['043e0a0300400050000000c800']);
    pair.phone.data(HANDLE, 0, [1]);
    afterMs(pair, 90);
    expect(pair.desk.told).toHaveLength(1);
    afterMs(pair, 20);
    expect(pair.desk.told).toHaveLength(2);
  });

  it('refuses timings that no link can keep', () => {
    const { phone } = createPair();
    for (const timeout of [5, 9]) {
      expect(phone.send(0x200d, createConnection(deskAddress, { timeout }))).toEqual(['040f0412010d20']);
    }
  });

  it('can be begun again, while the scan of the host goes on', () => {
    const pair = createPair();
    pair.phone.send(0x200c, [1, 0]);
    pair.phone.send(0x200d, createConnection(deskAddress));
    afterMs(pair, 2000);
    pair.phone.send(0x0406, [HANDLE, 0, 0x13]);
    afterMs(pair, 100);
    pair.phone.told.length = 0;
    pair.desk.send(0x200a, [1]);
    afterMs(pair, 1000);
    expect(pair.phone.controller.isScanning()).toBe(true);
    expect(pair.phone.told.length).toBeGreaterThan(3);
    pair.phone.send(0x200d, createConnection(deskAddress));
    afterMs(pair, 1000);
    expect(pair.phone.told.some((packet) => packet.startsWith('043e1301004100'))).toBe(true);
  });
});
