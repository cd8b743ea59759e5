import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type HciLink, type NobleStack, openRadio, startNoble } from '@deskbeacon/beacon/radio';
import { encodeHex } from '@deskbeacon/proximity-core';
import { type DaemonOnRig, startDaemonOn } from '../rigs/daemon-on-rig.js';
import type { Heard, Rig, RigSession } from '../rigs/rig.js';
import { type Sabotage, type SabotagedRadio, sabotage } from '../rigs/saboteur.js';
import type { Scenario } from '../scenarios/scenario.js';

export interface RunOptions {
  readonly seed: number;
  /** Where captures of both links are kept; nowhere when absent. */
  readonly evidence?: string;
  /** Breaks the daemon's link in one point. */
  readonly sabotage?: Sabotage;
  readonly onHeard?: (heard: readonly Heard[]) => void;
}

/** How often scanning is restarted on a rig that reports only when it is switched on. */
const RESTART_MS = 90;

/**
 * Runs one scenario on one rig, brought up for it alone and taken down after it.
 * @throws what the scenario throws, or the rig.
 */
export async function runScenario(rig: Rig, scenario: Scenario, options: RunOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-hil-'));
  const cleanUps: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
  try {
    const open = await rig.open({ seed: options.seed, directory });
    cleanUps.push(open.close);
    const beaconRadio = await beaconRadioOf(open.beaconRadio, options, directory, cleanUps);
    const listener = await openListener(withCapture(open.phoneRadio, options.evidence, 'phone'));
    cleanUps.push(listener.close);
    const session: RigSession = {
      rig: open,
      startDaemon: async (exponentK) => {
        const daemon: DaemonOnRig = await startDaemonOn({
          radio: withCapture(beaconRadio, options.evidence, 'daemon'),
          directory,
          exponentK,
        });
        cleanUps.push(() => daemon.stop());
        return daemon;
      },
      listen: async (forMs) => {
        const heard = await listener.listen(forMs, rig.capabilities.includes('intervals'));
        options.onHeard?.(heard);
        return heard;
      },
    };
    await scenario.run(session);
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

async function beaconRadioOf(
  radio: string,
  options: RunOptions,
  directory: string,
  cleanUps: (() => Promise<unknown>)[],
): Promise<string> {
  if (options.sabotage === undefined) return radio;
  const socket = /^h4:unix:([^?]+)/.exec(radio)?.[1];
  if (socket === undefined) throw new Error(`a saboteur needs a unix socket, and this rig has ${radio}`);
  const sabotaged: SabotagedRadio = await sabotage(options.sabotage, socket, join(directory, 'saboteur.sock'));
  cleanUps.push(sabotaged.close);
  return sabotaged.radio;
}

function withCapture(radio: string, evidence: string | undefined, name: string): string {
  if (evidence === undefined) return radio;
  return `${radio}${radio.includes('?') ? '&' : '?'}btsnoop=${encodeURIComponent(join(evidence, `${name}.btsnoop`))}`;
}

interface Listener {
  listen(forMs: number, hasIntervals: boolean): Promise<readonly Heard[]>;
  close(): Promise<void>;
}

async function openListener(radio: string): Promise<Listener> {
  const link: HciLink = await openRadio(radio);
  const noble: NobleStack = await startNoble(link);
  return {
    async listen(forMs, hasIntervals) {
      const heard: Heard[] = [];
      const stop = noble.onReport(({ address, addressType, type, data, rssiDbm, atMs }) => {
        heard.push({
          unixMs: performance.timeOrigin + atMs,
          address,
          addressType,
          type,
          data: encodeHex(data),
          rssiDbm,
        });
      });
      const endMs = performance.now() + forMs;
      try {
        do {
          await noble.startScanning();
          await pause(hasIntervals ? forMs : RESTART_MS);
          await noble.stopScanning();
        } while (performance.now() < endMs);
      } finally {
        stop();
      }
      return heard;
    },
    async close() {
      noble.close();
      await link.close();
    },
  };
}
