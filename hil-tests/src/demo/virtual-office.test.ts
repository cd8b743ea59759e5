import { describe, expect, it } from 'vitest';
import type { DemoCall } from './results.js';
import type { CallClass } from './scenes.js';
import { runVirtualOffice } from './virtual-office.js';

/** Fixed unless somebody asks for others: `SEED=7 npx vitest run virtual-office`. */
const firstSeed = Number(process.env.SEED ?? 2000);
const OFFICES = 30;

describe(`the first decision over ${OFFICES} virtual offices from seed ${firstSeed}`, () => {
  const calls: readonly DemoCall[] = Array.from({ length: OFFICES }, (_, i) =>
    runVirtualOffice('office', firstSeed + i),
  ).flat();
  const silenced = (...classes: readonly CallClass[]): { readonly calls: number; readonly silenced: number } => {
    const chosen = calls.filter((call) => classes.includes(call.class));
    return { calls: chosen.length, silenced: chosen.filter((call) => call.decision === 'silence').length };
  };

  it('never silences beside a forger or without the beacon', () => {
    expect(silenced('forger', 'unplugged')).toEqual({ calls: 2 * OFFICES, silenced: 0 });
  });

  it('silences at most one call in a hundred out of earshot', () => {
    const { calls: all, silenced: wrong } = silenced('next-room', 'corridor', 'gone');
    expect(all).toBe(5 * OFFICES);
    expect(wrong / all).toBeLessThanOrEqual(0.01);
  });

  it('silences three of four calls with the phone in the hand at its desk, and every second in the pocket', () => {
    const inHand = silenced('desk-hand');
    const inPocket = silenced('desk-pocket');
    expect(inHand.silenced / inHand.calls).toBeGreaterThan(0.75);
    expect(inPocket.silenced / inPocket.calls).toBeGreaterThan(0.5);
  });

  it('does not depend on the keys of the day, only on the seed', () => {
    expect(JSON.stringify(runVirtualOffice('office', firstSeed))).toBe(
      JSON.stringify(runVirtualOffice('office', firstSeed)),
    );
  });

  it('decides with three desks and with one alone, and never silences a phone that is gone', () => {
    for (const scene of ['three-desks', 'one-desk'] as const) {
      const small = Array.from({ length: 10 }, (_, i) => runVirtualOffice(scene, firstSeed + i)).flat();
      expect(
        small.filter((call) => ['gone', 'forger', 'unplugged'].includes(call.class) && call.decision === 'silence'),
      ).toEqual([]);
      expect(small.some((call) => call.class === 'desk-hand' && call.decision === 'silence')).toBe(true);
    }
  });
});
