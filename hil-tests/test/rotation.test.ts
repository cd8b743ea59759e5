import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { counterAt, windowStart } from '@deskbeacon/proximity-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AirProcess, startAir } from '../src/rigs/air-process.js';
import { type DaemonOnRig, startDaemonOn } from '../src/rigs/daemon-on-rig.js';

/** K = 3: a new identity every 8 s, seven of them in a minute. */
const EXPONENT_K = 3;
const AIR_MS = 60_000;
const INTERVAL_MS = 100;
/** The controller may take up to 5 ms more than the minimum it was given, and adds up to 10 ms by itself (advDelay). */
const LONGEST_PERIOD_MS = INTERVAL_MS + 5 + 10;
const CLOCK_GRAIN_MS = 3;

interface AirEvent {
  readonly unixMs: number;
  readonly address: string;
  readonly data: string;
  readonly transmitter: string;
}

describe('a minute of the real daemon over H4, K = 3, 100 ms', () => {
  let directory: string;
  let air: AirProcess;
  let daemon: DaemonOnRig;
  let events: readonly AirEvent[];
  let exitCode: number | null;
  let silentAfterStop: readonly AirEvent[];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacon-test-'));
    const socket = join(directory, 'desk.sock');
    air = await startAir(1);
    await air.order({ do: 'log', file: join(directory, 'air.jsonl') });
    await air.order({ do: 'controller', id: 'desk', socket });
    daemon = await startDaemonOn({ radio: `h4:unix:${socket}`, directory, exponentK: EXPONENT_K });
    await pause(AIR_MS);
    exitCode = await daemon.stop();
    const stoppedAtMs = Date.now();
    await pause(500);
    await air.order({ do: 'log' });
    const logged = (await readFile(join(directory, 'air.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AirEvent);
    events = logged.filter(({ unixMs }) => unixMs <= stoppedAtMs);
    silentAfterStop = logged.filter(({ unixMs }) => unixMs > stoppedAtMs);
  }, AIR_MS + 40_000);

  afterAll(async () => {
    await air?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('is on the air all the time', () => {
    expect(events.length).toBeGreaterThan((AIR_MS / (LONGEST_PERIOD_MS + 5)) * 0.95);
  });

  it('carries both frames in about equal shares', () => {
    const iBeacons = events.filter(({ data }) => data.includes('4c000215')).length;
    expect(iBeacons / events.length).toBeGreaterThan(0.4);
    expect(iBeacons / events.length).toBeLessThan(0.6);
  });

  it('loses no advertising event when the data changes', () => {
    const gaps = gapsOf(events).filter(({ isIdentityChange }) => !isIdentityChange);
    expect(Math.max(...gaps.map(({ gapMs }) => gapMs))).toBeLessThanOrEqual(LONGEST_PERIOD_MS + CLOCK_GRAIN_MS);
  });

  it('loses at most one advertising event at each identity change', () => {
    const gaps = gapsOf(events).filter(({ isIdentityChange }) => isIdentityChange);
    expect(gaps.length).toBeGreaterThanOrEqual(6);
    for (const { gapMs } of gaps) expect(gapMs).toBeLessThanOrEqual(2 * LONGEST_PERIOD_MS + CLOCK_GRAIN_MS);
  });

  it('sends no frame of an old identity after its window, and none of a new one before', () => {
    for (const { unixMs, data, address } of events) {
      const expected = daemon.framesAt(unixMs);
      if (!isTelemetry(data)) expect(expected.data, `at ${unixMs}`).toContain(data);
      expect(address).toBe(expected.address);
    }
    const windows = new Set(
      events.map(({ unixMs }) => windowStart(counterAt(unixMs, daemon.profileBeacon.clockOffsetS), EXPONENT_K)),
    );
    expect(new Set(events.map(({ address }) => address)).size).toBe(windows.size);
  });

  it('tells encrypted telemetry about every ten seconds, each time other octets', () => {
    const told = events.filter(({ data }) => isTelemetry(data));
    const different = new Set(told.map(({ data }) => data)).size;
    expect(different).toBeGreaterThanOrEqual(5);
    expect(different).toBeLessThanOrEqual(6);
    // A dwell holds one event or two.
    expect(told.length).toBeLessThanOrEqual(2 * different + 1);
  });

  it('ends with exit code 0 and leaves nothing on the air', () => {
    expect(exitCode).toBe(0);
    expect(silentAfterStop).toEqual([]);
  });
});

/** Eddystone-eTLM, which only the beacon itself can read: its address is all that can be looked at from outside. */
function isTelemetry(data: string): boolean {
  return data.includes('16aafe2001');
}

function gapsOf(
  events: readonly AirEvent[],
): readonly { readonly gapMs: number; readonly isIdentityChange: boolean }[] {
  return events.slice(1).map((event, i) => {
    const before = events[i] as AirEvent;
    return { gapMs: event.unixMs - before.unixMs, isIdentityChange: event.address !== before.address };
  });
}
