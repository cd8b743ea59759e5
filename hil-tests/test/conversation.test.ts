import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BtsnoopRecord, readBtsnoop } from '@deskbeacon/beacon/radio';
import type { ProfileBeacon, SiteProfile } from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CapturedReport, readAdvertisingReports } from '../src/evidence/advertising-reports.js';
import { type Conversation, diffConversations, readConversation } from '../src/evidence/conversation.js';
import { type DifferenceRow, isSpokenOf, readDifferenceTable } from '../src/evidence/difference-table.js';
import { startAir } from '../src/rigs/air-process.js';
import { startBtvirt, whyNoBtvirt } from '../src/rigs/btvirt.js';
import { startChild } from '../src/rigs/child.js';
import { startDaemonOn } from '../src/rigs/daemon-on-rig.js';
import { programs } from '../src/rigs/programs.js';
import { mustSkip } from '../src/rigs/require-rig.js';

/** An identity lasts nine hours, and both daemons have the same keys: both say the same to their controllers. */
const EXPONENT_K = 15;
const ORGANISATION_UUID = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
/** Far enough that the phone listens to the end of its time. */
const PHONE_DISTANCE_M = 6;
const SEED = 7;
const START_LIMIT_MS = 15_000;
const CALL_LIMIT_MS = 10_000;
const END_LIMIT_MS = 3_000;

const table = fileURLToPath(new URL('../../docs/controllers.md', import.meta.url));
const programNames = ['daemon', 'phone'] as const;
interface Conversations extends Readonly<Record<(typeof programNames)[number], Conversation>> {
  /** What the phone heard. */
  readonly reports: readonly CapturedReport[];
}

const skipped = mustSkip('btvirt', whyNoBtvirt());

describe.skipIf(skipped)(
  `what bleno and noble say to our controller and to btvirt${skipped ? ` (${whyNoBtvirt()})` : ''}`,
  () => {
    let directory: string;
    let ours: Conversations;
    let theirs: Conversations;
    let rows: readonly DifferenceRow[];

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'deskbeacon-test-'));
      rows = readDifferenceTable(await readFile(table, 'utf8'));
      ours = await talkToAir(directory);
      theirs = await talkToBtvirt(directory);
    });

    afterAll(() => rm(directory, { recursive: true, force: true }));

    it('is a whole conversation: reset, initialised, on the air or scanning, and silent at the end', () => {
      for (const { daemon, phone } of [ours, theirs]) {
        expect(opcodesOf(daemon)).toEqual(expect.arrayContaining([0x0c03, 0x1009, 0x2005, 0x2006, 0x2008, 0x200a]));
        expect(opcodesOf(phone)).toEqual(expect.arrayContaining([0x0c03, 0x1009, 0x200b, 0x200c]));
        expect(lastParametersOf(daemon, 0x200a)).toBe('00');
        expect(lastParametersOf(phone, 0x200c)).toBe('00 01');
        expect([...daemon.exchanges, ...phone.exchanges].filter(({ answer }) => answer === 'no answer')).toEqual([]);
      }
    });

    it('reaches the phone as the daemon set it, data and address', () => {
      for (const { daemon, reports } of [ours, theirs]) {
        const parametersOf = (asked: number): readonly string[] =>
          daemon.exchanges.filter(({ opcode }) => opcode === asked).map(({ parameters }) => parameters);
        const addresses = parametersOf(0x2005).map((octets) => octets.split(' ').reverse().join(':'));
        for (const { address, data } of reports) {
          expect(parametersOf(0x2008)).toContain(padded(data));
          expect(addresses).toContain(address);
        }
        expect(reports.length).toBeGreaterThan(0);
      }
    });

    for (const program of programNames) {
      it(`differs for the ${program} only in what docs/controllers.md explains`, () => {
        const differences = diffConversations(ours[program], theirs[program]);
        const known = rows.filter((row) => row.program === program);
        expect(differences.filter((difference) => !known.some((row) => isSpokenOf(difference, row)))).toEqual([]);
      });

      it(`still differs for the ${program} in every row of docs/controllers.md`, () => {
        const differences = diffConversations(ours[program], theirs[program]);
        const known = rows.filter((row) => row.program === program);
        expect(known.filter((row) => !differences.some((difference) => isSpokenOf(difference, row)))).toEqual([]);
      });
    }

    it('has no row in docs/controllers.md for a program that is not run here', () => {
      expect(
        rows.map(({ program }) => program).filter((name) => !programNames.some((known) => known === name)),
      ).toEqual([]);
    });
  },
);

async function talkToAir(directory: string): Promise<Conversations> {
  const air = await startAir(SEED);
  try {
    for (const [id, x] of [
      ['desk', 0],
      ['phone', PHONE_DISTANCE_M],
    ] as const) {
      await air.order({ do: 'controller', id, socket: join(directory, `${id}.sock`) });
      await air.order({ do: 'place', id, x, y: 0 });
    }
    const radios = { daemon: `h4:unix:${directory}/desk.sock`, phone: `h4:unix:${directory}/phone.sock` };
    return await talk(directory, 'air', radios);
  } finally {
    await air.stop();
  }
}

async function talkToBtvirt(directory: string): Promise<Conversations> {
  const emulator = await startBtvirt();
  try {
    return await talk(directory, 'btvirt', { daemon: emulator.radio, phone: emulator.radio });
  } finally {
    await emulator.stop();
  }
}

/** The daemon advertises, the phone starts, takes one call and ends, the daemon ends. */
async function talk(
  directory: string,
  rig: string,
  radios: { readonly daemon: string; readonly phone: string },
): Promise<Conversations> {
  await mkdir(join(directory, rig));
  const captureOf = (program: string): string => join(directory, rig, `${program}.btsnoop`);
  const withCapture = (program: 'daemon' | 'phone'): string =>
    `${radios[program]}?btsnoop=${encodeURIComponent(captureOf(program))}`;
  const radio = withCapture('daemon');
  const organisationUuid = ORGANISATION_UUID;
  const daemon = await startDaemonOn({ radio, directory, exponentK: EXPONENT_K, organisationUuid });
  try {
    const profile = join(directory, rig, 'profile.json');
    await writeFile(profile, JSON.stringify(profileWith(daemon.profileBeacon)));
    await takeOneCall(withCapture('phone'), profile);
  } finally {
    await daemon.stop();
  }
  const [daemonRecords, phoneRecords] = [await recordsIn(captureOf('daemon')), await recordsIn(captureOf('phone'))];
  return {
    daemon: readConversation(daemonRecords),
    phone: readConversation(phoneRecords),
    reports: readAdvertisingReports(phoneRecords),
  };
}

async function takeOneCall(radio: string, profile: string): Promise<void> {
  const phone = startChild({ name: 'the phone', command: [programs.phone, radio, profile] });
  const says =
    (word: string) =>
    (message: unknown): message is object =>
      (message as { news?: string }).news === word;
  const ended = new Promise<void>((resolve) => phone.process.once('close', () => resolve()));
  try {
    await phone.expect(says('ready'), START_LIMIT_MS);
    const report = phone.expect(says('report'), CALL_LIMIT_MS);
    phone.tell({ call: 'c-1', deadlineMs: 1500 });
    await report;
    phone.process.stdin?.end();
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, END_LIMIT_MS).unref())]);
  } finally {
    await phone.end('SIGTERM', END_LIMIT_MS);
  }
}

async function recordsIn(file: string): Promise<readonly BtsnoopRecord[]> {
  const reading = readBtsnoop(await readFile(file));
  if (!reading.ok) throw new Error(reading.reason);
  expect(reading.truncatedOctets).toBe(0);
  return reading.records;
}

function opcodesOf({ exchanges }: Conversation): readonly number[] {
  return exchanges.map(({ opcode }) => opcode);
}

/** As LE Set Advertising Data carries it (Core Vol 4 Part E §7.8.7): the length, then always 31 octets. */
function padded(data: Uint8Array): string {
  const octets = [data.length, ...data, ...new Array<number>(31 - data.length).fill(0)];
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(' ');
}

function lastParametersOf({ exchanges }: Conversation, asked: number): string | undefined {
  return exchanges.filter(({ opcode }) => opcode === asked).at(-1)?.parameters;
}

function profileWith(own: ProfileBeacon): SiteProfile {
  return {
    deskbeacon: 'site-profile',
    version: 1,
    site: 'rig',
    organisationUuid: ORGANISATION_UUID,
    ownDesks: [own.desk],
    beacons: [own],
    policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
    model: { calibration: 'none' },
    ringAll: false,
  };
}
