import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type CallEvent, type CallState, createCall, step } from '@deskbeacon/proximity-core';
import { measureTogether, type Timing } from './measure.js';
import { BEACONS, heardIn, officeProfile, WALL_CLOCK_MS } from './office.js';

/** What a call costs, through the public reducer alone. */

export interface HeapReport {
  readonly packets: number;
  readonly fromPackets: number;
  readonly growthBytes: number;
  readonly growthBytesPerPacket: number;
  /** Length of the call's state as JSON, where the growth begins and at the end. */
  readonly stateCharacters: readonly [number, number];
}

export interface CallReport {
  readonly timings: readonly Timing[];
  readonly packetsInCall: number;
  /** µs a packet, with the looks that fall due between packets shared among them. */
  readonly packetUs: number;
  readonly packetTargetUs: number;
  readonly heap: HeapReport;
}

const DEADLINE_MS = 1500;
const INTERVAL_MS = 100;
const PACKET_TARGET_US = 50;
const HEAP_PACKETS = 1_000_000;
const HEAP_FROM_PACKETS = 100_000;
/** The longest a call may be decided upon. */
const LONGEST_MS = 60_000;

const profile = officeProfile();
const makeCall = (): CallState => createCall({ profile, wallClockMs: WALL_CLOCK_MS });

/** Measures packets, whole calls, and whether the heap stays as it is. */
export function measureCalls(seed: number): CallReport {
  const heard = heardIn(DEADLINE_MS, INTERVAL_MS, seed);
  const begun = begin(makeCall(), DEADLINE_MS);
  requireUndecided(feed(begun, heard), heard.length);
  const last = feed(begun, heard);
  const tick: CallEvent = { t: DEADLINE_MS, event: 'tick' };
  const timings = measureTogether([
    {
      id: 'packet',
      about: `one packet end to end, ${BEACONS} beacons in view, three looks shared among ${heard.length}`,
      operations: heard.length,
      run: (times) => repeat(times, () => feed(begun, heard).evidence.used),
    },
    {
      id: 'look',
      about: 'the last look alone: posterior over all places, and the decision',
      run: (times) => repeat(times, () => step(last, tick).actions.length),
    },
    {
      id: 'create',
      about: `a call made: the identities of ${BEACONS} beacons derived`,
      run: (times) => repeat(times, () => makeCall().looks.length),
    },
    {
      id: 'call',
      about: 'a whole call: made, heard, decided',
      run: (times) =>
        repeat(times, () => step(feed(begin(makeCall(), DEADLINE_MS), heard), tick).state.decision?.decidedAtMs ?? 0),
    },
  ]);
  const packet = timings[0] as Timing;
  return {
    timings,
    packetsInCall: heard.length,
    packetUs: packet.medianNs / 1000,
    packetTargetUs: PACKET_TARGET_US,
    heap: measureHeap(seed),
  };
}

/** A million packets into one call that never comes to its deadline. */
function measureHeap(seed: number): HeapReport {
  const collect = collector();
  const round = heardIn(2 * INTERVAL_MS, INTERVAL_MS, seed);
  const stepMs = LONGEST_MS / (HEAP_PACKETS + 1);
  let state = begin(makeCall(), LONGEST_MS);
  let before = { bytes: 0, characters: 0 };
  for (let i = 0; i < HEAP_PACKETS; i += 1) {
    if (i === HEAP_FROM_PACKETS) before = { bytes: collect(), characters: JSON.stringify(state).length };
    const event = round[i % round.length] as Extract<CallEvent, { event: 'advertisement' }>;
    // So near each other, equal ones would count as one packet told twice.
    const rssiDbm = event.rssiDbm + (Math.floor(i / round.length) % 2);
    state = step(state, { ...event, t: i * stepMs, rssiDbm }).state;
  }
  requireUndecided(state, HEAP_PACKETS);
  const growthBytes = collect() - before.bytes;
  return {
    packets: HEAP_PACKETS,
    fromPackets: HEAP_FROM_PACKETS,
    growthBytes,
    growthBytesPerPacket: growthBytes / (HEAP_PACKETS - HEAP_FROM_PACKETS),
    stateCharacters: [before.characters, JSON.stringify(state).length],
  };
}

function begin(call: CallState, deadlineMs: number): CallState {
  const { state } = step(call, { t: 0, event: 'call', deadlineMs });
  return step(state, { t: 0, event: 'scan-started', mode: 'low-latency' }).state;
}

function feed(begun: CallState, events: readonly CallEvent[]): CallState {
  let state = begun;
  for (const event of events) state = step(state, event).state;
  return state;
}

function repeat(times: number, once: () => number): number {
  let sum = 0;
  for (let i = 0; i < times; i += 1) sum += once();
  return sum;
}

/**
 * A packet of a decided call is free, and so is one that cannot be read: measuring either would flatter us. The EIDs of other
 * desks are no phone's business and stay unknown; that is every second packet of fourteen of the fifteen.
 */
function requireUndecided({ phase, evidence: { used, dropped } }: CallState, packets: number): void {
  const unknown = dropped.unknown ?? 0;
  if (phase !== 'deciding' || used + unknown !== packets || used < packets / 2) {
    throw new Error(`expected ${packets} packets read and no decision, got ${used} used, ${unknown} unknown, ${phase}`);
  }
}

/** @returns a function that collects garbage and gives the bytes in use. */
function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    for (let i = 0; i < 4; i += 1) collect();
    return process.memoryUsage().heapUsed;
  };
}
