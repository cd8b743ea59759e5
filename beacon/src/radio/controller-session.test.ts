import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BeaconError } from '../errors.js';
import { ControllerSession } from './controller-session.js';
import { encodeCommand } from './hci-packets.js';

const reset = encodeCommand(0x0c03, new Uint8Array(0));
const complete = (opcode: number, credits = 1) =>
  Uint8Array.of(0x04, 0x0e, 4, credits, opcode & 0xff, opcode >> 8, 0x00);
const numbered = (index: number) => encodeCommand(0x2000 + index, new Uint8Array(0));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A session on a wire that only remembers; the test plays the controller. */
function openSession() {
  const session = new ControllerSession('h4:test', {});
  const written: Uint8Array[] = [];
  const heard: Uint8Array[] = [];
  const ends: (BeaconError | undefined)[] = [];
  let resets = 0;
  session.onPacket((packet) => void heard.push(packet));
  session.onReset(() => void resets++);
  session.onClosed((error) => void ends.push(error));
  const opened = session.open({
    write: (packet) => void written.push(packet),
    expectReset: () => {},
    close: () => Promise.resolve(),
  });
  opened.catch(() => {});
  return { session, written, heard, ends, opened, resets: () => resets };
}

function openUp(credits = 1) {
  const opened = openSession();
  opened.session.receive(complete(0x0c03, credits), 0);
  opened.written.length = 0;
  return opened;
}

describe('a controller session', () => {
  test('is up once its first reset is answered, and tells nobody of that answer', async () => {
    const { session, written, heard, opened, resets } = openSession();
    expect(session.isUp()).toBe(false);
    session.send(numbered(1));
    session.receive(complete(0x2001), 0);
    expect(written).toEqual([reset]);
    session.receive(complete(0x0c03), 0);
    await opened;
    expect({ isUp: session.isUp(), heard, resets: resets() }).toEqual({ isUp: true, heard: [], resets: 0 });
  });

  test('ends with hci-timeout when three resets go unanswered', async () => {
    const { written, ends, opened } = openSession();
    await vi.advanceTimersByTimeAsync(5999);
    expect(written).toHaveLength(3);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ends).toMatchObject([{ code: 'hci-timeout' }]);
    await expect(opened).rejects.toMatchObject({ code: 'hci-timeout' });
  });

  test('writes as many commands as the controller grants, never one more', () => {
    const { session, written } = openUp(2);
    for (let index = 1; index <= 5; index++) session.send(numbered(index));
    expect(written).toEqual([numbered(1), numbered(2)]);
    // The grant of 2 was made while the second command was under way, which takes one of them.
    session.receive(complete(0x2001, 2), 0);
    expect(written).toHaveLength(3);
    session.receive(complete(0x2002, 0), 0);
    session.receive(complete(0x2003, 0), 0);
    expect(written).toHaveLength(3);
    session.receive(Uint8Array.of(0x04, 0x0e, 3, 1, 0, 0), 0);
    expect(written).toHaveLength(4);
    session.receive(Uint8Array.of(0x04, 0x0f, 4, 0x0c, 1, 0x04, 0x20), 0);
    expect(written.at(-1)).toEqual(numbered(5));
  });

  test('passes ACL data by while commands wait', () => {
    const { session, written } = openUp(0);
    const acl = Uint8Array.of(0x02, 0x40, 0x00, 0x01, 0x00, 0x55);
    session.send(numbered(1));
    session.send(acl);
    expect(written).toEqual([acl]);
  });

  test('resets a controller that leaves a command unanswered for 2 s, and delivers the answer of that reset', async () => {
    const { session, written, heard, resets } = openUp();
    session.send(numbered(1));
    session.send(numbered(2));
    await vi.advanceTimersByTimeAsync(1999);
    expect(written).toEqual([numbered(1)]);
    await vi.advanceTimersByTimeAsync(1);
    expect(written.at(-1)).toEqual(reset);
    expect(session.isUp()).toBe(false);
    session.receive(complete(0x2001), 0);
    session.receive(complete(0x0c03), 0);
    expect({ heard, resets: resets(), isUp: session.isUp() }).toEqual({
      heard: [complete(0x0c03)],
      resets: 1,
      isUp: true,
    });
    expect(written).not.toContainEqual(numbered(2));
  });

  test('resets a controller that grants no credit for 2 s', async () => {
    const { session, written } = openUp(0);
    session.send(numbered(1));
    await vi.advanceTimersByTimeAsync(2000);
    expect(written).toEqual([reset]);
  });

  test('notices one lost answer although others keep coming', async () => {
    const { session, written } = openUp(5);
    session.send(numbered(9));
    for (let index = 0; index < 5; index++) {
      session.send(numbered(index));
      await vi.advanceTimersByTimeAsync(400);
      session.receive(complete(0x2000 + index, 5), 0);
    }
    expect(written.at(-1)).toEqual(reset);
  });

  test('resets a controller that reports a hardware error', () => {
    const { session, written } = openUp();
    session.receive(Uint8Array.of(0x04, 0x10, 0x01, 0x42), 0);
    expect(written).toEqual([reset]);
  });

  test('ends when more than 64 commands wait', () => {
    const { session, ends } = openUp(0);
    for (let index = 0; index < 64; index++) session.send(numbered(index));
    expect(ends).toEqual([]);
    session.send(numbered(64));
    expect(ends).toMatchObject([{ code: 'hci-timeout' }]);
    expect(() => session.send(numbered(65))).not.toThrow();
  });

  test('tells its end once, without an error after close, and to a listener that comes later too', async () => {
    const { session, ends } = openUp();
    await session.close();
    await session.close();
    const late: unknown[] = [];
    session.onClosed((error) => void late.push(error));
    await Promise.resolve();
    expect({ ends, late }).toEqual({ ends: [undefined], late: [undefined] });
  });
});
