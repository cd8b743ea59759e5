import { randomBytes } from 'node:crypto';
import { callInVirtualTime, type OfficeSetUp, openOfficeAir, walkOffice } from './office-air.js';
import { profileOf, provision, provisionOthers, recordingOf } from './provision.js';
import { type DemoCall, resultOf } from './results.js';
import { planScene, type SceneName } from './scenes.js';

/**
 * The demo's office in virtual time: the same plan, channel, frames, walk, profile and reducer, without processes, controllers
 * or noble. A call takes milliseconds, so that hundreds can be decided; what bleno, noble and real time add is not shown here.
 */

/** A Tuesday morning; any instant would do, for identities are drawn anew for every office. */
const STARTED_UNIX_MS = Date.UTC(2026, 10, 24, 9, 0, 0);
const BETWEEN_CALLS_US = 500_000;
const DEADLINE_MS = 1500;

/** @returns what was decided in every call of the scene; the same for the same name and seed. */
export function runVirtualOffice(name: SceneName, seed: number): readonly DemoCall[] {
  const scene = planScene(name, seed);
  const organisationUuid = randomBytes(16).toString('hex');
  const others = provisionOthers(scene, STARTED_UNIX_MS);
  const own = provision(scene.own.id, randomBytes(32), 0, STARTED_UNIX_MS);
  const setUp: OfficeSetUp = { scene, seed, own, others, organisationUuid, startedUnixMs: STARTED_UNIX_MS };
  const unwalked = profileOf(scene, own, others, organisationUuid);
  const profile = profileOf(scene, own, others, organisationUuid, walkOffice(setUp, unwalked));

  let hasPower = true;
  const office = openOfficeAir({ ...setUp, hasPower: () => hasPower });
  const { air, transmit, wallClockMs } = office;
  return scene.calls.map((planned) => {
    hasPower = planned.class !== 'unplugged';
    air.place({ id: 'phone', ...planned.phone, pose: planned.pose, placement: planned.call });
    if (planned.class === 'forger') {
      const recording = recordingOf(own, organisationUuid, wallClockMs());
      transmit('forger', { xM: planned.phone.xM + 0.5, yM: planned.phone.yM }, [recording]);
    }
    const { state, scanStoppedAtMs } = callInVirtualTime(office, profile, DEADLINE_MS);
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
