import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  encodeAltBeacon,
  encodeDeskbeaconEid,
  encodeEddystoneEid,
  encodeEddystoneEtlm,
  encodeEddystoneTlm,
  encodeEddystoneUid,
  encodeEddystoneUrl,
  encodeHex,
  encodeIBeacon,
  encodeTraceEvent,
} from '@deskbeacon/proximity-core';
import { createRandom, officeCall, officeProfile, WALL_CLOCK_MS } from './office.js';

/** What every engine is given to do: vectors of frames and identities, profiles, traces, and calls event by event. */
export interface Work {
  readonly requests: readonly { readonly function: string; readonly json: string }[];
  readonly traces: readonly { readonly lines: readonly string[]; readonly profile?: object }[];
  readonly calls: readonly { readonly open: string; readonly events: readonly string[]; readonly diesAt: number }[];
}

export const STUDY_SEED = 8;
export const STUDY_CALLS = 150;
export const OFFICE_CALLS = 24;
const DESKS = 50;
const root = fileURLToPath(new URL('../../..', import.meta.url));

export function makeWork(): Work {
  const profile = officeProfile(DESKS);
  const office = Array.from({ length: OFFICE_CALLS }, (_, i) => officeCall(i + 1));
  const header = { deskbeacon: 'trace', version: 1, wallClock: WALL_CLOCK_MS };
  return {
    requests: [...frameRequests(), ...identityRequests(), ...profileRequests(), ...brokenTraceRequests()],
    traces: [
      ...studyTraces(),
      ...office.map(({ events, host }, i) => ({
        profile,
        lines: [JSON.stringify({ ...header, call: `o-${i}`, host }), ...events.map(encodeTraceEvent)],
      })),
    ],
    calls: office.map(({ events, host }, i) => ({
      open: JSON.stringify({ profile, wallClockMs: WALL_CLOCK_MS, host }),
      events: events.map(encodeTraceEvent),
      diesAt: 17 * i,
    })),
  };
}

/** Every frame whole, cut off anywhere, and with one octet changed anywhere; and what fuzzing kept. */
function frameRequests(): Work['requests'] {
  const random = createRandom(3);
  const octets = (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(256 * random()));
  const frames = [
    encodeIBeacon({ proximityUuid: octets(16), major: 513, minor: 65_535, measuredPowerDbm: -59 }),
    encodeAltBeacon({ companyId: 0x118, beaconId: octets(20), measuredPowerDbm: -127, manufacturerReserved: 7 }),
    encodeEddystoneUid({ txPowerAt0mDbm: -20, namespace: octets(10), instance: octets(6) }),
    encodeEddystoneUrl({ txPowerAt0mDbm: 3, url: 'https://www.example.com/desk' }),
    encodeEddystoneTlm({ batteryMv: 2975, temperatureC: 21.5, advertisements: 4_294_967_295, uptimeDs: 86_400 }),
    encodeEddystoneEtlm({ advertisements: 1, uptimeDs: 2 }, 7, { identityKey: octets(16), windowS: 1024 }),
    encodeEddystoneEid({ txPowerAt0mDbm: -18, eid: octets(8) }),
    encodeDeskbeaconEid({ measuredPowerDbm: -59, eid: octets(8) }),
  ];
  const changed = frames.flatMap((frame) =>
    Array.from(frame, (octet, at) => {
      const copy = Uint8Array.from(frame);
      copy[at] = octet ^ (1 << Math.floor(8 * random()));
      return copy;
    }),
  );
  const cut = frames.flatMap((frame) => Array.from(frame, (_, length) => frame.subarray(0, length)));
  const data = [
    ...[...frames, ...cut, ...changed].map((frame) => encodeHex(frame)),
    ...keptLines('advertisement'),
    'x',
  ];
  return data.map((text) => ({ function: 'decodeAdvertisement', json: JSON.stringify({ data: text }) }));
}

/** Tables of identities: the office's over a day, and the published vector of Eddystone-EID. */
function identityRequests(): Work['requests'] {
  const profile = officeProfile(DESKS);
  const hours = Array.from({ length: 12 }, (_, hour) => ({ profile, wallClockMs: WALL_CLOCK_MS + 1_234_567 * hour }));
  const [own] = profile.beacons;
  const published = {
    ...profile,
    beacons: [{ ...own, exponentK: 10, temporaryKeys: [{ epoch: 0, key: '6f291c5c48264b8a0b38a19e7fed73cc' }] }],
  };
  return [...hours, { profile: published, wallClockMs: 2_000_000 }].map((request) => ({
    function: 'prepare',
    json: JSON.stringify(request),
  }));
}

function profileRequests(): Work['requests'] {
  return keptTexts('profile').map((text) => ({
    function: 'createCall',
    json: `{"wallClockMs":${WALL_CLOCK_MS},"profile":${text}}`,
  }));
}

/** Traces that fuzzing kept: most have a line that is refused, and which one must be the same everywhere. */
function brokenTraceRequests(): Work['requests'] {
  return keptTexts('trace').map((text) => ({ function: 'replay', json: JSON.stringify({ lines: text.split('\n') }) }));
}

/** Calls of the office study, of all its classes of places. */
function studyTraces(): Work['traces'] {
  const folder = mkdtempSync(join(tmpdir(), 'deskbeacon-calls-'));
  try {
    const program = join(root, 'hil-tests/dist/study.mjs');
    const flags = ['--export', folder, '--seed', String(STUDY_SEED), '--calls', String(STUDY_CALLS)];
    execFileSync(process.execPath, [program, ...flags], { stdio: 'ignore' });
    const calls: string[][] = [];
    for (const line of readFileSync(join(folder, 'calls.trace.jsonl'), 'utf8').trimEnd().split('\n')) {
      if (line.startsWith('{"deskbeacon"')) calls.push([]);
      calls[calls.length - 1]?.push(line);
    }
    return calls.map((lines) => ({ lines }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function keptLines(target: string): readonly string[] {
  const file = join(root, 'hil-tests/corpora', target, 'corpus.txt');
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^[0-9a-f]+$/.test(line));
}

function keptTexts(target: string): readonly string[] {
  return keptLines(target).map((line) => Buffer.from(line, 'hex').toString('utf8'));
}
