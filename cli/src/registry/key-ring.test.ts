import { describe, expect, it } from 'vitest';
import { createKeyRing, type KeyRingHeader, unlockKeyRing } from './key-ring.js';

const PASSPHRASE = 'correct horse battery staple';
const place = 'beacons/b-1/rootKey';
const secret = new Uint8Array(32).fill(7);

describe('a key ring', () => {
  const made = createKeyRing(PASSPHRASE);

  it('opens what it sealed, and again after it was locked', async () => {
    const { ring, header } = await made;
    const sealed = ring.seal(place, secret);
    expect(Buffer.from(sealed).includes(Buffer.from(secret))).toBe(false);
    expect(ring.open(place, sealed)).toEqual(secret);
    const later = await unlockKeyRing(JSON.parse(JSON.stringify(header)), PASSPHRASE);
    expect(later.open(place, sealed)).toEqual(secret);
  });

  it('seals the same secret differently each time', async () => {
    const { ring } = await made;
    expect(ring.seal(place, secret)).not.toEqual(ring.seal(place, secret));
  });

  it('opens nothing that was moved, cut or changed in any octet', async () => {
    const { ring } = await made;
    const sealed = ring.seal(place, secret);
    const fault = expect.objectContaining({ code: 'registry-damaged' });
    expect(() => ring.open('beacons/b-2/rootKey', sealed)).toThrow(fault);
    for (let i = 0; i < sealed.length; i += 1) {
      expect(() => ring.open(place, sealed.slice(0, i))).toThrow(fault);
      expect(() =>
        ring.open(
          place,
          sealed.map((octet, at) => (at === i ? octet ^ 1 : octet)),
        ),
      ).toThrow(fault);
    }
  });

  it('refuses another passphrase, and one that is short', async () => {
    const { header, ring } = await made;
    await expect(unlockKeyRing(header, `${PASSPHRASE}.`)).rejects.toMatchObject({ code: 'wrong-passphrase' });
    await expect(ring.rewrap('short')).rejects.toMatchObject({ code: 'weak-passphrase' });
  });

  it('takes a passphrase however its letters are composed', async () => {
    const { ring } = await made;
    const header = await ring.rewrap('Büroschlüssel am Fenster'.normalize('NFC'));
    const later = await unlockKeyRing(header, 'Büroschlüssel am Fenster'.normalize('NFD'));
    expect(later.open(place, ring.seal(place, secret))).toEqual(secret);
    await expect(unlockKeyRing(header, PASSPHRASE)).rejects.toMatchObject({ code: 'wrong-passphrase' });
  });

  it.each<[string, Partial<Record<keyof KeyRingHeader, unknown>>]>([
    ['a later version', { version: 2 }],
    ['a cost that takes the memory of the machine', { n: 2 ** 30 }],
    ['no salt', { salt: '' }],
    ['a key of another length', { wrappedKey: '00' }],
  ])('refuses a header with %s', async (_what, wrong) => {
    const { header } = await made;
    await expect(unlockKeyRing({ ...header, ...wrong }, PASSPHRASE)).rejects.toMatchObject({
      code: 'registry-damaged',
    });
  });
});
