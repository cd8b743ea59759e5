import { randomBytes } from 'node:crypto';
import { type CallEvent, type CallState, createCall, decodeHex, encodeHex, step } from '@deskbeacon/proximity-core';
import { parseAddress } from '../air/advertisement.js';
import { createAir } from '../air/air.js';
import { createScriptPlayer } from '../air/scripted-frames.js';
import {
  INTERVAL_MS,
  profileOf,
  provision,
  provisionOthers,
  recordingOf,
  type WindowFrames,
  windowsOf,
} from './provision.js';
import { type DemoCall, resultOf } from './results.js';
import { planScene, type SceneName } from './scenes.js';

/**
 * The demo's office in virtual time: the same plan, channel, frames, profile and reducer, without processes, controllers or
 * noble. A call takes milliseconds, so that hundreds can be decided; what bleno, noble and real time add is not shown here.
 */

/** A Tuesday morning; any instant would do, for identities are drawn anew for every office. */
const STARTED_UNIX_MS = Date.UTC(2026, 10, 24, 9, 0, 0);
const LOW_LATENCY = { intervalUs: 100_000, windowUs: 100_000, isActive: false };
const BETWEEN_CALLS_US = 500_000;
const DEADLINE_MS = 1500;
const STEP_US = 5_000;

/** @returns what was decided in every call of the scene; the same for the same name and seed. */
export function runVirtualOffice(name: SceneName, seed: number): readonly DemoCall[] {
  const scene = planScene(name, seed);
  const organisationUuid = randomBytes(16).toString('hex');
  const others = provisionOthers(scene, STARTED_UNIX_MS);
  const own = provision(scene.own.id, randomBytes(32), 0, STARTED_UNIX_MS);
  const profile = profileOf(scene, own, others, organisationUuid);

  const air = createAir({ seed });
  air.setWalls(
    scene.walls.map(({ from, to, lossDb }) => ({ x1M: from.xM, y1M: from.yM, x2M: to.xM, y2M: to.yM, lossDb })),
  );
  let hasPower = true;
  const transmit = (
    id: string,
    at: { xM: number; yM: number },
    frames: readonly WindowFrames[],
    isOn = () => true,
  ): void => {
    const play = createScriptPlayer({
      address: parseAddress(frames[0]?.address as string),
      dwellMs: 130,
      frames: frames.map(({ fromMs, address, data }) => ({
        fromUnixMs: fromMs,
        address: parseAddress(address),
        data: data.map((hexadecimal) => decodeHex(hexadecimal) as Uint8Array),
      })),
    });
    air.place({ id, xM: at.xM, yM: at.yM });
    air.addTransmitter({
      id,
      intervalUs: INTERVAL_MS * 1000,
      advertisementAt: (atUs) => (isOn() ? play(unixMsAt(atUs)) : undefined),
    });
  };
  for (const other of others)
    transmit(other.desk.id, other.desk, windowsOf(other.beacon, organisationUuid, STARTED_UNIX_MS));
  transmit(scene.own.id, scene.own, windowsOf(own, organisationUuid, STARTED_UNIX_MS), () => hasPower);

  let feed = (_event: CallEvent): void => {};
  let calledAtUs = 0;
  air.addReceiver({
    id: 'phone',
    onReport: ({ atUs, data, rssiDbm }) =>
      feed({ t: (atUs - calledAtUs) / 1000, event: 'advertisement', address: '', rssiDbm, data: encodeHex(data) }),
  });
  return scene.calls.map((planned) => {
    hasPower = planned.class !== 'unplugged';
    air.place({ id: 'phone', ...planned.phone, pose: planned.pose, placement: planned.call });
    if (planned.class === 'forger') {
      const recording = recordingOf(own, organisationUuid, unixMsAt(air.nowUs()));
      transmit('forger', { xM: planned.phone.xM + 0.5, yM: planned.phone.yM }, [recording]);
    }
    calledAtUs = air.nowUs();
    let state: CallState = createCall({ profile, wallClockMs: unixMsAt(calledAtUs) });
    feed = (event) => {
      state = step(state, event).state;
    };
    feed({ t: 0, event: 'call', deadlineMs: DEADLINE_MS });
    air.startScan('phone', LOW_LATENCY);
    feed({ t: 0, event: 'scan-started', mode: 'low-latency' });
    while (state.decision === undefined) {
      air.advanceTo(air.nowUs() + STEP_US);
      feed({ t: (air.nowUs() - calledAtUs) / 1000, event: 'tick' });
    }
    air.stopScan('phone');
    const scanStoppedAtMs = (air.nowUs() - calledAtUs) / 1000;
    if (planned.class === 'forger') air.removeTransmitter('forger');
    air.advanceTo(air.nowUs() + BETWEEN_CALLS_US);
    return resultOf(planned, {
      call: planned.call,
      decision: state.decision,
      packets: { used: state.evidence.used, dropped: state.evidence.dropped as Record<string, number> },
      looks: state.looks,
      scanStartedAtMs: 0,
      scanStoppedAtMs,
    });
  });
}

function unixMsAt(atUs: number): number {
  return STARTED_UNIX_MS + atUs / 1000;
}
