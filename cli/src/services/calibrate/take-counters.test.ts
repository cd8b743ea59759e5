import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certifyCalibration, type DecidedPose, type DeskCounters, noCounters } from '@deskbeacon/proximity-core';
import { afterAll, describe, expect, it } from 'vitest';
import { createRegistry } from '../../registry/registry.js';
import { openSqlite } from '../../registry/sqlite-database.js';
import type { Session } from '../open-session.js';
import { readStatus } from '../site-status.js';
import { readCounters, takeCounters } from './take-counters.js';

const directory = mkdtempSync(join(tmpdir(), 'deskbeacon-counters-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const poses = Array.from(
  { length: 62 },
  (_, i): DecidedPose => ({
    pose: `p${i}`,
    place: i < 59 ? 'out-of-earshot' : 'at-desk',
    phone: 'a',
    walker: 'b',
    floor: '3',
    wasSilenced: i >= 59,
  }),
);

async function openWalked(): Promise<Session> {
  const registry = await createRegistry(openSqlite(':memory:'));
  const by = (verb: string) => ({ actor: 'ada', verb, atMs: 5 });
  const session: Session = { registry, by, nowMs: () => 5, ring: () => Promise.reject(new Error('no key')) };
  const walk = (id: string, recordedAtMs: number) => ({ id, desk: 'd-1', recordedAtMs, model: {}, isStale: false });
  await registry.change(by('calibrate'), async (changing) => {
    await changing.insert('calibrations', { ...walk('new', 2), certificate: certifyCalibration(poses) });
    await changing.insert('calibrations', { ...walk('old', 1), certificate: certifyCalibration([]), isStale: true });
  });
  return session;
}

async function readCertificate({ registry }: Session, id: string): Promise<unknown> {
  return (await registry.read((reading) => reading.get('calibrations', id)))?.certificate;
}

function count(calls: number, wouldHaveSilencedAway: number, isStale = false, desk = 'd-1'): DeskCounters {
  const none = noCounters(desk);
  return { ...none, shadow: { calls, wouldHaveSilencedAway }, drift: { ...none.drift, isStale } };
}

describe('what phones have counted', () => {
  it('is added up to the certificate of the newest walk, and handed in twice counts once', async () => {
    const session = await openWalked();
    for (let i = 0; i < 2; i += 1)
      expect(await takeCounters(session, [count(100, 1), count(50, 0)])).toEqual([
        expect.objectContaining({
          desk: 'd-1',
          phones: 2,
          calls: 150,
          wouldHaveSilencedAway: 1,
          verdict: 'certified',
          isStale: false,
          sentences: expect.arrayContaining([expect.stringContaining('150')]),
        }),
      ]);
    expect(await readCertificate(session, 'old')).toEqual(certifyCalibration([]));
    expect(await readStatus(session.registry, 5)).toMatchObject({ calibrationStale: 0 });
  });

  it('withdraws a certificate that it contradicts', async () => {
    const session = await openWalked();
    expect(await takeCounters(session, [count(100, 40)])).toMatchObject([{ verdict: 'not-separable' }]);
    expect(await readCertificate(session, 'new')).toMatchObject({ verdict: 'not-separable' });
  });

  it('makes a calibration stale when one phone of many has drifted, and leaves it so', async () => {
    const session = await openWalked();
    expect(await takeCounters(session, [count(1, 0), count(1, 0, true)])).toMatchObject([{ isStale: true }]);
    expect(await takeCounters(session, [count(1, 0)])).toMatchObject([{ isStale: true }]);
    expect(await readStatus(session.registry, 5)).toMatchObject({ calibrationStale: 1 });
  });

  it('changes nothing when one desk was never walked, or there are more calls than can be', async () => {
    const session = await openWalked();
    for (const [wrong, code] of [
      [count(1, 0, true, 'd-2'), 'not-found'],
      [count(100_000, 0), 'bad-counters'],
    ] as const) {
      const all = [count(1, 0, true), wrong];
      await expect(takeCounters(session, all)).rejects.toMatchObject({ code });
      expect(await readCertificate(session, 'new')).toEqual(certifyCalibration(poses));
    }
  });
});

describe('files of counters', () => {
  const write = (text: string): string => {
    const file = join(directory, `${Math.random()}.jsonl`);
    writeFileSync(file, text);
    return file;
  };

  it('have an object a line, several phones and files', () => {
    const [a, b] = [
      write(`${JSON.stringify(count(1, 0))}\n\n${JSON.stringify(count(2, 1))}\n`),
      write(JSON.stringify(count(3, 0))),
    ];
    expect(readCounters([a, b]).map(({ shadow }) => shadow.calls)).toEqual([1, 2, 3]);
    expect(readCounters([write('')])).toEqual([]);
  });

  it('are refused by file and line', () => {
    const broken = write(`${JSON.stringify(count(1, 0))}\n{`);
    expect(() => readCounters([broken])).toThrow(`${broken}:2: not JSON`);
    const wrong = write(JSON.stringify({ ...count(1, 0), version: 2 }));
    expect(() => readCounters([wrong])).toThrow(`${wrong}:1: version: expected 1`);
    expect(() => readCounters([join(directory, 'nothing')])).toThrow('cannot be read');
  });
});
