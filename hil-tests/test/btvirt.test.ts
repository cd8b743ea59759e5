import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type AdvertisingReport, openRadio, readBtsnoop, startNoble } from '@deskbeacon/beacon/radio';
import {
  compileLookup,
  createCall,
  decodeAdvertisement,
  encodeHex,
  type Frame,
  fromNobleReport,
  type ProfileBeacon,
  type SiteProfile,
  step,
} from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CapturedReport, readAdvertisingReports } from '../src/evidence/advertising-reports.js';
import { tsharkAdvertisements, whyNoTshark } from '../src/evidence/tshark.js';
import { type Btvirt, startBtvirt, whyNoBtvirt } from '../src/rigs/btvirt.js';
import { type DaemonOnRig, startDaemonOn } from '../src/rigs/daemon-on-rig.js';
import { mustSkip } from '../src/rigs/require-rig.js';

/** How often scanning is restarted: btvirt reports an advertisement once, when scanning or advertising is switched on. */
const RESTARTS = 24;
/** Out of step with the 131 ms after which the daemon changes its frame. */
const BETWEEN_RESTARTS_MS = 97;
const REPORT_LIMIT_MS = 2_000;
/** An identity lasts nine hours, so that no test run sees it change. */
const EXPONENT_K = 15;

const skipped = mustSkip('btvirt', whyNoBtvirt());
const noTshark = mustSkip('tshark', whyNoTshark()) ? ` (${whyNoTshark()})` : '';

describe.skipIf(skipped)(`the daemon heard over BlueZ's emulator${skipped ? ` (${whyNoBtvirt()})` : ''}`, () => {
  let directory: string;
  let emulator: Btvirt;
  let daemon: DaemonOnRig;
  let capture: string;
  let captured: readonly CapturedReport[];
  const reports: AdvertisingReport[] = [];
  const heardPerRestart: number[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacon-test-'));
    capture = join(directory, 'phone.btsnoop');
    emulator = await startBtvirt();
    // tshark and this test know the two frames that a phone decides by.
    const frames = ['etlm = false'];
    daemon = await startDaemonOn({ radio: emulator.radio, directory, exponentK: EXPONENT_K, frames });
    const link = await openRadio(`${emulator.radio}?btsnoop=${encodeURIComponent(capture)}`);
    const noble = await startNoble(link);
    noble.onReport((report) => reports.push(report));
    for (let i = 0; i < RESTARTS; i += 1) {
      const before = reports.length;
      await noble.startScanning();
      await pause(BETWEEN_RESTARTS_MS);
      const lastMs = performance.now() + REPORT_LIMIT_MS;
      while (reports.length === before && performance.now() < lastMs) await pause(10);
      await noble.stopScanning();
      heardPerRestart.push(reports.length - before);
    }
    noble.close();
    await link.close();
    const reading = readBtsnoop(await readFile(capture));
    if (!reading.ok) throw new Error(reading.reason);
    captured = readAdvertisingReports(reading.records);
  });

  afterAll(async () => {
    await daemon?.stop();
    await emulator?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('is heard once each time scanning was restarted, and is not connectable', () => {
    expect(heardPerRestart).toEqual(new Array(RESTARTS).fill(1));
    expect(new Set(reports.map(({ type }) => type))).toEqual(new Set([3]));
  });

  it('arrives byte for byte as the keys on disk say, both frames, from a non-resolvable private address', () => {
    const heard = new Set(reports.map(({ data }) => encodeHex(data)));
    const expected = daemon.framesAt(Date.now());
    expect([...heard].sort()).toEqual([...expected.data].sort());
    for (const { address, addressType } of reports) {
      expect(address).toBe(expected.address);
      expect(addressType).toBe('random');
    }
  });

  it("reaches noble's HCI layer with the fields that the octets on the link have", () => {
    const fields = captured.map(({ atUs: _atUs, ...report }) => report);
    expect(reports.map(({ atMs: _atMs, ...report }) => report)).toEqual(fields);
  });

  it('parses into the fields that were meant', () => {
    const frames = reports.map(({ data }) => frameOf(data));
    const own = daemon.profileBeacon;
    const lookup = compileLookup(profileWith(daemon.organisationUuid, own), Date.now());
    for (const frame of frames) {
      if (frame.kind === 'eddystone-eid') expect(lookup.eids[encodeHex(frame.eid)]).toBe(own.desk);
      else if (frame.kind === 'ibeacon') expect(frame.measuredPowerDbm).toBe(own.measuredPowerDbm);
      else throw new Error(`unexpected frame ${frame.kind}`);
    }
    expect(new Set(frames.map(({ kind }) => kind))).toEqual(new Set(['ibeacon', 'eddystone-eid']));
  });

  it('comes without a level (RSSI 127), and a phone that hears it so rings', () => {
    expect(new Set(reports.map(({ rssiDbm }) => rssiDbm))).toEqual(new Set([127]));
    const profile = profileWith(daemon.organisationUuid, daemon.profileBeacon);
    let state = step(createCall({ profile, wallClockMs: Date.now() }), { t: 0, event: 'call' }).state;
    state = step(state, { t: 1, event: 'scan-started' }).state;
    const events = reports.flatMap((report, i) => fromNobleReport(report, 2 + i * 50));
    expect(events).toHaveLength(reports.length);
    for (const event of events) state = step(state, event).state;
    state = step(state, { t: 1500, event: 'tick' }).state;
    expect(state.decision).toMatchObject({ decision: 'ring', reason: 'no-usable-level' });
  });

  it.skipIf(noTshark !== '')(
    `reads the same to tshark as to our decoder, from the capture of the link${noTshark}`,
    async ({ annotate }) => {
      const { advertisements, ibeaconBy } = await tsharkAdvertisements(capture);
      await annotate(`tshark: UUID, major, minor and power by its ${ibeaconBy}`);
      expect(advertisements).toHaveLength(RESTARTS);
      expect(advertisements).toEqual(captured.map(({ data }) => fieldsOf(frameOf(data))));
      expect(new Set(advertisements.map(({ kind }) => kind))).toEqual(new Set(['ibeacon', 'eddystone-eid']));
    },
  );
});

function frameOf(data: Uint8Array): Frame {
  const decoded = decodeAdvertisement(data);
  if (!decoded.ok) throw new Error(decoded.reason);
  const [frame] = decoded.frames;
  if (frame === undefined) throw new Error(`no frame in ${encodeHex(data)}`);
  return frame;
}

/** What both decoders name: UUID, major, minor and power of an iBeacon-format frame; power and EID of the other. */
function fieldsOf(frame: Frame): Record<string, string | number> {
  if (frame.kind === 'ibeacon') {
    const { proximityUuid, major, minor, measuredPowerDbm } = frame;
    return { kind: 'ibeacon', uuid: encodeHex(proximityUuid), major, minor, powerDbm: measuredPowerDbm };
  }
  if (frame.kind === 'eddystone-eid')
    return { kind: 'eddystone-eid', powerDbm: frame.txPowerAt0mDbm, eid: encodeHex(frame.eid) };
  return { kind: frame.kind };
}

function profileWith(organisationUuid: string, own: ProfileBeacon): SiteProfile {
  return {
    deskbeacon: 'site-profile',
    version: 1,
    site: 'rig',
    organisationUuid,
    ownDesks: [own.desk],
    beacons: [own],
    policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
    model: { calibration: 'none' },
    ringAll: false,
  };
}
