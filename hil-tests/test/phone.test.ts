import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteProfile } from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallReport } from '../src/phone/phone.js';
import { type AirProcess, startAir } from '../src/rigs/air-process.js';
import { type Child, startChild } from '../src/rigs/child.js';
import { programs } from '../src/rigs/programs.js';

const CALL_LIMIT_MS = 8_000;
const key = '000102030405060708090a0b0c0d0e0f';

const profile: SiteProfile = {
  deskbeacon: 'site-profile',
  version: 1,
  site: 'rig',
  organisationUuid: key,
  ownDesks: ['d-12'],
  beacons: [
    {
      desk: 'd-12',
      exponentK: 9,
      clockOffsetS: 0,
      measuredPowerDbm: -59,
      intervalMs: 100,
      recognitionKey: key,
      temporaryKeys: [],
    },
  ],
  policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
  model: { calibration: 'none' },
  ringAll: false,
};

describe('a phone whose radio fails, over noble and H4', () => {
  let directory: string;
  let air: AirProcess;
  let phone: Child;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacon-test-'));
    const socket = join(directory, 'phone.sock');
    await writeFile(join(directory, 'profile.json'), JSON.stringify(profile), { mode: 0o600 });
    air = await startAir(1);
    await air.order({ do: 'controller', id: 'phone', socket });
    phone = startChild({
      name: 'the phone',
      command: [programs.phone, `h4:unix:${socket}`, join(directory, 'profile.json')],
    });
    await phone.expect((message): message is object => (message as { news?: string }).news === 'ready', CALL_LIMIT_MS);
  });

  afterAll(async () => {
    await phone?.end('SIGTERM', 2_000);
    await air?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function decide(call: string): Promise<CallReport> {
    const report = phone.expect(
      (message): message is { report: CallReport } => (message as { news?: string }).news === 'report',
      CALL_LIMIT_MS,
    );
    phone.tell({ call, deadlineMs: 1500 });
    return (await report).report;
  }

  it('rings when nothing is on the air', async () => {
    const { decision, scanStartedAtMs, scanStoppedAtMs } = await decide('c-1');
    expect(decision).toMatchObject({ decision: 'ring', reason: 'nothing-heard', decidedAtMs: 1500 });
    expect(scanStartedAtMs).toBeLessThan(200);
    expect(scanStoppedAtMs).toBeLessThan(1700);
  });

  it('rings at once when its controller refuses to scan', async () => {
    await air.order({ do: 'fault', id: 'phone', kind: 'refuse', opcode: '0x200c', times: 2 });
    const { decision } = await decide('c-2');
    expect(decision).toMatchObject({ decision: 'ring', reason: 'scan-failed' });
    expect(decision.decidedAtMs).toBeLessThan(500);
    await air.order({ do: 'fault', id: 'phone', kind: 'clear' });
  });

  it('rings when Bluetooth is off', async () => {
    await air.order({ do: 'fault', id: 'phone', kind: 'power-off' });
    const { decision } = await decide('c-3');
    expect(decision).toMatchObject({ decision: 'ring', reason: 'bluetooth-off' });
    expect(decision.decidedAtMs).toBeLessThan(1600);
  });
});
