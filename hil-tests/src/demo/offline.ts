import {
  type BtsnoopRecord,
  type HciLink,
  type NobleStack,
  opcodes,
  readCommandAnswer,
  readOpcode,
  startNoble,
} from '@deskbeacon/beacon/radio';
import type { SiteProfile } from '@deskbeacon/proximity-core';
import { type CallReport, type PhoneClock, takeCall } from '../phone/phone.js';

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
  const reports: Promise<CallReport>[] = [];
  let nextCall = 0;
  let finished = 0;
  let noble: NobleStack | undefined;
  const starting = startNoble(playback.link).then((stack) => {
    noble = stack;
  });
  for (const record of answersToNoble(records)) {
    const atUnixMs = record.atUs / 1000;
    const due = calls[nextCall];
    if (due !== undefined && due.wallClockMs <= atUnixMs) {
      if (noble === undefined) throw new Error('the capture has a call before noble was ready');
      playback.setNow(due.wallClockMs);
      const report = takeCall(
        { noble, profile, clock: playback.clock, tell: () => {} },
        { call: due.call, deadlineMs: due.deadlineMs },
      );
      reports.push(report);
      void report.then(() => {
        finished += 1;
      });
      nextCall += 1;
    }
    // What noble writes as its process ends is no part of any call.
    if (finished === calls.length) break;
    playback.setNow(atUnixMs);
    await playback.untilAsked(record.packet);
    playback.receive(record.packet, atUnixMs);
    // noble and the phone's host go on in promises; they must not lag behind the capture.
    await nextTurn();
  }
  playback.setNow(Number.MAX_SAFE_INTEGER);
  await starting;
  const decided = await Promise.all(reports);
  noble?.close();
  return decided;
}

/** What noble got to hear: all that was received after the link itself had reset the controller. */
function answersToNoble(records: readonly BtsnoopRecord[]): readonly BtsnoopRecord[] {
  const received = records.filter(({ direction }) => direction === 'received');
  const reset = received.findIndex(({ packet }) => readCommandAnswer(packet)?.opcode === opcodes.reset);
  return received.slice(reset + 1);
}

/** Loading noble takes most; a command follows its cause within a turn or two. */
const MOST_TURNS = 100_000;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Playback {
  readonly link: HciLink;
  readonly clock: PhoneClock;
  /** An answer in the capture comes after its question: resolves when noble has asked. */
  untilAsked(packet: Uint8Array): Promise<void>;
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
  /** How often each command was written and not yet answered. */
  const asked = new Map<number, number>();
  const never = (): (() => void) => () => {};
  const link: HciLink = {
    address: 'a capture',
    send(packet) {
      const opcode = readOpcode(packet);
      if (opcode !== undefined) asked.set(opcode, (asked.get(opcode) ?? 0) + 1);
    },
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
    async untilAsked(packet) {
      const answer = readCommandAnswer(packet);
      if (answer === undefined) return;
      for (let turn = 0; (asked.get(answer.opcode) ?? 0) === 0; turn += 1) {
        if (turn > MOST_TURNS)
          throw new Error(`the capture answers a command ${answer.opcode} that noble has not written`);
        await nextTurn();
      }
      asked.set(answer.opcode, (asked.get(answer.opcode) ?? 0) - 1);
    },
    setNow,
    receive(packet, unixMs) {
      setNow(unixMs);
      for (const listener of [...listeners]) listener(packet, unixMs);
    },
  };
}
