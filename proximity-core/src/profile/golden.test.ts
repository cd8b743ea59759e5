import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeProfile } from './decode-profile.js';
import { compileLookup } from './lookup.js';

/**
 * Profiles that are out there, frozen: every later version of this package reads them as this one does. A file of this folder
 * is never changed and never removed; what a later version writes becomes a new file with a hash of its own.
 */

const folder = join(import.meta.dirname, 'golden');
const instantMs = 1767862800000;
const frozen: Readonly<Record<string, string>> = {
  'v1-full.json': '6b41dd5bda3816b508f80e9b44220d9689195cac2c03d0721acc2e5b910e4b6f',
  'v1-full.expected.json': 'a7c784822ea9ed2dc670239628469de1c85327bd4c2d3437fca13107a7626912',
  'v1-least.json': 'bd78cd5be95bea34b0b3ec10b7f080f9525ff21df3f5363aaeac561a76bd3b4d',
  'v1-least.expected.json': '2c32607c9bf87e3692135e5dcbffc045d1865008e260639888ca6761b9e0b8b7',
};

function read(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;
}

function profileOf(name: string) {
  const decoded = decodeProfile(read(name));
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.profile;
}

describe('a profile of version 1 that was issued once', () => {
  it.each(Object.entries(frozen))('stays as it was frozen: %s', (name, hash) => {
    expect(
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ).toBe(hash);
  });

  it('is among the frozen ones, if it is in the folder', () => {
    const issued = readdirSync(folder).filter((name) => name.startsWith('v'));
    expect(issued.sort()).toEqual(Object.keys(frozen).sort());
  });

  it.each(['v1-full', 'v1-least'])('is read for ever, and means the same identities on the air: %s', (name) => {
    const profile = profileOf(`${name}.json`);
    // A later version may read more of it, but nothing less and nothing otherwise.
    expect({ profile, identitiesAt1767862800000: compileLookup(profile, instantMs) }).toMatchObject(
      read(`${name}.expected.json`),
    );
  });
});

describe('a profile of a later version', () => {
  it('is read where it only adds optional fields, as if they were not there', () => {
    expect(profileOf('later-optional-fields.json')).toEqual(profileOf('v1-full.json'));
  });

  it('is read without the print of a walk where that has a form of its own', () => {
    const { model, ...rest } = profileOf('v1-full.json');
    expect(profileOf('later-fingerprints.json')).toEqual({ ...rest, model: { calibration: model.calibration } });
  });

  it.each([
    [
      'later-critical.json',
      'critical: this program does not know "policy.quietHours", which this file cannot be read without',
    ],
    ['later-version-2.json', 'version: expected 1, got 2'],
  ])('is refused as a whole, and says why, where it cannot be read rightly: %s', (name, reason) => {
    expect(decodeProfile(read(name))).toEqual({ ok: false, reason });
  });

  it.each([
    [{ critical: 'policy' }, 'critical: expected a list of at most 64 names'],
    [{ critical: [7] }, 'critical: expected a list of at most 64 names'],
    [{ critical: Array.from({ length: 65 }, () => 'x') }, 'critical: expected a list of at most 64 names'],
  ])('is refused where it says wrongly what is critical', (changes, reason) => {
    expect(decodeProfile({ ...read('v1-full.json'), ...changes })).toEqual({ ok: false, reason });
  });

  it('is not taken for one whose walk is damaged', () => {
    const model = { calibration: 'current', fingerprints: { version: 0, desks: {} } };
    expect(decodeProfile({ ...read('v1-full.json'), model })).toMatchObject({ ok: false });
  });
});
