import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { callInVirtualTime, type OfficeSetUp, openOfficeAir, walkOffice } from '../demo/office-air.js';
import { profileOf, provision, provisionOthers } from '../demo/provision.js';
import { planScene } from '../demo/scenes.js';
import { chooseSeat } from './seat.js';

const STARTED_UNIX_MS = Date.UTC(2026, 10, 24, 9, 0, 0);
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const CALLS = 25;

function officeOf(seed: number) {
  const scene = planScene('office', seed);
  const organisationUuid = randomBytes(16).toString('hex');
  const own = provision(scene.own.id, randomBytes(32), 0, STARTED_UNIX_MS);
  const others = provisionOthers(scene, STARTED_UNIX_MS);
  const names = { own: 'desk', phone: 'phone' };
  const setUp: OfficeSetUp & { readonly names: typeof names } = {
    ...{ scene, seed, own, others, organisationUuid, names },
    startedUnixMs: STARTED_UNIX_MS,
  };
  const unwalked = profileOf(scene, own, others, organisationUuid);
  return { setUp, profile: profileOf(scene, own, others, organisationUuid, walkOffice(setUp, unwalked)) };
}

describe('the seat of the calls', () => {
  it('is one of the places at the own desk, and the app is quiet there call after call', () => {
    let quiet = 0;
    for (const seed of seeds) {
      const { setUp, profile } = officeOf(seed);
      const { at, placement } = chooseSeat(setUp, profile);
      expect(setUp.scene.calls.filter(({ class: where }) => where === 'desk-hand').map(({ phone }) => phone)).toContain(
        at,
      );
      const office = openOfficeAir({ ...setUp, startedUnixMs: STARTED_UNIX_MS + 60_000 });
      office.air.place({ id: 'phone', ...at, pose: 'hand', placement });
      // Other instants than those of the rehearsal: what changes with time is drawn anew.
      office.air.advanceTo(7_770_000);
      for (let i = 0; i < CALLS; i += 1) {
        if (callInVirtualTime(office, profile, 1500).state.decision.decision === 'silence') quiet += 1;
        office.air.advanceTo(office.air.nowUs() + 730_000);
      }
    }
    expect(quiet / (seeds.length * CALLS)).toBeGreaterThan(0.97);
  });
});
