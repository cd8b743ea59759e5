import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHep } from './hep.js';

function chunk(type: number, value: Uint8Array, vendor = 0): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(vendor, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(6 + value.length, 4);
  return Buffer.concat([head, value]);
}

function packet(...chunks: readonly Buffer[]): Buffer {
  const head = Buffer.from('HEP3\0\0', 'latin1');
  head.writeUInt16BE(6 + chunks.reduce((sum, one) => sum + one.length, 0), 4);
  return Buffer.concat([head, ...chunks]);
}

const port = (number: number): Buffer => Buffer.from([number >> 8, number & 255]);
const whole = packet(chunk(7, port(5060)), chunk(8, port(40_000)), chunk(15, Buffer.from('INVITE sip:ü SIP/2.0')));

describe('a message that the proxy reports', () => {
  it('is told with both ends and the instant', () => {
    expect(decodeHep(whole, 12.5)).toEqual({
      unixMs: 12.5,
      fromPort: 5060,
      toPort: 40_000,
      text: 'INVITE sip:ü SIP/2.0',
    });
  });

  it('may hold what somebody else defined', () => {
    const other = packet(chunk(15, Buffer.from('no'), 9), chunk(99, Buffer.from('x')), chunk(15, Buffer.from('BYE')));
    expect(decodeHep(other, 0)).toEqual({ unixMs: 0, fromPort: 0, toPort: 0, text: 'BYE' });
  });

  it('is nothing where it has no text, is cut, or is something else', () => {
    expect(decodeHep(packet(chunk(7, port(1))), 0)).toBeUndefined();
    expect(decodeHep(Buffer.from('GET / HTTP/1.1'), 0)).toBeUndefined();
    for (let length = 0; length < whole.length; length += 1)
      expect(decodeHep(whole.subarray(0, length), 0)).toBeUndefined();
  });

  it('never throws, whatever comes', () => {
    const any = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.concat([Buffer.from('HEP3'), bytes]));
    fc.assert(fc.property(any, (bytes) => void decodeHep(bytes, 0)));
  });
});
