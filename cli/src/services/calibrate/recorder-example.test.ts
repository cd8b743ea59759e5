import { pathToFileURL } from 'node:url';
import { encodeHex, encodeIBeacon } from '@deskbeacon/proximity-core';
import { expect, it } from 'vitest';
import { openLiveReceiver } from './live-receiver.js';
import type { PoseLabel } from './pose-label.js';
import type { Recording } from './recording.js';

/** The recorder stands in the documentation and belongs to no room: it is loaded as a reader would load it. */
interface Recorder {
  recordPose(manager: object, clock: object, label: PoseLabel): { stop(): string };
  postRecording(address: string, code: string, lines: string): Promise<readonly string[]>;
}
const path = `${import.meta.dirname}/../../../../docs/examples/recorder/recorder.ts`;
const { recordPose, postRecording } = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Recorder;

const label: PoseLabel = {
  pose: 'k',
  place: 'earshot',
  desk: 'd',
  carriage: 'hand',
  phone: 'p',
  walker: 'w',
  floor: '1',
};

function base64(octets: readonly number[] | Uint8Array): string {
  return Buffer.from(octets).toString('base64');
}

it('what the documented recorder writes is what the receiver takes: Android’s raw records and iOS’s service data', async () => {
  const taken: Recording[] = [];
  const receiver = await openLiveReceiver({ port: 0, host: '127.0.0.1', onRecordings: (all) => taken.push(...all) });
  const address = `127.0.0.1:${receiver.port}`;
  let hear = (_error: object | null, _device: object | null): void => {};
  const manager = {
    startDeviceScan: (_uuids: null, _options: object, listener: typeof hear) => {
      hear = listener;
    },
    stopDeviceScan: () => {},
  };
  let nowMs = 0;
  const clock = { monotonicMs: () => (nowMs += 50), unixMs: () => 1e12 };
  const recording = recordPose(manager, clock, label);
  const frame = encodeIBeacon({ proximityUuid: new Uint8Array(16).fill(7), major: 1, minor: 2, measuredPowerDbm: -59 });
  const eid = [0x30, 0xee, 1, 2, 3, 4, 5, 6, 7, 8];
  hear(null, { id: 'a', rssi: -60, rawScanRecord: base64([...frame, ...new Uint8Array(32)]) });
  hear(null, { id: 'headset', rssi: -60, rawScanRecord: base64([2, 1, 6, 0, 0]) });
  hear(null, { id: 'b', rssi: null, serviceData: { '0000FEAA-0000-1000-8000-00805F9B34FB': base64(eid) } });
  expect(await postRecording(address, receiver.code, recording.stop())).toEqual(['k']);
  expect(taken[0]?.label).toEqual(label);
  expect(taken[0]?.wallClockMs).toBe(1e12);
  expect(taken[0]?.events).toEqual([
    { t: 0, event: 'scan-started', mode: 'low-latency' },
    { t: 50, event: 'advertisement', address: 'a', rssiDbm: -60, data: encodeHex(frame) },
    { t: 100, event: 'advertisement', address: 'b', rssiDbm: 127, data: '0303aafe0d16aafe30ee0102030405060708' },
    { t: 150, event: 'end' },
  ]);
  await expect(postRecording(address, 'no code', recording.stop())).rejects.toThrow('wrong-code');
  await receiver.close();
});
