import { createHmac } from 'node:crypto';
import { deriveEid, deriveTemporaryKey, encodeHex } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { agreeIdentityKey, agreePseudorandomKey, deriveKeys, publicKeyOf } from './keys.js';

const bytes = (hexadecimal: string): Uint8Array => new Uint8Array(Buffer.from(hexadecimal, 'hex'));

/** Published: the key pair specification of EddystoneEidClient, `key_pair_spec` (vector P3 of the protocols note). */
const resolver = {
  privateKey: bytes('61136adab1bf302f1c49e860196aeefd8fbaa41518b4c226372d6cc469c47278'),
  publicKey: bytes('29769a045dcb811ba3025985b9de91eb9a57dadbceb68a1e6a3c2b1af4868e1f'),
};
const beacon = {
  privateKey: bytes('6ea13b5ef3cc642fd6102c1d85c096b510f56efc488114a4562a987bf4525628'),
  publicKey: bytes('c63e6f89aab47552c8d621a59c81d0af203f6570a4bd7a267a08a17561c8bc2b'),
};
const publicKeys = { resolverPublicKey: resolver.publicKey, beaconPublicKey: beacon.publicKey };
const sides = [
  { side: 'beacon', privateKey: beacon.privateKey, ...publicKeys },
  { side: 'resolver', privateKey: resolver.privateKey, ...publicKeys },
] as const;

describe('the Eddystone key agreement', () => {
  it('computes the published public keys of vector P3', () => {
    expect(publicKeyOf(resolver.privateKey)).toEqual(resolver.publicKey);
    expect(publicKeyOf(beacon.privateKey)).toEqual(beacon.publicKey);
  });

  it.each(sides)('agrees on the published identity key of vector P3 at the side of the $side', (agreement) => {
    expect(encodeHex(agreeIdentityKey(agreement))).toBe('f40d6f18e5882260e847e99ca33ac44f');
  });

  it.each(sides)('passes through the pseudorandom key of vector C7 at the side of the $side', (agreement) => {
    const expected = '119e2e7ba0d106cc2f9cc30bb191137a494e50d1fdf68a3e1a2e75be3d73057f';
    expect(encodeHex(agreePseudorandomKey(agreement))).toBe(expected);
  });

  it('gives the identifiers of vector C7', () => {
    const identityKey = agreeIdentityKey(sides[0]);
    const eidAt = (counterS: number): string =>
      encodeHex(deriveEid(deriveTemporaryKey(identityKey, counterS >>> 16), counterS, 10));
    expect(eidAt(65280)).toBe('a056a9b8409e3885');
    expect(eidAt(65536)).toBe('84045f3c8e460b43');
  });

  it.each([
    ['zero', '00'.repeat(32)],
    ['one', `01${'00'.repeat(31)}`],
    ['order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
  ])('refuses a public key that gives an all-zero secret: %s', (_, key) => {
    expect(() => agreeIdentityKey({ ...sides[0], resolverPublicKey: bytes(key) })).toThrow(RangeError);
  });

  it.each(['privateKey', 'resolverPublicKey', 'beaconPublicKey'] as const)('refuses a %s of 31 octets', (name) => {
    const short = { ...sides[0], [name]: new Uint8Array(31).fill(9) };
    expect(() => agreeIdentityKey(short)).toThrow(`${name}: expected 32 octets, got 31`);
  });
});

describe('the keys of a beacon', () => {
  const rootKey = Uint8Array.from({ length: 32 }, (_, i) => i * 7);

  /** HKDF-SHA-256 written out (RFC 5869 §2): no salt is a salt of 32 zeros, and 16 octets need one block. */
  function expandByHand(label: string): Uint8Array {
    const extracted = createHmac('sha256', new Uint8Array(32)).update(rootKey).digest();
    const block = createHmac('sha256', extracted).update(label).update(Uint8Array.of(1)).digest();
    return new Uint8Array(block.subarray(0, 16));
  }

  it('are what HKDF computed by hand gives for their labels', () => {
    expect(deriveKeys(rootKey)).toEqual({ identityKey: expandByHand('eid'), recognitionKey: expandByHand('ibeacon') });
  });

  it('are refused for a root key of another length', () => {
    expect(() => deriveKeys(new Uint8Array(16))).toThrow('rootKey: expected 32 octets, got 16');
  });
});
