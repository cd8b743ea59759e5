import { describe, expect, test } from 'vitest';
import { HciSocket } from './hci-socket.js';
import { makeSilentLink } from './testing/silent-link.js';

function makeFilter(types: number, ...events: number[]): Uint8Array {
  const filter = Buffer.alloc(16);
  filter.writeUInt32LE(types, 0);
  for (const event of events) filter[4 + (event >> 3)]! |= 1 << (event & 7);
  return filter;
}

const complete = Uint8Array.of(0x04, 0x0e, 4, 1, 0x18, 0x20, 0);
const meta = Uint8Array.of(0x04, 0x3e, 1, 0);
const inquiry = Uint8Array.of(0x04, 0x01, 1, 0);
const acl = Uint8Array.of(0x02, 0, 0, 0, 0);
const foreignCommand = Uint8Array.of(0x01, 0x18, 0x20, 0);

function hearing(filter?: Uint8Array): Uint8Array[] {
  const { hub, link } = makeSilentLink();
  const socket = new HciSocket();
  const heard: Uint8Array[] = [];
  socket.on('data', (packet: Buffer) => void heard.push(new Uint8Array(packet)));
  socket.attach(link);
  socket.start();
  if (filter !== undefined) socket.setFilter(filter);
  for (const packet of [complete, meta, inquiry, acl, foreignCommand]) hub.emitPacket(packet, 0);
  return heard;
}

describe('the socket bleno and noble load', () => {
  test('delivers what its filter asks for, by packet type and event code', () => {
    expect(hearing(makeFilter((1 << 4) | (1 << 2), 0x0e, 0x3e))).toEqual([complete, meta, acl]);
    expect(hearing(makeFilter((1 << 4) | (1 << 1), 0x01))).toEqual([inquiry, foreignCommand]);
  });

  test('delivers events and data when no filter is set', () => {
    expect(hearing()).toEqual([complete, meta, inquiry, acl]);
  });

  test('is silent and harmless without a link, as the management socket is', () => {
    const socket = new HciSocket();
    socket.bindControl();
    socket.start();
    expect(() => socket.write(foreignCommand)).not.toThrow();
    expect(socket.isDevUp()).toBe(false);
  });

  test('keeps a withheld command from the controller, and answers it itself as one that was carried out', async () => {
    const { link, written } = makeSilentLink();
    const socket = new HciSocket();
    const heard: Uint8Array[] = [];
    socket.on('data', (packet: Buffer) => void heard.push(new Uint8Array(packet)));
    socket.attach(link, { withheld: new Set([0x200a]) });
    socket.start();
    socket.write(Uint8Array.of(0x01, 0x0a, 0x20, 1, 0));
    socket.write(foreignCommand);
    expect(heard).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([Uint8Array.of(0x04, 0x0e, 4, 1, 0x0a, 0x20, 0)]);
    expect(socket.lastStatus(0x200a)).toBe(0);
    expect(written).toEqual([foreignCommand]);
  });

  test('answers no withheld command after a reset, which takes it with it', async () => {
    const { hub, link } = makeSilentLink();
    const socket = new HciSocket();
    let heard = 0;
    socket.on('data', () => void heard++);
    socket.attach(link, { withheld: new Set([0x200a]) });
    socket.start();
    socket.write(Uint8Array.of(0x01, 0x0a, 0x20, 1, 0));
    hub.emitReset();
    await new Promise((resolve) => setImmediate(resolve));
    expect([heard, socket.isIdle()]).toEqual([0, true]);
  });

  test('is busy until the controller answered what it wrote, and a reset forgets what was under way', () => {
    const { hub, link } = makeSilentLink();
    const socket = new HciSocket();
    let idles = 0;
    socket.attach(link);
    socket.onIdle(() => void idles++);
    socket.write(foreignCommand);
    socket.write(foreignCommand);
    hub.emitPacket(complete, 0);
    expect([socket.isIdle(), idles]).toEqual([false, 0]);
    hub.emitPacket(complete, 0);
    expect([socket.isIdle(), idles]).toEqual([true, 1]);
    socket.write(foreignCommand);
    hub.emitReset();
    expect(socket.isIdle()).toBe(true);
  });

  test('keeps its idle listeners when noble removes all of its own, as it does when an adapter comes back', () => {
    const { hub, link } = makeSilentLink();
    const socket = new HciSocket();
    let idles = 0;
    socket.attach(link);
    socket.onIdle(() => void idles++);
    socket.removeAllListeners();
    hub.emitPacket(complete, 0);
    expect(idles).toBe(1);
  });

  test('keeps a refused Read BD_ADDR from a parser that takes an address apart, and delivers one with an address', () => {
    const { hub, link } = makeSilentLink();
    const socket = new HciSocket();
    const heard: Uint8Array[] = [];
    socket.on('data', (packet: Uint8Array) => void heard.push(packet));
    socket.attach(link);
    socket.start();
    hub.emitPacket(Uint8Array.of(0x04, 0x0e, 4, 1, 0x09, 0x10, 0x1f), 0);
    hub.emitPacket(Uint8Array.of(0x04, 0x0e, 9, 1, 0x09, 0x10, 0, 1, 2, 3, 4, 5), 0);
    expect([heard.length, socket.malformed]).toEqual([0, 2]);
    hub.emitPacket(Uint8Array.of(0x04, 0x0e, 10, 1, 0x09, 0x10, 0, 1, 2, 3, 4, 5, 6), 0);
    expect([heard.length, socket.malformed]).toEqual([1, 2]);
  });

  test('does not hide a bug in whoever listens', () => {
    const { hub, link } = makeSilentLink();
    const socket = new HciSocket();
    socket.on('data', () => {
      throw new TypeError('a bug');
    });
    socket.attach(link);
    socket.start();
    expect(() => hub.emitPacket(complete, 0)).toThrow('a bug');
  });

  test('has one link in its life at a time, and after detaching hears and writes nothing', () => {
    const { hub, link, written } = makeSilentLink();
    const socket = new HciSocket();
    const heard: unknown[] = [];
    socket.on('data', (packet) => void heard.push(packet));
    socket.attach(link);
    socket.start();
    expect(() => socket.attach(link)).toThrow(TypeError);
    socket.detach();
    socket.write(foreignCommand);
    hub.emitPacket(complete, 0);
    expect({ heard, written }).toEqual({ heard: [], written: [] });
  });
});
