import { type BtsnoopRecord, type HciLink, startNoble } from '@deskbeacon/beacon/radio';
import type { SiteProfile } from '@deskbeacon/proximity-core';
import { type CallReport, type PhoneClock, takeCall } from './phone.js';

/** A call as the capture's time knows it. */
export interface CapturedCall {
  readonly call: string;
  readonly deadlineMs: number;
  /** Unix milliseconds at which the call came in. */
  readonly wallClockMs: number;
}

/**
 * Feeds the capture of a phone's link through an unmodified noble and the reducer again, without a radio: the packets the
 * controller sent come as they came, what noble writes is dropped, and time is the capture's.
 * @param records the capture, in order.
 * @param calls in order of time.
 * @returns one report a call.
 */
export async function decideOffline(
  records: readonly BtsnoopRecord[],
  calls: readonly CapturedCall[],
  profile: SiteProfile,
): Promise<readonly CallReport[]> {
  const playback = createPlayback();
  const received = records.filter(({ direction }) => direction === 'received');
  const reports: Promise<CallReport>[] = [];
  let nextCall = 0;
  const starting = startNoble(playback.link);
  let noble: Awaited<typeof starting> | undefined;
  void starting.then((stack) => {
    noble = stack;
  });
  for (const record of received) {
    const atUnixMs = record.atUs / 1000;
    const due = calls[nextCall];
    if (due !== undefined && due.wallClockMs <= atUnixMs) {
      noble ??= await starting;
      playback.setNow(due.wallClockMs);
      reports.push(
        takeCall(
          { noble, profile, clock: playback.clock, tell: () => {} },
          { call: due.call, deadlineMs: due.deadlineMs },
        ),
      );
      nextCall += 1;
    }
    playback.receive(record.packet, atUnixMs);
    // noble and the phone's host go on in promises; they must not lag behind the capture.
    await new Promise((resolve) => setImmediate(resolve));
  }
  playback.setNow(Number.MAX_SAFE_INTEGER);
  return Promise.all(reports);
}

interface Playback {
  readonly link: HciLink;
  readonly clock: PhoneClock;
  setNow(unixMs: number): void;
  receive(packet: Uint8Array, unixMs: number): void;
}

function createPlayback(): Playback {
  const listeners = new Set<(packet: Uint8Array, atMs: number) => void>();
  const alarms = new Set<{ readonly atMs: number; readonly wake: () => void }>();
  let nowMs = 0;

  const setNow = (unixMs: number): void => {
    nowMs = Math.max(nowMs, unixMs);
    for (const alarm of [...alarms]) {
      if (alarm.atMs > nowMs) continue;
      alarms.delete(alarm);
      alarm.wake();
    }
  };
  const never = (): (() => void) => () => {};
  const link: HciLink = {
    address: 'a capture',
    send: () => {},
    onPacket(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onSent: never,
    onReset: never,
    onClosed: never,
    isUp: () => true,
    close: async () => {},
  };
  const clock: PhoneClock = {
    nowMs: () => nowMs,
    unixMs: (atMs) => atMs,
    wakeAt(atMs, wake) {
      const alarm = { atMs, wake };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
  };
  return {
    link,
    clock,
    setNow,
    receive(packet, unixMs) {
      setNow(unixMs);
      for (const listener of [...listeners]) listener(packet, unixMs);
    },
  };
}
