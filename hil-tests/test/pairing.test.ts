import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Peripheral } from '@abandonware/noble';
import {
  type BeaconSettings,
  connectControl,
  controlUuids,
  decodeStatus,
  parseSetupCode,
  tagOf,
} from '@deskbeacon/beacon/control';
import { profileBeacon } from '@deskbeacon/beacon/identity';
import { type AdvertisingReport, type NobleStack, openRadio, startNoble } from '@deskbeacon/beacon/radio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AirProcess, startAir } from '../src/rigs/air-process.js';
import { startChild } from '../src/rigs/child.js';
import { framesOf } from '../src/rigs/frames-of.js';
import { programs } from '../src/rigs/programs.js';

/** The real daemon, paired by unmodified noble: from the label's code to its new identity on the air. */

const ownerKey = new Uint8Array(32).fill(7);
const rootKey = new Uint8Array(32).fill(8);
const settings: BeaconSettings = {
  organisationUuid: new Uint8Array(16).fill(0xab),
  exponentK: 9,
  measuredPowerDbm: -61,
  intervalMs: 100,
  clockOffsetS: 17,
  name: 'Desk 12',
};
const SERVICE_DATA = 0x21;
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

describe('a daemon that nobody owns', () => {
  let directory: string;
  let configuration: string;
  let air: AirProcess;
  let noble: NobleStack;
  let closeLink: () => Promise<void>;
  let daemon: ReturnType<typeof startDaemon>;
  const reports: AdvertisingReport[] = [];
  const messages: string[] = [];

  function startDaemon() {
    const radio = `h4:unix:${join(directory, 'desk.sock')}`;
    const command = [programs.daemon, 'run', '--config', configuration, '--radio', radio, '--log-format', 'json'];
    const onMessage = (message: unknown): void =>
      void messages.push((message as { readonly event?: string }).event ?? '');
    return startChild({ name: 'deskbeacond', command, messagesOn: 'stderr', onMessage });
  }

  /** Each thing it says is waited for once. */
  async function said(event: string): Promise<void> {
    for (let i = 0; i < 1500; i += 1) {
      const at = messages.indexOf(event);
      if (at >= 0) {
        messages.splice(0, at + 1);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`the daemon did not say ${event}: ${daemon.lastWords()}`);
  }

  async function setupCode(): Promise<{ readonly code: Uint8Array; readonly isClaimed: boolean }> {
    const told = (await ask('setup-code')) as { readonly qr: string; readonly isClaimed: boolean };
    const parsed = parseSetupCode(told.qr);
    if (!parsed.ok) throw new Error(parsed.reason);
    return { code: parsed.code, isClaimed: told.isClaimed };
  }

  /** What advertises the service, and what its scan response says behind the UUID. */
  async function findBeacon(): Promise<{ readonly peripheral: Peripheral; readonly told: string }> {
    const uuid = Buffer.from(controlUuids.service, 'hex').reverse().toString('hex');
    const found = new Promise<Peripheral>((resolve) => {
      noble.noble.on('discover', (peripheral: Peripheral) => {
        if (peripheral.advertisement.serviceUuids?.includes(controlUuids.service)) resolve(peripheral);
      });
    });
    await noble.startScanning();
    const peripheral = await found;
    const answer = await heard(({ type, data }) => type === 4 && data[1] === SERVICE_DATA);
    await noble.stopScanning();
    return { peripheral, told: hex(answer.data).split(uuid)[1] ?? '' };
  }

  async function heard(isIt: (report: AdvertisingReport) => boolean): Promise<AdvertisingReport> {
    const from = reports.length;
    for (let i = 0; i < 1000; i += 1) {
      const found = reports.slice(from).find(isIt);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('not heard within 10 s');
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacon-pairing-'));
    configuration = join(directory, 'deskbeacond.toml');
    const lines = [
      `organisation_uuid = "${'00'.repeat(16)}"`,
      `state_directory = "${join(directory, 'state')}"`,
      'pairing_minutes = 5',
      `control_socket = "${join(directory, 'control.sock')}"`,
    ];
    await writeFile(configuration, `${lines.join('\n')}\n`);
    air = await startAir(3);
    for (const id of ['desk', 'phone'])
      await air.order({ do: 'controller', id, socket: join(directory, `${id}.sock`) });
    const link = await openRadio(`h4:unix:${join(directory, 'phone.sock')}`);
    closeLink = () => link.close();
    noble = await startNoble(link);
    noble.onReport((report) => reports.push(report));
    daemon = startDaemon();
    await said('pairing-window');
  }, 40_000);

  afterAll(async () => {
    await daemon?.end('SIGTERM', 3000);
    noble?.close();
    await closeLink?.();
    await air?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('says which label is its own, and sends no frame meanwhile', async () => {
    const { told } = await findBeacon();
    const { code, isClaimed } = await setupCode();
    expect(told).toBe(`0100${hex(tagOf('setup-code', code))}`);
    expect(isClaimed).toBe(false);
    expect(reports.filter(({ data }) => hex(data).includes('aafe30'))).toEqual([]);
  });

  it('admits no other code', async () => {
    const { peripheral } = await findBeacon();
    const wrong = connectControl(peripheral, 'setup-code', new Uint8Array(16));
    await expect(wrong).rejects.toMatchObject({ code: 'control-refused' });
    await said('wrong-key');
  });

  it('is claimed with its code, and then on the air with the keys and settings of its owner', async () => {
    const { peripheral } = await findBeacon();
    const client = await connectControl(peripheral, 'setup-code', (await setupCode()).code);
    expect(decodeStatus((await client.ask({ asks: 'status' })).body)).toMatchObject({
      isClaimed: false,
      wrongAttempts: 1,
    });
    expect(await client.ask({ asks: 'rotate-keys', rootKey })).toMatchObject({ status: 'not-claimed' });
    expect(await client.ask({ asks: 'claim', ownerKey, rootKey, settings })).toMatchObject({ status: 'done' });
    // Asked again, as by somebody who did not hear the answer; and by somebody else.
    expect(await client.ask({ asks: 'claim', ownerKey, rootKey, settings })).toMatchObject({ status: 'done' });
    const other = new Uint8Array(32);
    expect(await client.ask({ asks: 'claim', ownerKey: other, rootKey, settings })).toMatchObject({
      status: 'claimed-already',
    });
    expect(decodeStatus((await client.ask({ asks: 'status' })).body)).toMatchObject({
      isClaimed: true,
      name: 'Desk 12',
    });
    await client.close();
    await said('advertising');
    await hearOwnFrames();
    expect((await setupCode()).isClaimed).toBe(true);
  });

  it('cannot be connected to any more, also after a power cut', async () => {
    await daemon.end('SIGKILL', 3000);
    daemon = startDaemon();
    await said('advertising');
    const from = reports.length;
    await hearOwnFrames();
    // 3: ADV_NONCONN_IND.
    expect(new Set(reports.slice(from).map(({ type }) => type))).toEqual(new Set([3]));
  });

  it('lets its owner in when asked to on its machine, and nobody with the old label', async () => {
    const before = (await setupCode()).code;
    await ask('pair-window', '--minutes', '2');
    await said('pairing-window');
    const { peripheral, told } = await findBeacon();
    expect(told).toBe(`0101${hex(tagOf('owner-key', ownerKey))}`);
    await expect(connectControl(peripheral, 'setup-code', before)).rejects.toMatchObject({ code: 'control-refused' });
    const client = await connectControl(peripheral, 'owner-key', ownerKey);
    expect(await client.ask({ asks: 'configure', settings: { ...settings, name: 'Desk 13' } })).toMatchObject({
      status: 'done',
    });
    expect(await client.ask({ asks: 'release' })).toMatchObject({ status: 'done' });
    await client.close();
    await said('advertising');
    expect((await setupCode()).code).not.toEqual(before);
    expect(await ask('status')).toMatchObject({ isClaimed: false, windowLeftS: 0, isClockHeld: false });
  });

  async function ask(...request: readonly string[]): Promise<unknown> {
    const command = [programs.daemon, ...request, '--config', configuration, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    return JSON.parse(stdout);
  }

  async function hearOwnFrames(): Promise<void> {
    const told = profileBeacon({ ...settings, rootKey, desk: 'd-12', days: 1, nowUnixMs: Date.now() });
    const expected = framesOf(told, hex(settings.organisationUuid), Date.now());
    await noble.startScanning();
    for (const frame of expected.data) await heard(({ data }) => hex(data) === frame);
    await noble.stopScanning();
  }
});
