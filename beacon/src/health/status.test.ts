import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { AirSnapshot } from './air-watch.js';
import { renderMetrics } from './metrics.js';
import { assembleStatus, type StatusParts } from './status.js';
import { statusFields } from './status-fields.js';
import { duration, renderStatus } from './status-lines.js';
import { fieldOf, renderStatusTable, schemaOfStatus } from './status-schema.js';
import { readMetrics } from './testing/read-metrics.js';

const UNIX_MS = 1_795_000_000_000;
const settings = {
  organisationUuid: new Uint8Array(16).fill(9),
  exponentK: 9,
  intervalMs: 100,
  measuredPowerDbm: -59,
  clockOffsetS: 7,
};
const ownership = { rootKey: new Uint8Array(32).fill(0xa1), setupCode: new Uint8Array(16).fill(0xb2) };
const on: AirSnapshot = { isEnabled: true, enabledAgoMs: 4_210, enables: 3, disallowedCommands: 1, resets: 0 };

const least: StatusParts = {
  ownership: () => ownership,
  clock: { nowUnixMs: () => UNIX_MS },
  time: () => ({ isClockSynchronised: true, isWaitingForClock: false, isClockHeld: false, needsRekey: false }),
  settings,
  windowLeftMs: () => -5,
  uptimeS: () => 90_061,
};
const whole: StatusParts = {
  ...least,
  radio: { address: 'hci:0', isUp: () => true },
  air: () => on,
  roundTrip: () => ({ lastMs: 1.234, worstMs: 21.56 }),
  alreadyOnCount: () => 1,
  malformed: () => 2,
  wrongAttempts: () => 4,
  incidents: () => ({
    ...{ breaks: 3, darkMs: 4500, onAirSinceUnixMs: UNIX_MS - 60_000 },
    counts: { 'controller-reset': 2, 'a "quoted\\" name\n': 1 },
  }),
};
const withCentral = { ...whole, air: () => ({ ...on, isEnabled: false, centralForMs: 12_000 }) };
const onAirOf = (parts: Partial<StatusParts>) => assembleStatus({ ...whole, ...parts }).onAir;

describe('the status', () => {
  it('keeps the fields that were always there, and knows window and next change', () => {
    expect(assembleStatus(whole)).toMatchObject({
      version: 1,
      onAir: 'frames',
      isClaimed: false,
      isRingAll: false,
      name: '',
      windowLeftS: 0,
      unixMs: UNIX_MS,
      isClockHeld: false,
      uptimeS: 90_061,
      // 1 795 000 007 in windows of 512 s.
      identity: { exponentK: 9, counterS: 1_795_000_007, windowStartS: 1_794_999_808, nextChangeS: 313 },
      advertising: { isEnabled: true, enabledAgoS: 4.2, enables: 3, alreadyOn: 1, intervalMs: 100 },
      radio: { address: 'hci:0', isUp: true, lastRoundTripMs: 1.2, worstRoundTripMs: 21.6 },
    });
  });

  it("tells the owner's settings where there is an owner", () => {
    const owner = {
      key: new Uint8Array(32),
      settings: { ...settings, exponentK: 4, intervalMs: 250, name: 'Desk 12' },
    };
    const told = assembleStatus({ ...whole, ownership: () => ({ ...ownership, owner, isRingAll: true }) });
    expect(told).toMatchObject({ isClaimed: true, isRingAll: true, name: 'Desk 12', onAir: 'ring-all' });
    expect(told).toMatchObject({ identity: { exponentK: 4 }, advertising: { intervalMs: 250 } });
  });

  it('is on the air by what the controller confirmed, and through a change of identity', () => {
    const off = { ...on, isEnabled: false };
    expect(onAirOf({})).toBe('frames');
    expect(onAirOf({ windowLeftMs: () => 9000 })).toBe('pairing');
    expect(onAirOf({ air: () => ({ ...off, disabledAgoMs: 80 }) })).toBe('frames');
    expect(onAirOf({ air: () => ({ ...off, disabledAgoMs: 1001 }) })).toBe('silent');
    expect(onAirOf({ air: () => ({ ...off, centralForMs: 3 }) })).toBe('central');
    expect(onAirOf({ radio: { address: 'hci:0', isUp: () => false } })).toBe('silent');
    expect(assembleStatus(least).onAir).toBe('silent');
  });

  it('fits its JSON Schema, which is that of docs, with all parts and with none', async () => {
    const schema = schemaOfStatus();
    const fits = new Ajv2020({ strict: true }).compile(schema);
    for (const parts of [least, whole, withCentral]) {
      expect(fits(JSON.parse(JSON.stringify(assembleStatus(parts)))), JSON.stringify(fits.errors)).toBe(true);
    }
    expect(fits({ ...assembleStatus(whole), onAir: 'perhaps' })).toBe(false);
    const { identity: _identity, ...without } = assembleStatus(whole);
    expect(fits(without)).toBe(false);
    const file = new URL('../../../docs/deskbeacond-status.schema.json', import.meta.url);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(schema);
  });

  it('has a described field for each of its values, and a value for each of its fields', () => {
    const pathsOf = (value: object, prefix = ''): readonly string[] =>
      Object.entries(value).flatMap(([name, inner]) => {
        const path = prefix + name;
        return typeof inner === 'object' && path !== 'incidents' ? pathsOf(inner as object, `${path}.`) : [path];
      });
    const { central: _central, ...status } = assembleStatus(whole);
    expect([...pathsOf(status), 'central.connectedS'].sort()).toEqual(statusFields.map(({ path }) => path).sort());
    for (const { path, isOptional } of statusFields)
      expect(fieldOf(assembleStatus(least), path) !== undefined, path).toBe(isOptional !== true);
  });

  it('is told in docs/daemon.md', async () => {
    const page = await readFile(new URL('../../../docs/daemon.md', import.meta.url), 'utf8');
    expect(page).toContain(renderStatusTable());
  });
});

describe('the status for people', () => {
  it('begins with a sentence about the air, then lines up names and values with units', () => {
    const told = { ...whole, incidents: () => ({ breaks: 0, darkMs: 0, counts: { reset: 2 } }) };
    const lines = renderStatus({ ...assembleStatus(told) }).split('\n');
    expect(lines[0]).toBe('On the air by hci:0: phones at this desk stay quiet.');
    expect(lines).toContain("beacon's time           2026-11-18T11:06:40.000Z");
    expect(lines).toContain('running for             1 d 1 h');
    expect(lines).toContain('last command took       1.2 ms');
    expect(lines).toContain('next identity in        5 min 13 s');
    expect(lines).toContain('T                       1795000007 s');
    expect(lines).toContain('clock synchronised      yes');
    expect(lines).toContain('incidents: reset        2');
  });

  it.each<readonly [Partial<StatusParts>, string]>([
    [{ windowLeftMs: () => 250_000 }, 'Not on the air as a desk: it waits to be paired, 4 min 10 s more. Phones ring.'],
    [withCentral, 'Not on the air: somebody is connected, 12 s so far. Phones ring.'],
    [{ radio: { address: 'hci:0', isUp: () => false } }, 'NOT on the air: the adapter by hci:0 is down. Phones ring.'],
    [{ air: () => ({ ...on, isEnabled: false }) }, 'NOT on the air. Phones ring.'],
  ])('says what is the matter (%#)', (parts, sentence) => {
    expect(renderStatus({ ...assembleStatus({ ...whole, ...parts }) }).split('\n')[0]).toBe(sentence);
  });

  it('shows what a daemon of another version tells, and steers no terminal', () => {
    expect(renderStatus({ onAir: 'constructor', name: 'a\u001b[2Jb\u202e', uptimeS: 5 })).toBe(
      'The daemon runs, and does not say whether it is on the air.\n\nname         a?[2Jb?\nrunning for  5 s\n',
    );
  });

  it.each([
    [0, '0 s'],
    [4.2, '4.2 s'],
    [60, '1 min 0 s'],
    [3599.7, '1 h 0 min'],
    [86_400 * 400, '400 d 0 h'],
  ])('writes %d s as %s', (s, text) => {
    expect(duration(s)).toBe(text);
  });
});

describe('the metrics', () => {
  it('are what Prometheus can read, with the values of the status', () => {
    const metrics = readMetrics(renderMetrics({ ...assembleStatus(withCentral) }));
    const of = (name: string) => [...(metrics.get(`deskbeacon_${name}`)?.samples.values() ?? [])][0];
    expect(of('central_connected_seconds')).toBe(12);
    expect(of('hci_command_slowest_seconds')).toBeCloseTo(0.0216, 9);
    expect(of('time_seconds')).toBe(1_795_000_000);
    expect(of('hci_disallowed_commands_total')).toBe(1);
    expect(of('clock_synchronised')).toBe(1);
    expect([...(metrics.get('deskbeacon_on_air')?.samples ?? [])].filter(([, value]) => value === 1)).toEqual([
      ['{state="central"}', 1],
    ]);
    expect([...(metrics.get('deskbeacon_incidents_total')?.samples.keys() ?? [])]).toEqual([
      '{kind="controller-reset"}',
      '{kind="a \\"quoted\\\\\\" name\\n"}',
    ]);
  });

  it('have names as the conventions ask: counters end in _total, durations in _seconds, no other units', () => {
    for (const [name, { type }] of readMetrics(renderMetrics({ ...assembleStatus(withCentral) }))) {
      expect(name).toMatch(/^deskbeacon_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(name).not.toMatch(/_(ms|minutes|s)(_total)?$/);
    }
  });

  it('leave away what is not known, and hold no key, name or address', () => {
    const owner = { key: new Uint8Array(32).fill(0xc3), settings: { ...settings, name: 'Desk 12' } };
    const text = renderMetrics({ ...assembleStatus({ ...whole, ownership: () => ({ ...ownership, owner }) }) });
    for (const secret of ['Desk 12', 'a1a1', 'b2b2', 'c3c3', '0909', 'hci:0']) expect(text).not.toContain(secret);
    expect(readMetrics(renderMetrics({ ...assembleStatus(least) })).has('deskbeacon_breaks_total')).toBe(false);
  });
});
