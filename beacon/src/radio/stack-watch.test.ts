import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BeaconError } from '../errors.js';
import { encodeCommand } from './hci-packets.js';
import { HciSocket } from './hci-socket.js';
import { watchStack } from './stack-watch.js';
import { makeSilentLink } from './testing/silent-link.js';

const command = encodeCommand(0x2018, new Uint8Array(0));
const answer = Uint8Array.of(0x04, 0x0e, 4, 1, 0x18, 0x20, 0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch() {
  const { hub, link } = makeSilentLink();
  const socket = new HciSocket();
  socket.attach(link);
  const watched = watchStack('bleno', link, socket, 5000);
  const outcome = watched.started.then(
    () => 'ready',
    (error: Error) => error,
  );
  let ready = 0;
  watched.onReady(() => void ready++);
  return { hub, socket, watched, outcome, ready: () => ready };
}

describe('a stack that initialises its controller', () => {
  test('is ready when it says poweredOn and all it wrote is answered, and not before', async () => {
    const { hub, socket, watched, outcome, ready } = watch();
    socket.write(command);
    socket.write(command);
    hub.emitPacket(answer, 0);
    watched.noteState('poweredOn');
    expect(ready()).toBe(0);
    hub.emitPacket(answer, 0);
    expect(ready()).toBe(1);
    expect(await outcome).toBe('ready');
    hub.emitPacket(answer, 0);
    expect(ready()).toBe(1);
  });

  test('is ready anew after the adapter was down, without a reset that the link saw', () => {
    const { hub, watched, ready } = watch();
    watched.noteState('poweredOn');
    hub.emitPacket(answer, 0);
    watched.noteState('poweredOff');
    hub.emitPacket(answer, 0);
    expect(ready()).toBe(1);
    watched.noteState('poweredOn');
    hub.emitPacket(answer, 0);
    expect(ready()).toBe(2);
  });

  test('is ready anew after a reset', () => {
    const { hub, watched, ready } = watch();
    watched.noteState('poweredOn');
    hub.emitPacket(answer, 0);
    hub.emitReset();
    hub.emitPacket(answer, 0);
    expect(ready()).toBe(2);
  });

  test('fails as stack-not-ready after its limit, and says what it waits for', async () => {
    const { socket, outcome } = watch();
    socket.write(command);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await outcome).toMatchObject({ code: 'stack-not-ready' });
    expect(String(await outcome)).toContain('its state is unknown, and commands of it are unanswered');
  });

  test('fails with the error that ends its link', async () => {
    const { hub, outcome } = watch();
    const lost = new BeaconError('radio-lost', 'gone');
    hub.emitClosed(lost);
    expect(await outcome).toBe(lost);
  });
});
