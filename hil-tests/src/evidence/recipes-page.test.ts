import { readFileSync } from 'node:fs';
import { createCall, type HostCapabilities, reasons, step } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';

const page = readFileSync(new URL('../../../docs/recipes.md', import.meta.url), 'utf8');
const recipes = page
  .split(/^## /m)
  .slice(1)
  .map((text) => ({
    name: text.slice(0, text.indexOf('\n')),
    hosts: [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json]) => JSON.parse(json as string)),
  }));
/** Every capability there is: one more in the core, and this does not compile. */
const known: Readonly<Record<keyof HostCapabilities, true>> = {
  canHoldRing: true,
  canRingLate: true,
  mustReportAtOnce: true,
  canEndElsewhere: true,
  canWatch: true,
  countsRangingCycles: true,
  hearsOwnDesksOnly: true,
};

/** What the reducer asks of such a host: a desk that is loud and proven, for a second and a half; then ten seconds of nobody. */
function actionsOf(host: HostCapabilities): readonly string[] {
  let state = createCall({ desks: ['d-1'], host });
  const actions: string[] = [];
  const events = [
    { t: 0, event: 'call' },
    { t: 20, event: 'scan-started', mode: 'low-latency' },
    ...Array.from(
      { length: 14 },
      (_, i) =>
        ({ t: 60 + 100 * i, event: 'sighting', desk: 'd-1', rssiDbm: -40 - (i % 3), authenticated: true }) as const,
    ),
    { t: 1500, event: 'tick' },
    { t: 11_500, event: 'tick' },
  ] as const;
  for (const event of events) {
    const next = step(state, event);
    state = next.state;
    actions.push(...next.actions.map(({ action }) => action));
  }
  return actions;
}

describe('docs/recipes.md', () => {
  it('has one host in each recipe, of capabilities that the core knows', () => {
    expect(recipes).toHaveLength(4);
    for (const { name, hosts } of recipes) {
      expect(hosts, name).toHaveLength(1);
      for (const capability of Object.keys(hosts[0])) expect(known, name).toHaveProperty(capability);
    }
  });

  it.each(recipes)('is taken by the reducer as the page says: $name', ({ name, hosts }) => {
    const actions = actionsOf(hosts[0] as HostCapabilities);
    expect(actions).toContain('start-scan');
    if (name.startsWith('Android')) {
      expect(actions[0]).toBe('hold-ring');
      expect(actions.indexOf('silence')).toBeGreaterThan(0);
      expect(actions.indexOf('ring')).toBeGreaterThan(actions.indexOf('silence'));
    } else {
      expect(actions).not.toContain('hold-ring');
      expect(actions).not.toContain('silence');
    }
  });

  it('names reasons that there are', () => {
    const named = [...page.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, code]) => code as string);
    const others = ['bluetooth-central'];
    const codes = named.filter((code) => !others.includes(code));
    expect(codes.length).toBeGreaterThan(6);
    for (const code of codes) expect(Object.keys(reasons), code).toContain(code);
  });
});
