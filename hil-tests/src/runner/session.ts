import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteProfile } from '@deskbeacon/proximity-core';
import { type Heard, type Listener, openListener } from '../instruments/listener.js';
import { type DaemonOnRig, startDaemonOn } from '../rigs/daemon-on-rig.js';
import { startPhoneOn } from '../rigs/phone-on-rig.js';
import type { OpenRig, Rig, RigSession } from '../rigs/rig.js';
import { isOnWire, type Sabotage } from '../rigs/saboteur.js';
import type { Scenario } from '../scenarios/scenario.js';

export interface RunOptions {
  readonly seed: number;
  /** Where captures of both links are kept; nowhere when absent. */
  readonly evidence?: string;
  /** Breaks the daemon or a link in one point. */
  readonly sabotage?: Sabotage;
  readonly onHeard?: (heard: readonly Heard[]) => void;
}

/** How often scanning is restarted on a rig that reports only when it is switched on. */
const RESTART_MS = 90;

/**
 * Runs one scenario on one rig, brought up for it alone and taken down after it.
 * @throws what the scenario throws, or the rig; where the rig itself broke in the middle, that comes first.
 */
export async function runScenario(rig: Rig, scenario: Scenario, options: RunOptions): Promise<void> {
  const { seed, sabotage } = options;
  const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-hil-'));
  const evidence = options.evidence ?? directory;
  const cleanUps: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
  let whatEnded: OpenRig['whatEnded'];
  const keep = <Started>(started: Started, stop: (started: Started) => Promise<unknown>): Started => {
    cleanUps.push(() => stop(started));
    return started;
  };
  try {
    const onWire = sabotage !== undefined && isOnWire(sabotage) ? { sabotage } : {};
    const open = keep(await rig.open({ seed, directory, evidence, ...onWire }), ({ close }) => close());
    whatEnded = open.whatEnded;
    const capture = (name: string): string => join(evidence, `${name}.btsnoop`);
    let daemons = 0;
    let listener: Listener | undefined;
    const session: RigSession = {
      rig: open,
      seed,
      slowdown: rig.slowdown ?? 1,
      evidence,
      startDaemon: async (exponentK, radio = open.beaconRadio) => {
        const inside = sabotage !== undefined && !isOnWire(sabotage) ? { sabotage } : {};
        // Each has a capture of its own: one that is opened again begins anew.
        daemons += 1;
        const daemon = await startDaemonOn({
          radio: withCapture(radio, capture(daemons === 1 ? 'daemon' : `daemon-${daemons}`)),
          directory,
          exponentK,
          log: join(evidence, 'daemon.log'),
          ...inside,
        });
        return keep(daemon, ({ stop }) => stop());
      },
      startPhone: async (own) => {
        const phone = await startPhoneOn({
          radio: open.phoneRadio,
          directory,
          profile: profileOfOne(own),
          capture: capture('phone'),
        });
        return keep(phone, ({ stop }) => stop());
      },
      listen: async (forMs) => {
        listener ??= keep(await openListener(withCapture(open.phoneRadio, capture('phone'))), ({ close }) => close());
        const heard = await listener.listen(forMs, rig.capabilities.includes('intervals') ? forMs : RESTART_MS);
        options.onHeard?.(heard);
        return heard;
      },
    };
    await scenario.run(session);
  } catch (error) {
    const ended = whatEnded?.();
    if (ended === undefined) throw error;
    throw new Error(`${ended}; then: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

function profileOfOne({ organisationUuid, profileBeacon }: DaemonOnRig): SiteProfile {
  return {
    deskbeacon: 'site-profile',
    version: 1,
    site: 'rig',
    organisationUuid,
    ownDesks: [profileBeacon.desk as string],
    beacons: [profileBeacon],
    policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
    model: { calibration: 'none' },
    ringAll: false,
  };
}

function withCapture(radio: string, file: string): string {
  return `${radio}${radio.includes('?') ? '&' : '?'}btsnoop=${encodeURIComponent(file)}`;
}
