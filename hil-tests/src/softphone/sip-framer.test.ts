import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSipFramer } from './sip-framer.js';

const message = (body: string): string =>
  `MESSAGE sip:a@b SIP/2.0\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('messages on a stream', () => {
  it('come whole and in order, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 6 }), fc.array(fc.nat(40), { maxLength: 60 }), (bodies, cuts) => {
        const stream = Buffer.from(bodies.map(message).join('\r\n\r\n'));
        const framer = createSipFramer();
        const got: string[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          got.push(...framer(stream.subarray(at, at + cut)));
          at += cut;
        }
        expect(got).toEqual(bodies.map(message));
      }),
    );
  });

  it('take the short name of the length, in any letters', () => {
    const text = 'SIP/2.0 200 OK\r\nL:  2\r\n\r\nhi';
    expect(createSipFramer()(Buffer.from(text))).toEqual([text]);
  });

  it('are refused without a length, or too long', () => {
    expect(() => createSipFramer()(Buffer.from('OPTIONS sip:a SIP/2.0\r\nTo: x\r\n\r\n'))).toThrow('Content-Length');
    expect(() => createSipFramer()(Buffer.from('X SIP/2.0\r\nContent-Length: 999999\r\n\r\n'))).toThrow('more than');
    expect(() => createSipFramer()(Buffer.alloc(70_000, 65))).toThrow('a head of more than');
  });
});
