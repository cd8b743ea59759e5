import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProfileBeacon } from '@deskbeacon/proximity-core';
import { walkOffice } from '../demo/office-air.js';
import {
  EXPONENT_K,
  INTERVAL_MS,
  type OtherDesk,
  profileOf,
  provision,
  provisionOthers,
  recordingOf,
  type WindowFrames,
  windowsOf,
} from '../demo/provision.js';
import { type CallClass, type Point, planScene, type Scene } from '../demo/scenes.js';
import { type AirProcess, startAir } from '../rigs/air-process.js';
import { startDaemonOn } from '../rigs/daemon-on-rig.js';
import { type PlannedTelephoneCall, RING_AFTER_MS } from './plan.js';
import { chooseSeat } from './seat.js';

/** A radio that is switched on again is set up anew. */
const RADIO_ON_MS = 2500;

/** The desks and phones of a building, in the air. */
export interface Office {
  radio(id: Radio): string;
  profile(user: string): unknown;
  /** Undoes what it arranged for the call before, first. */
  arrange(planned: PlannedTelephoneCall, mobiles: readonly PlacedMobile[]): Promise<void>;
}

type Radio = 'phone' | 'phone-2';

export interface PlacedMobile {
  readonly radio: Radio;
  readonly class: PlannedTelephoneCall['class'];
}

/** The first app has a radio of its own; those that come and go share another. */
export function radioOf(user: string): Radio {
  return user === '1001m' ? 'phone' : 'phone-2';
}

/** A desk in another building: the second own one of extension 1003. */
const HOME = { id: 'd-home', xM: 300, yM: 4 };

/** The demo's office: the real daemon at the own desk, scripted beacons at the others, walked beforehand. */
export async function openOffice(seed: number, directory: string, cleanUps: (() => unknown)[]): Promise<Office> {
  const scene = planScene('office', seed);
  const organisationUuid = randomBytes(16).toString('hex');
  const air: AirProcess = await startAir(seed);
  cleanUps.push(() => air.stop());
  await air.order({
    do: 'walls',
    walls: scene.walls.map(({ from, to, lossDb }) => ({ x1: from.xM, y1: from.yM, x2: to.xM, y2: to.yM, lossDb })),
  });
  for (const id of ['desk', 'phone', 'phone-2'])
    await air.order({ do: 'controller', id, socket: join(directory, `${id}.sock`) });
  await air.order({ do: 'place', id: 'desk', x: scene.own.xM, y: scene.own.yM, pose: 'desk', placement: 'desk' });
  const others: readonly OtherDesk[] = provisionOthers(scene, Date.now());
  const transmit = (id: string, at: Point, frames: readonly WindowFrames[]): Promise<unknown> =>
    air.order({
      do: 'transmit',
      id,
      x: at.xM,
      y: at.yM,
      address: frames[0]?.address,
      intervalMs: INTERVAL_MS,
      frames: frames.map(({ fromMs, address, data }) => ({ fromMs, address, data })),
    });
  for (const { desk, beacon } of others) await transmit(desk.id, desk, windowsOf(beacon, organisationUuid, Date.now()));
  const radio = `h4:unix:${join(directory, 'desk.sock')}`;
  const daemon = await startDaemonOn({
    radio,
    directory,
    exponentK: EXPONENT_K,
    organisationUuid,
    desk: scene.own.id,
  });
  cleanUps.push(() => daemon.stop());
  const own: ProfileBeacon = daemon.profileBeacon;
  const rootKey = randomBytes(32);
  const home: OtherDesk = { desk: HOME, beacon: provision(HOME.id, rootKey, 0, Date.now()) };
  await transmit(HOME.id, HOME, windowsOf(home.beacon, organisationUuid, Date.now()));
  const setUp = { scene, seed, own, others, organisationUuid, startedUnixMs: Date.now() };
  const walked = walkOffice(setUp, profileOf(scene, own, others, organisationUuid));
  const office = profileOf(scene, own, others, organisationUuid, walked);
  const profile = { ...office, policy: { ...office.policy, ringAfterMs: RING_AFTER_MS } };
  const seatOf = (phone: Radio) => chooseSeat({ ...setUp, names: { own: 'desk', phone } }, profile);
  const seats = { phone: seatOf('phone'), 'phone-2': seatOf('phone-2') };
  const withHome = {
    ...profile,
    ownDesks: [...profile.ownDesks, HOME.id],
    beacons: [...profile.beacons, { ...home.beacon, positionM: [HOME.xM, HOME.yM] }],
  };
  const undos: (() => Promise<unknown>)[] = [];
  return {
    radio: (id) => `h4:unix:${join(directory, `${id}.sock`)}`,
    profile: (user) => (user.startsWith('1003') ? withHome : profile),
    async arrange({ call, hasBluetooth }, mobiles) {
      for (const undo of undos.splice(0)) await undo();
      for (const { radio: id, class: where } of mobiles) {
        const { at, pose } = spotOf(scene, where);
        const { xM: x, yM: y } = where === 'desk-hand' ? seats[id].at : at;
        const placement = where === 'desk-hand' ? seats[id].placement : `${call}-${id}`;
        await air.order({ do: 'place', id, x, y, pose, placement });
        if (where !== 'forger') continue;
        await transmit('forger', { xM: at.xM + 0.5, yM: at.yM }, [recordingOf(own, organisationUuid, Date.now())]);
        undos.push(() => air.order({ do: 'remove', id: 'forger' }));
      }
      if (hasBluetooth) return;
      await air.order({ do: 'fault', id: 'phone', kind: 'power-off' });
      undos.push(async () => {
        await air.order({ do: 'fault', id: 'phone', kind: 'power-on' });
        await pause(RADIO_ON_MS);
      });
    },
  };
}

function spotOf(scene: Scene, where: CallClass | 'home'): { readonly at: Point; readonly pose: string } {
  if (where === 'home') return { at: { xM: HOME.xM + 0.2, yM: HOME.yM - 0.4 }, pose: 'hand' };
  const planned = scene.calls.find((one) => one.class === where);
  if (planned === undefined) throw new Error(`the scene has no place "${where}"`);
  return { at: planned.phone, pose: planned.pose };
}
