import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BeaconError } from '../errors.js';
import { RawKernelLink } from './kernel-link.js';
import type { NativeSocket } from './native-socket.js';

const address = { kind: 'kernel', deviceId: 3, channel: 'raw', text: 'hci:3' } as const;
const command = Uint8Array.of(0x01, 0x18, 0x20, 0);
const resetComplete = Uint8Array.of(0x04, 0x0e, 4, 1, 0x03, 0x0c, 0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Stands in for the addon, which needs a kernel with Bluetooth; the link above it is the real one. */
class AddonSocket extends EventEmitter implements NativeSocket {
  isUp = true;
  devices = [{ devId: 3 }];
  isStopped = false;
  readonly written: Uint8Array[] = [];
  bindRaw(): void {}
  bindUser(): void {}
  setFilter(): void {}
  start(): void {}
  stop(): void {
    this.isStopped = true;
  }
  isDevUp(): boolean {
    return this.isUp;
  }
  getDeviceList() {
    return this.devices;
  }
  write(packet: Buffer): void {
    this.written.push(new Uint8Array(packet));
  }
}

function open() {
  const socket = new AddonSocket();
  const link = new RawKernelLink(address, socket, undefined);
  const events: string[] = [];
  const ends: (BeaconError | undefined)[] = [];
  link.onReset(() => void events.push('reset'));
  link.onPacket((packet) => void events.push(Buffer.from(packet).toString('hex')));
  link.onClosed((error) => void ends.push(error));
  return { socket, link, events, ends };
}

describe('an adapter of the kernel on the raw channel', () => {
  test('writes at once, hands the same packet to those who watch, and delivers what comes', () => {
    const { socket, link, events } = open();
    const sent: Uint8Array[] = [];
    link.onSent((packet) => void sent.push(packet));
    link.send(command);
    socket.emit('data', Buffer.from(command));
    expect(socket.written).toEqual([command]);
    expect(sent[0]).toBe(command);
    expect(events).toEqual(['01182000']);
  });

  test('that went down stays reported down for three polls, so that bleno and noble notice, and then counts as reset', () => {
    const { socket, link, events } = open();
    socket.isUp = false;
    vi.advanceTimersByTime(1000);
    expect(link.isUp()).toBe(false);
    socket.isUp = true;
    vi.advanceTimersByTime(1000);
    expect([link.isUp(), events]).toEqual([false, []]);
    vi.advanceTimersByTime(1000);
    expect([link.isUp(), events]).toEqual([true, ['reset']]);
  });

  test('that is unplugged ends the link as radio-lost and stops the socket', () => {
    const { socket, link, ends } = open();
    socket.isUp = false;
    socket.devices = [];
    vi.advanceTimersByTime(1000);
    expect(ends).toMatchObject([{ code: 'radio-lost' }]);
    expect([socket.isStopped, link.isUp()]).toEqual([true, false]);
    link.send(command);
    expect(socket.written).toEqual([]);
  });

  test('that is down refuses a packet without ending the link', () => {
    const { socket, ends } = open();
    socket.emit('error', Object.assign(new Error('Network is down'), { errno: 100 }));
    expect(ends).toEqual([]);
    socket.emit('error', Object.assign(new Error('Operation not permitted'), { errno: 1 }));
    expect(ends).toMatchObject([{ code: 'radio-permission' }]);
  });

  test('that another process resets is told as reset before the answer is delivered', () => {
    const { socket, events } = open();
    socket.emit('data', Buffer.from(resetComplete));
    expect(events).toEqual(['reset', '040e0401030c00']);
  });

  test('ends without an error when it is closed, and polls no more', async () => {
    const { socket, link, ends } = open();
    await link.close();
    expect([ends, socket.isStopped, vi.getTimerCount()]).toEqual([[undefined], true, 0]);
  });
});
