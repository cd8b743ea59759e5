import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Asked,
  type ConnectionEnd,
  controlUuids,
  noAttempts,
  openControlService,
} from '@deskbeacon/beacon/control';
import { type BlenoStack, createAdvertiser, type HciAdvertiser, openRadio, startBleno } from '@deskbeacon/beacon/radio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AirServer, createAirServer } from '../src/air/server.js';
import { type AirProcess, startAir } from '../src/rigs/air-process.js';
import { startChild } from '../src/rigs/child.js';
import { type HostileCentral, openHostileCentral } from '../src/rigs/hostile-central.js';
import { programs } from '../src/rigs/programs.js';
import { createRandomStream } from '../src/study/random-stream.js';

/** What a central without manners can do over the air to bleno, and to the daemon with its limits as they are. */

const isCi = process.env.CI === 'true';
const seed = Number(process.env.SEED ?? 20261125);
const BY_REMOTE_USER = 0x13;
const NON_CONNECTABLE = 3;
const [ATT, SMP] = [4, 6];
const readName = Uint8Array.of(0x0a, 3, 0);
/** Each of them once ended the daemon. */
const deadly: readonly (readonly [number, readonly number[]])[] = [
  [ATT, []],
  [ATT, [0x06, 1, 0, 0xff, 0xff, 0, 0x28]],
  [ATT, [0x08, 1, 0, 0xff, 0xff]],
  [ATT, [0x10, 1, 0, 0xff, 0xff]],
  [SMP, [0x03, ...new Uint8Array(16)]],
  [SMP, [0x04, ...new Uint8Array(16)]],
];

describe('bleno with the service, on the air with a hostile central', () => {
  const ATTACKERS = 100;
  const ADMISSION_MS = 100;
  const FRAGMENTS = isCi ? 30_000 : 5_000;
  let directory: string;
  let server: AirServer;
  let bleno: BlenoStack;
  let advertiser: HciAdvertiser;
  let central: HostileCentral;
  const cleanups: (() => unknown)[] = [];
  const done: Asked[] = [];
  const ends: ConnectionEnd[] = [];
  const uuid = Buffer.from(controlUuids.service, 'hex').reverse();
  const advertise = (): Promise<void> =>
    advertiser.startConnectable({ intervalMs: 20, data: Uint8Array.of(2, 1, 6, 17, 7, ...uuid) });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hostile-'));
    server = createAirServer({ seed });
    const [desk, phone] = await Promise.all(
      ['desk', 'phone'].map((id) => server.openController({ id, socketPath: join(directory, `${id}.sock`) })),
    );
    server.place({ id: 'phone', xM: 1, yM: 0 });
    const link = await openRadio(desk as string);
    bleno = await startBleno(link);
    advertiser = createAdvertiser(link);
    central = await openHostileCentral(phone as string);
    cleanups.push(
      () => central.close(),
      () => bleno.close(),
      () => link.close(),
    );
  });
  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function serve(admissionMs: number): ReturnType<typeof openControlService> {
    return openControlService(bleno.bleno, {
      admitting: () => ({ credential: 'setup-code', secret: new Uint8Array(16).fill(9) }),
      attempts: { get: () => noAttempts, set: () => {} },
      carryOut: async (asked) => {
        done.push(asked);
        return { status: 'done', body: new Uint8Array(0) };
      },
      nowMs: () => performance.now(),
      onDisconnected: (end) => ends.push(end),
      limits: { admissionMs, idleMs: 600_000 },
    });
  }

  it(`sends ${ATTACKERS} who connect and hold away within the limit, one after the other`, async () => {
    const service = await serve(ADMISSION_MS);
    const heldMs: number[] = [];
    for (let attacker = 0; attacker < ATTACKERS; attacker += 1) {
      await advertise();
      const connection = await central.connect(5000);
      if (connection === undefined) throw new Error(`attacker ${attacker} did not come in`);
      const end = await connection.ended;
      expect(end.reason).toBe(BY_REMOTE_USER);
      heldMs.push(end.heldMs);
      // Its own side hears of the end one connection event later.
      await untilTrue('the beacon has heard of the end', () => ends.length === attacker + 1);
    }
    service.close();
    process.stdout.write(`${ATTACKERS} attackers held for ${Math.round(Math.max(...heldMs))} ms at most\n`);
    expect(Math.max(...heldMs)).toBeLessThan(ADMISSION_MS + 400);
    expect(ends).toHaveLength(ATTACKERS);
    expect(ends.every(({ reason }) => reason === 'not-admitted-in-time')).toBe(true);
    expect(done).toEqual([]);
  }, 180_000);

  it(`reads ${FRAGMENTS} hostile fragments, and then a question`, async () => {
    const service = await serve(600_000);
    await advertise();
    const connection = await central.connect(5000);
    if (connection === undefined) throw new Error('nobody was let in');
    for (const [channel, pdu] of deadly) await connection.sendPdu(channel, Uint8Array.from(pdu));
    const random = createRandomStream(seed, 'hostile');
    const octet = (): number => Math.floor(random.uniform() * 256);
    const beganMs = performance.now();
    for (let sent = 0; sent < FRAGMENTS; sent += 1) {
      const octets = Uint8Array.from({ length: Math.floor(random.uniform() * 24) }, octet);
      // Half of them could be the beginning of something: a length that may fit, and a channel that is listened to.
      const isFirst = random.uniform() < 0.6;
      if (isFirst && octets.length > 4) octets.set([octets.length - 4 + (sent % 2), 0, sent % 5 === 0 ? SMP : ATT, 0]);
      if (!(await connection.sendFragment(isFirst, octets))) throw new Error(`the connection ended after ${sent}`);
    }
    const tookS = (performance.now() - beganMs) / 1000;
    await connection.sendPdu(ATT, Uint8Array.of(0x02, 23, 0));
    await connection.sendPdu(ATT, readName);
    await untilTrue('the question is answered', () => connection.takeReceived().some((piece) => piece[4] === 0x0b));
    process.stdout.write(
      `${FRAGMENTS} fragments in ${tookS.toFixed(1)} s (${Math.round(FRAGMENTS / tookS)}/s), ${bleno.malformed()} PDUs refused, seed ${seed}\n`,
    );
    expect(bleno.malformed()).toBeGreaterThan(FRAGMENTS / 10);
    expect(done).toEqual([]);
    connection.disconnect();
    await connection.ended;
    service.close();
  }, 300_000);
});

describe('the daemon, with its limits as they are', () => {
  const WINDOW_MS = 60_000;
  const HOLD_LIMIT_MS = 10_000;
  let directory: string;
  let air: AirProcess;
  let central: HostileCentral;
  let daemon: ReturnType<typeof startChild>;
  const said: { readonly event: string; readonly atMs: number }[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hostile-daemon-'));
    const configuration = join(directory, 'deskbeacond.toml');
    const lines = [
      `organisation_uuid = "${'00'.repeat(16)}"`,
      `state_directory = "${join(directory, 'state')}"`,
      'pairing_minutes = 1',
    ];
    writeFileSync(configuration, `${lines.join('\n')}\n`);
    air = await startAir(seed);
    for (const id of ['desk', 'phone'])
      await air.order({ do: 'controller', id, socket: join(directory, `${id}.sock`) });
    central = await openHostileCentral(`h4:unix:${join(directory, 'phone.sock')}`);
    const radio = `h4:unix:${join(directory, 'desk.sock')}`;
    daemon = startChild({
      name: 'deskbeacond',
      command: [programs.daemon, 'run', '--config', configuration, '--radio', radio, '--log-format', 'json'],
      messagesOn: 'stderr',
      onMessage: (message) => said.push({ event: (message as { event: string }).event, atMs: performance.now() }),
    });
    await untilTrue('the window is open', () => said.some(({ event }) => event === 'pairing-window'), 30_000);
  }, 40_000);
  afterAll(async () => {
    await daemon?.end('SIGTERM', 3000);
    await central?.close();
    await air?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('outlives a window full of attackers who hold and send what is deadly, and is on the air right after', async () => {
    const openedMs = said.find(({ event }) => event === 'pairing-window')?.atMs ?? 0;
    const isOnAir = (): boolean => said.some(({ event }) => event === 'advertising');
    const heldMs: number[] = [];
    while (!isOnAir() && performance.now() < openedMs + WINDOW_MS + 3 * HOLD_LIMIT_MS) {
      const connection = await central.connect(1000);
      if (connection === undefined) continue;
      for (const [channel, pdu] of deadly) await connection.sendPdu(channel, Uint8Array.from(pdu));
      heldMs.push((await connection.ended).heldMs);
    }
    const darkMs = (said.find(({ event }) => event === 'advertising')?.atMs ?? Number.POSITIVE_INFINITY) - openedMs;
    process.stdout.write(
      `${heldMs.length} attackers, held for ${Math.round(Math.max(...heldMs))} ms at most; frames ${Math.round(darkMs)} ms after the window opened\n`,
    );
    expect(heldMs.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...heldMs)).toBeLessThan(HOLD_LIMIT_MS + 1500);
    expect(darkMs).toBeLessThan(WINDOW_MS + HOLD_LIMIT_MS + 3000);
    expect(await daemon.hasEnded(0)).toBe(false);
  }, 150_000);

  it('lets nobody connect in service', async () => {
    const before = central.heardOfType(NON_CONNECTABLE);
    expect(await central.connect(3000)).toBeUndefined();
    expect(central.heardOfType(NON_CONNECTABLE) - before).toBeGreaterThan(10);
  });
});

async function untilTrue(what: string, isSo: () => boolean, limitMs = 10_000): Promise<void> {
  const lastMs = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > lastMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
