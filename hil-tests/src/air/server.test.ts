import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdvertiser, createH4Framer, openRadio, startBleno, startNoble } from '@deskbeacon/beacon/radio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAirServer } from './server.js';
import { createSteering } from './steering.js';

let directory: string;
let cleanups: (() => unknown)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'air-'));
});

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  cleanups = [];
  rmSync(directory, { recursive: true, force: true });
});

describe('the air server', () => {
  it('lets unmodified noble hear what our advertiser, beside unmodified bleno, puts on the air', async () => {
    const server = openServer();
    const desk = await openController(server, 'desk-1', 0);
    const phone = await openController(server, 'phone', 1);
    const deskLink = await openRadio(desk);
    cleanups.push(() => deskLink.close());
    const phoneLink = await openRadio(phone);
    cleanups.push(() => phoneLink.close());
    const blenoStack = await startBleno(deskLink);
    cleanups.push(() => blenoStack.close());
    const nobleStack = await startNoble(phoneLink);
    cleanups.push(() => nobleStack.close());
    const advertiser = createAdvertiser(deskLink);
    const first = Uint8Array.of(2, 1, 6, 3, 3, 0xaa, 0xfe);
    const second = Uint8Array.of(2, 1, 6, 3, 3, 0xaa, 0xfd);
    await advertiser.start({ intervalMs: 30, address: Uint8Array.of(0x3a, 0, 0, 0, 0, 1), data: first });
    const heard: string[] = [];
    const rssiDbm: number[] = [];
    const hasHeard = (hex: string): Promise<void> =>
      new Promise((resolve) => {
        const end = nobleStack.onReport((report) => {
          expect([report.address, report.addressType, report.type]).toEqual(['3a:00:00:00:00:01', 'random', 3]);
          rssiDbm.push(report.rssiDbm);
          heard.push(Buffer.from(report.data).toString('hex'));
          if (heard.at(-1) !== hex) return;
          end();
          resolve();
        });
      });
    const firstHeard = hasHeard(Buffer.from(first).toString('hex'));
    await nobleStack.startScanning();
    await firstHeard;
    const secondHeard = hasHeard(Buffer.from(second).toString('hex'));
    await advertiser.setData(second);
    await secondHeard;
    expect(Math.max(...rssiDbm)).toBeLessThan(-30);
    expect(Math.min(...rssiDbm)).toBeGreaterThan(-94);
    const lateness = server.status().lateness!;
    console.log('pump lateness, one advertiser at 30 ms:', JSON.stringify(lateness));
    expect(lateness.p50Ms).toBeLessThan(20);
    await nobleStack.stopScanning();
    await advertiser.stop();
  });

  it('makes sockets that only their owner may open, and removes them at the end', async () => {
    const server = openServer();
    await openController(server, 'desk-1', 0);
    const path = join(directory, 'desk-1.sock');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await server.close();
    expect(existsSync(path)).toBe(false);
  });

  it('takes a closed socket for a loss of power, and a second host for an intruder', async () => {
    const server = openServer();
    await openController(server, 'desk-1', 0);
    const host = await openHost('desk-1');
    await host.ask(0x2006, [160, 0, 160, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0]);
    await host.ask(0x200a, [1]);
    expect(server.status().controllers[0]).toMatchObject({ hasHost: true, isAdvertising: true });
    const intruder = connect(join(directory, 'desk-1.sock'));
    await new Promise((resolve) => intruder.once('close', resolve));
    expect((await host.ask(0x1001, []))[6]).toBe(0);
    host.socket.destroy();
    await until(() => server.status().controllers[0]?.hasHost === false);
    expect(server.status().controllers[0]).toMatchObject({ isAdvertising: false });
    const again = await openHost('desk-1');
    expect((await again.ask(0x0c03, []))[6]).toBe(0);
  });

  it('serves a restarted host that connects before its predecessor is gone', async () => {
    const server = openServer();
    await openController(server, 'desk-1', 0);
    const old = await openHost('desk-1');
    await old.ask(0x0c03, []);
    const successor = await openHost('desk-1');
    const answer = successor.ask(0x0c03, []);
    old.socket.destroy();
    expect((await answer)[6]).toBe(0);
    // One more waits while the server ends: it must not keep it.
    await openHost('desk-1');
    await server.close();
    expect(existsSync(join(directory, 'desk-1.sock'))).toBe(false);
  });

  it('answers late when told to, and not at all without power', async () => {
    const server = openServer();
    await openController(server, 'desk-1', 0);
    const host = await openHost('desk-1');
    server.injectFault('desk-1', { kind: 'late', times: 1, delayUs: 30_000 });
    const askedMs = performance.now();
    await host.ask(0x0c03, []);
    expect(performance.now() - askedMs).toBeGreaterThan(28);
    server.setPower('desk-1', false);
    const silent = await Promise.race([
      host.ask(0x0c03, []),
      new Promise((resolve) => setTimeout(resolve, 40, 'silent')),
    ]);
    expect(silent).toBe('silent');
    const closed = new Promise((resolve) => host.socket.once('close', resolve));
    server.unplug('desk-1');
    await closed;
  });

  it('waits for a reset after octets that are no packet', async () => {
    const server = openServer();
    await openController(server, 'desk-1', 0);
    const host = await openHost('desk-1');
    host.socket.write(Uint8Array.of(0xff, 1, 2, 3));
    expect((await host.ask(0x0c03, []))[6]).toBe(0);
  });

  it('clears away the socket of a dead process, but not a living one, nor another file', async () => {
    const stale = join(directory, 'stale.sock');
    const dead = createServer().listen(stale);
    await new Promise((resolve) => dead.once('listening', resolve));
    const server = openServer();
    await expect(server.openController({ id: 'a', socketPath: stale })).rejects.toMatchObject({
      code: 'socket-in-use',
    });
    // A process that is killed leaves the file: keep a copy of the name while the listener goes.
    await new Promise((resolve) => dead.close(resolve));
    writeFileSync(stale, 'precious');
    await expect(server.openController({ id: 'a', socketPath: stale })).rejects.toMatchObject({ code: 'socket-path' });
    expect(readFileSync(stale, 'utf8')).toBe('precious');
    await expect(server.openController({ id: 'a', socketPath: `/tmp/${'x'.repeat(120)}` })).rejects.toThrow(
      'expected 1 to 107 bytes, got 125',
    );
    await expect(server.openController({ id: 'a', socketPath: join(directory, 'no', 'a') })).rejects.toMatchObject({
      code: 'socket-create',
    });
  });
});

describe('steering', () => {
  it('carries out each line, gives its tag back, and writes the air log', async () => {
    const server = openServer();
    const steering = createSteering(server);
    cleanups.push(() => steering.close());
    const log = join(directory, 'air.jsonl');
    const tell = async (order: object): Promise<Record<string, unknown>> =>
      JSON.parse(await steering.execute(JSON.stringify(order)));
    const socket = join(directory, 'phone.sock');
    expect(await tell({ do: 'controller', id: 'phone', socket, x: 1, y: 0, scan: 'android-low-latency' })).toEqual({
      done: 'controller',
      ok: true,
      id: 'phone',
      radio: `h4:unix:${socket}`,
    });
    expect(await tell({ do: 'log', file: log })).toEqual({ done: 'log', ok: true });
    expect(await tell({ do: 'walls', walls: [{ x1: 2, y1: 0, x2: 2, y2: 3 }], tag: 7 })).toEqual({
      done: 'walls',
      ok: true,
      tag: 7,
    });
    const frames = [{ fromMs: 0, data: ['020106', '0201060303aafe'] }];
    const address = '3a:00:00:00:00:02';
    expect(
      await tell({ do: 'transmit', id: 'desk-2', x: 3, y: 0, address, intervalMs: 20, frames, dwellMs: 25 }),
    ).toMatchObject({ ok: true });
    expect(await tell({ do: 'place', id: 'phone', x: 1.5, y: 1, pose: 'pocket', placement: 'c-1' })).toMatchObject({
      ok: true,
    });
    for (const fault of [
      { kind: 'lost', opcode: '0x2008', times: 2 },
      { kind: 'refuse', opcode: 8200, status: 7, by: 'status' },
      { kind: 'power-off' },
      { kind: 'power-on' },
      { kind: 'clear' },
    ]) {
      expect(await tell({ do: 'fault', id: 'phone', ...fault })).toEqual({ done: 'fault', ok: true });
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await tell({ do: 'status' })).toMatchObject({ ok: true, transmitters: ['desk-2'], slips: 0 });
    expect(await tell({ do: 'remove', id: 'desk-2' })).toEqual({ done: 'remove', ok: true });
    expect(await tell({ do: 'log' })).toEqual({ done: 'log', ok: true });
    expect(await tell({ do: 'end' })).toEqual({ done: 'end', ok: true });
    expect(steering.hasEnded()).toBe(true);
    const lines = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(2);
    expect(new Set(lines.map((line) => line.data))).toEqual(new Set(frames[0]!.data));
    expect(lines[0]).toMatchObject({ transmitter: 'desk-2', address, type: 3 });
    expect(Math.abs(lines[0].unixMs - Date.now())).toBeLessThan(5000);
  });

  it('answers what it cannot do with the field, what was expected and what to try', async () => {
    const steering = createSteering(openServer());
    const errorOf = async (line: string): Promise<unknown> => JSON.parse(await steering.execute(line));
    expect(await errorOf('{')).toMatchObject({ ok: false, code: 'config-invalid' });
    expect(await errorOf('[]')).toMatchObject({ error: 'line: expected an object, got []' });
    expect(await errorOf('{"do":"toString"}')).toMatchObject({ done: 'toString', ok: false, code: 'config-invalid' });
    expect(await errorOf('{"do":"place","id":"phone","x":"1","y":0}')).toMatchObject({
      error: 'x: expected a number -1000000..1000000, got "1"',
      advice: expect.stringMatching(/^Try: /),
    });
    expect(await errorOf('{"do":"place","id":"phone","x":1,"y":0,"pose":"head"}')).toMatchObject({
      error: 'pose: expected desk, hand, pocket, back-turned, got "head"',
    });
    expect(await errorOf('{"do":"remove","id":"nobody"}')).toMatchObject({ ok: false });
    expect(await errorOf('{"do":"fault","id":"nobody","kind":"unplug"}')).toMatchObject({
      error: 'there is no controller nobody',
    });
    expect(
      await errorOf('{"do":"transmit","id":"d","x":0,"y":0,"address":"nonsense","intervalMs":100,"frames":[]}'),
    ).toMatchObject({ error: 'address: expected six octets like c0:00:00:00:00:01, got "nonsense"' });
  });
});

function openServer(): ReturnType<typeof createAirServer> {
  const server = createAirServer({ seed: 7 });
  cleanups.push(() => server.close());
  return server;
}

async function openController(server: ReturnType<typeof createAirServer>, id: string, xM: number): Promise<string> {
  const radio = await server.openController({ id, socketPath: join(directory, `${id}.sock`) });
  server.place({ id, xM, yM: 0 });
  return radio;
}

interface Host {
  readonly socket: Socket;
  ask(opcode: number, parameters: readonly number[]): Promise<Uint8Array>;
}

/** A host that asks one thing at a time. */
async function openHost(id: string): Promise<Host> {
  const socket = connect(join(directory, `${id}.sock`));
  cleanups.push(() => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  const framer = createH4Framer({ direction: 'from-controller' });
  const waiting: ((packet: Uint8Array) => void)[] = [];
  socket.on('data', (chunk) => {
    for (const item of framer.push(chunk)) if (item.kind === 'packet') waiting.shift()?.(item.packet);
  });
  return {
    socket,
    ask: (opcode, parameters) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        socket.write(Uint8Array.of(1, opcode & 255, opcode >> 8, parameters.length, ...parameters));
      }),
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}
