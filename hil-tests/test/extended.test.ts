import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createH4Framer,
  createHciCommands,
  eventCodes,
  opcodes,
  openRadio,
  readOpcode,
} from '@deskbeacon/beacon/radio';
import { encodeHex } from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Btvirt, startBtvirt, whyNoBtvirt } from '../src/rigs/btvirt.js';
import { type DaemonOnRig, startDaemonOn } from '../src/rigs/daemon-on-rig.js';
import { mustSkip } from '../src/rigs/require-rig.js';

/** Beside its LE-only controllers the emulator serves these: they carry out extended commands, on three sets. */
const EMULATED = '/tmp/bt-server-bredrle';
/** LE feature bit 12, which they do not announce: octet 1 of the features, after status and header of the event. */
const FEATURE_OCTET = 8;
const EXTENDED_ADVERTISING = 0x10;
/** An identity lasts nine hours, so that no test run sees it change. */
const EXPONENT_K = 15;
const LISTEN_MS = 600;
const LE_SET_EXTENDED_SCAN_PARAMETERS = 0x2041;
const LE_SET_EXTENDED_SCAN_ENABLE = 0x2042;
const EXTENDED_REPORT = 0x0d;
const LEGACY_NONCONNECTABLE = 0x0010;

const skipped = mustSkip('btvirt', whyNoBtvirt());
const legacy: readonly number[] = [
  opcodes.leSetAdvertisingParameters,
  opcodes.leSetAdvertisingData,
  opcodes.leSetScanResponseData,
  opcodes.leSetAdvertisingEnable,
  opcodes.leReadAdvertisingPhysicalChannelTxPower,
];

describe.skipIf(skipped)(
  `the daemon on advertising sets of BlueZ's emulator${skipped ? ` (${whyNoBtvirt()})` : ''}`,
  () => {
    let directory: string;
    let emulator: Btvirt;
    let announcing: Server;
    let daemon: DaemonOnRig;
    let exitCode: number | null;
    const sent: number[] = [];
    let heard: readonly HeardOnSets[];

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'deskbeacon-test-'));
      emulator = await startBtvirt();
      const socket = join(directory, 'announcing.sock');
      announcing = await announceExtended(socket, (opcode) => sent.push(opcode));
      const frames = ['extended = true', 'tx_power_dbm = 4'];
      daemon = await startDaemonOn({ radio: `h4:unix:${socket}`, directory, exponentK: EXPONENT_K, frames });
      heard = await listen();
      exitCode = await daemon.stop();
    });

    afterAll(async () => {
      announcing?.close();
      await emulator?.stop();
      await rm(directory, { recursive: true, force: true });
    });

    it('is heard with three frames at once, byte for byte as its keys say, from its private address', () => {
      const expected = daemon.framesAt(Date.now());
      expect(heard).toHaveLength(3);
      expect(new Set(heard.map(({ address }) => address))).toEqual(new Set([expected.address]));
      const data = heard.map((report) => report.data);
      expect(data).toEqual(expect.arrayContaining([...expected.data]));
      expect(data.filter((text) => text.includes('16aafe2001'))).toHaveLength(1);
    });

    it('sends legacy PDUs that nobody can connect to, so that every phone hears them', () => {
      expect(new Set(heard.map(({ type }) => type))).toEqual(new Set([LEGACY_NONCONNECTABLE]));
    });

    it('was set up with extended commands alone, and cleared at the end', () => {
      expect(sent.filter((opcode) => legacy.includes(opcode))).toEqual([]);
      expect(sent.filter((opcode) => opcode === opcodes.leSetExtendedAdvertisingParameters)).toHaveLength(3);
      expect(sent.at(-1)).toBe(opcodes.leClearAdvertisingSets);
      expect(exitCode).toBe(0);
    });
  },
);

/** Stands between daemon and emulator, and announces what the emulator can. */
async function announceExtended(path: string, onCommand: (opcode: number) => void): Promise<Server> {
  const server = createServer((host) => {
    const controller = connect(EMULATED);
    const fromHost = createH4Framer({ direction: 'from-host' });
    const fromController = createH4Framer({ direction: 'from-controller' });
    host.on('data', (chunk) => {
      for (const item of fromHost.push(chunk)) {
        if (item.kind !== 'packet') continue;
        const opcode = readOpcode(item.packet);
        if (opcode !== undefined) onCommand(opcode);
        controller.write(item.packet);
      }
    });
    controller.on('data', (chunk) => {
      for (const item of fromController.push(chunk)) {
        if (item.kind !== 'packet') continue;
        const packet = item.packet.slice();
        const isFeatures = packet[1] === 0x0e && packet[4] === 0x03 && packet[5] === 0x20;
        if (isFeatures) packet[FEATURE_OCTET] = (packet[FEATURE_OCTET] ?? 0) | EXTENDED_ADVERTISING;
        host.write(packet);
      }
    });
    for (const [one, other] of [
      [host, controller],
      [controller, host],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return server;
}

interface HeardOnSets {
  readonly type: number;
  readonly address: string;
  readonly data: string;
}

/** What another controller of the emulator hears of extended scanning: once whatever is on the air when it is switched on. */
async function listen(): Promise<readonly HeardOnSets[]> {
  const link = await openRadio(`h4:unix:${EMULATED}`);
  const commands = createHciCommands(link);
  const heard: HeardOnSets[] = [];
  link.onPacket((packet) => {
    if (packet[1] === eventCodes.leMeta && packet[3] === EXTENDED_REPORT) heard.push(readReport(packet));
  });
  await commands.issue(opcodes.setEventMask, new Uint8Array(8).fill(0xff));
  await commands.issue(opcodes.leSetEventMask, new Uint8Array(8).fill(0xff));
  // Public address, all advertisers, on 1M: passive, interval and window 10 ms.
  await commands.issue(LE_SET_EXTENDED_SCAN_PARAMETERS, Uint8Array.of(0, 0, 1, 0, 0x10, 0, 0x10, 0));
  await commands.issue(LE_SET_EXTENDED_SCAN_ENABLE, Uint8Array.of(1, 0, 0, 0, 0, 0));
  await pause(LISTEN_MS);
  commands.close();
  await link.close();
  return heard;
}

/**
 * The first report of an event (Core Vol 4 Part E §7.7.65.13).
 * | octets | 5–6 | 7 | 8–13 | 14–27 | 28 | 29– |
 * |---|---|---|---|---|---|---|
 * | | type | address type | address | PHYs, SID, powers, periodic, direct | length | data |
 */
function readReport(packet: Uint8Array): HeardOnSets {
  const address = [...packet.subarray(8, 14)].reverse().map((octet) => octet.toString(16).padStart(2, '0'));
  return {
    type: (packet[5] ?? 0) | ((packet[6] ?? 0) << 8),
    address: address.join(':'),
    data: encodeHex(packet.slice(29, 29 + (packet[28] ?? 0))),
  };
}
