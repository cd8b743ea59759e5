import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Asked,
  type Attempts,
  type ConnectionEnd,
  connectControl,
  controlUuids,
  decodeStatus,
  encodeStatus,
  noAttempts,
  openControlService,
} from '@deskbeacon/beacon/control';
import {
  type BlenoStack,
  createAdvertiser,
  type HciAdvertiser,
  type NobleStack,
  openRadio,
  startBleno,
  startNoble,
} from '@deskbeacon/beacon/radio';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AirServer, createAirServer } from '../src/air/server.js';

/** Unmodified bleno serves, unmodified noble asks; the air between them is virtual, the time is real. */

const setupCode = new Uint8Array(16).fill(9);
const status = {
  isClaimed: false,
  isClockSynchronised: true,
  exponentK: 9,
  measuredPowerDbm: -59,
  intervalMs: 100,
  clockOffsetS: 0,
  unixMs: 1_700_000_000_000,
  uptimeS: 5,
  wrongAttempts: 0,
  name: 'Desk 12, by the window',
};
const longest: Asked = {
  asks: 'claim',
  ownerKey: new Uint8Array(32).fill(1),
  rootKey: new Uint8Array(32).fill(2),
  settings: {
    organisationUuid: new Uint8Array(16).fill(3),
    exponentK: 9,
    measuredPowerDbm: -59,
    intervalMs: 100,
    clockOffsetS: 0,
    name: 'x'.repeat(48),
  },
};

let directory: string;
let server: AirServer;
let bleno: BlenoStack;
let noble: NobleStack;
let advertiser: HciAdvertiser;
const cleanups: (() => unknown)[] = [];
let done: Asked[] = [];
let ends: ConnectionEnd[] = [];
let attempts: Attempts = noAttempts;
let closeService: () => void = () => {};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'control-'));
  server = createAirServer({ seed: 7 });
  const [desk, phone] = await Promise.all(
    ['desk', 'phone'].map((id) => server.openController({ id, socketPath: join(directory, `${id}.sock`) })),
  );
  server.place({ id: 'phone', xM: 1, yM: 0 });
  const [deskLink, phoneLink] = [await openRadio(desk as string), await openRadio(phone as string)];
  bleno = await startBleno(deskLink);
  noble = await startNoble(phoneLink);
  advertiser = createAdvertiser(deskLink);
  cleanups.push(
    () => noble.close(),
    () => bleno.close(),
    () => phoneLink.close(),
    () => deskLink.close(),
  );
});

afterAll(async () => {
  for (const cleanup of cleanups) await cleanup();
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(() => {
  done = [];
  ends = [];
  attempts = noAttempts;
});

afterEach(() => closeService());

async function serve(limits: { readonly idleMs?: number; readonly admissionMs?: number } = {}): Promise<void> {
  const service = await openControlService(bleno.bleno, {
    admitting: () => ({ credential: 'setup-code', secret: setupCode }),
    attempts: {
      get: () => attempts,
      set: (next) => {
        attempts = next;
      },
    },
    carryOut: async (asked) => {
      done.push(asked);
      return { status: 'done', body: asked.asks === 'status' ? encodeStatus(status) : new Uint8Array(0) };
    },
    nowMs: () => performance.now(),
    onDisconnected: (end) => ends.push(end),
    limits,
  });
  closeService = () => service.close();
  const uuid = Buffer.from(controlUuids.service, 'hex').reverse();
  await advertiser.startConnectable({ intervalMs: 30, data: Uint8Array.of(2, 1, 6, 17, 7, ...uuid) });
}

async function findPeripheral(): Promise<import('@abandonware/noble').Peripheral> {
  const found = new Promise<import('@abandonware/noble').Peripheral>((resolve) => {
    noble.noble.on('discover', function onDiscover(peripheral: import('@abandonware/noble').Peripheral) {
      if (!peripheral.advertisement.serviceUuids?.includes(controlUuids.service)) return;
      noble.noble.removeListener('discover', onDiscover);
      resolve(peripheral);
    });
  });
  await noble.startScanning();
  const peripheral = await found;
  await noble.stopScanning();
  return peripheral;
}

/** The other side hears of an end with the next connection event. */
async function untilEnded(count = 1): Promise<void> {
  for (let i = 0; i < 200 && ends.length < count; i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(ends).toHaveLength(count);
}

describe('the control protocol over GATT', () => {
  it.each([23, 256])('asks and is answered at an MTU of %i, as often as it connects', async (mtu) => {
    // What bleno agrees to at most: an older stack's 23, or its own 256.
    Object.assign((bleno.bleno as never as { _bindings: { _gatt: object } })._bindings._gatt, { maxMtu: mtu });
    await serve();
    const peripheral = await findPeripheral();
    for (const round of [1, 2]) {
      const client = await connectControl(peripheral, 'setup-code', setupCode);
      expect(client.valueOctets).toBe(mtu === 23 ? 20 : 253);
      expect(decodeStatus((await client.ask({ asks: 'status' })).body)).toEqual(status);
      expect(await client.ask(longest)).toMatchObject({ status: 'done' });
      expect(done.slice(-2)).toEqual([{ asks: 'status' }, longest]);
      await client.close();
      await untilEnded(round);
      expect(ends.at(-1)).toEqual({ reason: 'by-central', wasAdmitted: true });
      await advertiser.startConnectable({ intervalMs: 30, data: Uint8Array.of(2, 1, 6) });
    }
  });

  it('admits nobody with another code, and counts him', async () => {
    await serve();
    const peripheral = await findPeripheral();
    await expect(connectControl(peripheral, 'setup-code', new Uint8Array(16))).rejects.toMatchObject({
      code: 'control-refused',
      message: expect.stringContaining('not-admitted'),
    });
    await untilEnded();
    expect(attempts.wrong).toBe(1);
    expect(done).toEqual([]);
  });

  it('ends the connection of whoever says nothing', async () => {
    await serve({ admissionMs: 150 });
    const peripheral = await findPeripheral();
    await peripheral.connectAsync();
    await untilEnded();
    expect(ends).toEqual([{ reason: 'not-admitted-in-time', wasAdmitted: false }]);
  });

  it('ends an idle connection, and whoever asks then is told', async () => {
    await serve({ idleMs: 300 });
    const client = await connectControl(await findPeripheral(), 'setup-code', setupCode);
    await client.ask({ asks: 'status' });
    await untilEnded();
    expect(ends).toEqual([{ reason: 'idle', wasAdmitted: true }]);
    await expect(client.ask({ asks: 'status' })).rejects.toMatchObject({ code: 'control-failed' });
  });
});
