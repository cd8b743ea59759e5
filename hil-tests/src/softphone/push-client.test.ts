import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePush } from './push-client.js';

describe('what a push says', () => {
  it('is the call, and what is known of the desk phone', () => {
    expect(decodePush('{"call":"c-1"}')).toEqual({ call: 'c-1' });
    expect(decodePush('{"call":"c-1","deskPhone":"not-alerting"}')).toEqual({ call: 'c-1', deskPhone: 'not-alerting' });
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '7',
    '{"call":7}',
    '{"call":"c","deskPhone":"asleep"}',
    '{"call":"c","deskPhone":1}',
  ])('is nothing in %s', (line) => {
    expect(decodePush(line)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => void decodePush(line)));
  });
});
