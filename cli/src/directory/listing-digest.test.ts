import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addKey, decodeDigest, emptyDigest, encodeDigest } from './listing-digest.js';

const digestOf = (keys: readonly string[]) => keys.reduce(addKey, emptyDigest);

it('the same keys in any order make the same cursor, and other keys another', () => {
  const keys = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(keys, fc.string(), (all, other) => {
      expect(digestOf([...all].reverse())).toEqual(digestOf(all));
      if (!all.includes(other)) expect(digestOf([other, ...all.slice(1)])).not.toEqual(digestOf(all));
    }),
  );
});

it('a cursor is read as it was written, and nothing else is', () => {
  const digest = digestOf(['a', 'b']);
  expect(decodeDigest(encodeDigest(digest))).toEqual(digest);
  for (const text of ['', '2', '2:', ':a', '2:xyz', '2:0123456789abcdef0', '-1:a'])
    expect(decodeDigest(text)).toBeUndefined();
});
