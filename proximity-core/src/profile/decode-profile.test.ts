import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profile } from '../call/testing/desk.js';
import { decodeProfile } from './decode-profile.js';
import { defaultPolicy } from './profile.js';

const copy = (changes: object): unknown => JSON.parse(JSON.stringify({ ...profile, ...changes }));
const policyOf = (policy: object) => {
  const decoded = decodeProfile(copy({ policy }));
  return decoded.ok ? decoded.profile.policy : decoded.reason;
};

describe('a profile', () => {
  it('is read as it was written, and takes what it does not know for later', () => {
    expect(decodeProfile(copy({}))).toMatchObject({ ok: true, profile: JSON.parse(JSON.stringify(profile)) });
    expect(decodeProfile(copy({ added: { later: true } }))).toMatchObject({ ok: true });
  });

  it('has a policy with defaults', () => {
    expect(policyOf({})).toEqual(defaultPolicy);
    expect(policyOf({ neighbourWeight: 0 })).toEqual({ ...defaultPolicy, neighbourWeight: 0 });
    expect(policyOf({ neighbourWeight: 2.5 })).toEqual({ ...defaultPolicy, neighbourWeight: 2.5 });
  });

  it.each([
    [{ neighbourWeight: -1 }, 'policy.neighbourWeight: expected a number 0..10'],
    [{ neighbourWeight: 'much' }, 'policy.neighbourWeight: expected a number 0..10'],
    [{ ringAfterMs: 60_001 }, 'policy.ringAfterMs: expected an integer 0..60000, got 60001'],
    [{ deskPhoneUnknown: 'silence' }, 'policy.deskPhoneUnknown: expected "ring" or "decide"'],
    [{ clockToleranceS: 1.5 }, 'policy.clockToleranceS: expected an integer 0..600, got 1.5'],
  ])('with %j says what was expected', (policy, reason) => {
    expect(policyOf(policy)).toContain(reason);
  });

  it('that is anything else is refused, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(decodeProfile(value).ok).toBe(false);
      }),
    );
  });
});
