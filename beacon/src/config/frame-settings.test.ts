import { readFile } from 'node:fs/promises';
import { encodeHex } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { BeaconError } from '../errors.js';
import { usualFrames } from '../schedule/frame-set.js';
import { parseConfig } from './config.js';
import { frameKeys } from './frame-settings.js';

const required = ['organisation_uuid = "8b0ca750-e7a7-4e14-bd99-095477cb3e77"', 'state_directory = "/x"'];
const framesOf = (...lines: readonly string[]) =>
  parseConfig([...required, '[frames]', ...lines].join('\n'), 'desk.toml').frames;

function messageOf(lines: readonly string[], before: readonly string[] = []): string {
  try {
    parseConfig([...required, ...before, '[frames]', ...lines].join('\n'), 'desk.toml');
  } catch (error) {
    if (error instanceof BeaconError && error.code === 'config-invalid')
      return error.message.replace(/^desk\.toml:\d+:\d+:/, 'desk.toml:');
    throw error;
  }
  throw new Error('it was accepted');
}

describe('the table [frames]', () => {
  it('may be left out or empty: the usual frames are on the air then', () => {
    expect(parseConfig(required.join('\n'), 'desk.toml').frames).toBeUndefined();
    expect(framesOf()).toEqual(usualFrames);
  });

  it('switches every frame on with a line of its own', () => {
    const frames = framesOf(
      'ibeacon = { weight = 5, measured_power_dbm = -60 }',
      'eid = { weight = 3, measured_power_dbm = -61 }',
      'own_format = { weight = 2, measured_power_dbm = -62 }',
      'etlm = { every_ms = 30000 }',
      'uid = { namespace = "8b0ca750095477cb3e77", instance = "0123456789AB", every_ms = 700, measured_power_dbm = -63 }',
      'url = { url = "https://example.com/desk", weight = 4 }',
      'altbeacon = { company_id = 65535, beacon_id = "000102030405060708090a0b0c0d0e0f10111213", reserved = 7 }',
      'address_seconds = 64',
      'extended = true',
      'tx_power_dbm = -8',
    );
    const { uid, altbeacon, ...rest } = frames ?? usualFrames;
    expect(rest).toEqual({
      ibeacon: { weight: 5, measuredPowerDbm: -60 },
      eid: { weight: 3, measuredPowerDbm: -61 },
      ownFormat: { weight: 2, measuredPowerDbm: -62 },
      etlm: { everyMs: 30_000 },
      url: { url: 'https://example.com/desk', pace: { weight: 4 } },
      addressSeconds: 64,
      extended: true,
      txPowerDbm: -8,
    });
    expect(uid).toMatchObject({ measuredPowerDbm: -63, pace: { everyMs: 700 } });
    expect([encodeHex(uid?.namespace as Uint8Array), encodeHex(uid?.instance as Uint8Array)]).toEqual([
      '8b0ca750095477cb3e77',
      '0123456789ab',
    ]);
    expect(altbeacon).toMatchObject({ companyId: 65_535, reserved: 7, pace: { everyMs: 1000 } });
    expect(altbeacon?.beaconId).toHaveLength(20);
  });

  it('takes the short forms, and false for what may be off', () => {
    expect(framesOf('own_format = true')).toEqual({ ...usualFrames, ownFormat: { weight: 1 } });
    expect(framesOf('etlm = true', 'eid = {}', 'ibeacon = {}')).toEqual(usualFrames);
    const { etlm: _off, ...withoutEtlm } = usualFrames;
    expect(framesOf('etlm = false', 'uid = false', 'url = false', 'altbeacon = false', 'own_format = false')).toEqual(
      withoutEtlm,
    );
    expect(framesOf('url = "https://a.com"')?.url).toEqual({ url: 'https://a.com', pace: { everyMs: 1000 } });
  });

  it.each([
    ['ibeacon = false', 'desk.toml: frames.ibeacon: expected a table, got false'],
    ['eid = true', 'desk.toml: frames.eid: expected a table, got true'],
    ['ibeacon = { weight = 0 }', 'desk.toml: frames.ibeacon.weight: expected an integer 1..100, got 0'],
    ['eid = { weight = 1.5 }', 'desk.toml: frames.eid.weight: expected an integer 1..100, got 1.5'],
    [
      'eid = { every_ms = 100 }',
      'desk.toml: frames.eid.every_ms: expected a known setting (known are weight, measured_power_dbm)',
    ],
    [
      'eid = { measured_power_dbm = 21 }',
      'desk.toml: frames.eid.measured_power_dbm: expected an integer -100..20, got 21',
    ],
    ['own_format = 1', 'desk.toml: frames.own_format: expected true, false or a table, got 1'],
    ['etlm = { every_ms = 999 }', 'desk.toml: frames.etlm.every_ms: expected an integer 1000..600000, got 999'],
    ['etlm = { every_ms = nan }', 'desk.toml: frames.etlm.every_ms: expected an integer 1000..600000, got NaN'],
    ['uid = true', 'desk.toml: frames.uid: expected false or a table, got true'],
    [
      'uid = { namespace = "8b0c", instance = "0123456789ab" }',
      'desk.toml: frames.uid.namespace: expected 20 hexadecimal digits, got "8b0c"',
    ],
    [
      'uid = { namespace = "8b0ca750095477cb3e77" }',
      'desk.toml: frames.uid.instance: expected 12 hexadecimal digits, and it is missing',
    ],
    [
      'uid = { namespace = "8b0ca750095477cb3e77", instance = "0123456789ab", every_ms = 500, weight = 1 }',
      'desk.toml: frames.uid.weight: expected either every_ms or weight, got 1',
    ],
    ['url = "ftp://a.com"', 'desk.toml: frames.url: expected an http or https URL of printable ASCII'],
    ['url = "https://far-too-long-for-a-beacon.example"', 'desk.toml: frames.url: expected an http or https URL'],
    ['url = { every_ms = 500 }', 'desk.toml: frames.url.url: expected an http or https URL'],
    ['url = 1', 'desk.toml: frames.url: expected false, a URL or a table, got 1'],
    ['altbeacon = {}', 'desk.toml: frames.altbeacon.company_id: expected an integer 0..65535, and it is missing'],
    [
      'altbeacon = { company_id = 1 }',
      'desk.toml: frames.altbeacon.beacon_id: expected 40 hexadecimal digits, and it is missing',
    ],
    [
      'address_seconds = 512',
      'desk.toml: frames.address_seconds: expected a divisor of 512, the seconds of an identity',
    ],
    ['address_seconds = 3', 'desk.toml: frames.address_seconds: expected a divisor of 512, the seconds of an identity'],
    ['extended = 1', 'desk.toml: frames.extended: expected true or false, got 1'],
    ['tx_power_dbm = 4', 'desk.toml: frames.tx_power_dbm: expected extended = true beside it, got 4'],
    ['extended = true\ntx_power_dbm = 21', 'desk.toml: frames.tx_power_dbm: expected an integer -127..20, got 21'],
    ['beacon = true', 'desk.toml: frames.beacon: expected a known setting (known are ibeacon, eid'],
    ['constructor = true', 'desk.toml: frames.constructor: expected a known setting'],
  ])('refuses %j, and says what is expected', (line, message) => {
    expect(messageOf([line])).toContain(message);
  });

  it('is a table, and an address lasts long enough for every frame to be sent', () => {
    expect(() => parseConfig([...required, 'frames = true'].join('\n'), 'desk.toml')).toThrow(
      'desk.toml:3:1: frames: expected a table [frames], got true',
    );
    expect(messageOf(['address_seconds = 1'], ['interval_ms = 500'])).toContain(
      'frames.address_seconds: expected more seconds with interval_ms = 500 (at most 400 ms fit), got 1',
    );
  });
});

describe('docs/frames.md', () => {
  it('lists every key of [frames], and no other', async () => {
    const page = await readFile(new URL('../../../docs/frames.md', import.meta.url), 'utf8');
    const section = page.split('\n## Settings')[1]?.split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect([...rows].sort()).toEqual([...frameKeys].sort());
  });
});
