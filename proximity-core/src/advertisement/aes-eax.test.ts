import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encryptAes128Block } from '../identity/aes.js';
import { encryptWithNode } from '../identity/testing/node-aes.js';
import { eaxDecrypt, eaxEncrypt } from './aes-eax.js';
import { encodeHex } from './bytes.js';
import { fcParameters, hex } from './testing/codec-laws.js';

/** Appendix G of "The EAX Mode of Operation": whole cipher outputs, the tag being their last 16 octets. */
const paper = [
  {
    vector: 'vector 1, our P5, an empty message',
    message: '',
    key: '233952dee4d5ed5f9b9c6d6ff80ff478',
    nonce: '62ec67f9c3a4a407fcb2a8c49031a8b3',
    header: '6bfb914fd07eae6b',
    cipher: 'e037830e8389f27b025a2d6527e79d01',
  },
  {
    vector: 'vector 2, two octets',
    message: 'f7fb',
    key: '91945d3f4dcbee0bf45ef52255f095a4',
    nonce: 'becaf043b0a23d843194ba972c66debd',
    header: 'fa3bfd4806eb53fa',
    cipher: '19dd5c4c9331049d0bdab0277408f67967e5',
  },
  {
    vector: 'vector 10, more than one block',
    message: '8b0a79306c9ce7ed99dae4f87f8dd61636',
    key: '7c77d6e813bed5ac98baa417477a2e7d',
    nonce: '1a8c98dcd73d38393b2bf1569deefc19',
    header: '65d2017990d62528',
    cipher: '02083e3979da014812f59f11d52630da30137327d10649b0aa6e1c181db617d7f2',
  },
];

/** The twin: numbers of 128 bits, OpenSSL's counter mode, and CMAC from its blocks. */
function slowEax(key: Uint8Array, nonce: Uint8Array, header: Uint8Array, message: Uint8Array): string {
  const start = slowOmac(key, 0, nonce);
  const ciphertext = createCipheriv('aes-128-ctr', key, octetsOf(start)).update(message);
  const tag = start ^ slowOmac(key, 1, header) ^ slowOmac(key, 2, ciphertext);
  return ciphertext.toString('hex') + encodeHex(octetsOf(tag));
}

function slowOmac(key: Uint8Array, number: number, message: Uint8Array): bigint {
  const encrypt = (value: bigint): bigint => numberOf(encryptWithNode(key, octetsOf(value)));
  const double = (value: bigint): bigint => BigInt.asUintN(128, value << 1n) ^ (value >> 127n === 1n ? 0x87n : 0n);
  const text = '00'.repeat(15) + number.toString(16).padStart(2, '0') + encodeHex(message);
  const blocks = text.match(/.{1,32}/g) as string[];
  const last = blocks.pop() as string;
  const once = double(encrypt(0n));
  const padded =
    last.length === 32 ? BigInt(`0x${last}`) ^ once : BigInt(`0x${`${last}80`.padEnd(32, '0')}`) ^ double(once);
  const chained = blocks.reduce((state, block) => encrypt(state ^ BigInt(`0x${block}`)), 0n);
  return encrypt(chained ^ padded);
}

function numberOf(block: Uint8Array): bigint {
  return BigInt(`0x${encodeHex(block)}`);
}

function octetsOf(value: bigint): Uint8Array {
  return hex(value.toString(16).padStart(32, '0'));
}

const octets = (maxLength: number) => fc.uint8Array({ maxLength });
const keys = fc.uint8Array({ minLength: 16, maxLength: 16 });
const bundled = (key: Uint8Array) => (block: Uint8Array) => encryptAes128Block(key, block);

describe('AES-EAX', () => {
  it.each(paper)('encrypts and decrypts as published (Bellare, Rogaway, Wagner: EAX, $vector)', (row) => {
    const [message, key, nonce, header] = [row.message, row.key, row.nonce, row.header].map(hex) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(slowEax(key, nonce, header, message), 'the twin').toBe(row.cipher);
    const { ciphertext, tag } = eaxEncrypt(bundled(key), nonce, header, message);
    expect(encodeHex(ciphertext) + encodeHex(tag)).toBe(row.cipher);
    const decrypted = eaxDecrypt(bundled(key), nonce, header, ciphertext);
    expect(encodeHex(decrypted.plaintext)).toBe(row.message);
    expect(encodeHex(decrypted.tag)).toBe(row.cipher.slice(-32));
  });

  it('gives what its slow twin over node:crypto gives, and decrypts to the message and the same tag', () => {
    fc.assert(
      fc.property(keys, octets(33), octets(33), octets(65), (key, nonce, header, message) => {
        const { ciphertext, tag } = eaxEncrypt(bundled(key), nonce, header, message);
        expect(encodeHex(ciphertext) + encodeHex(tag)).toBe(slowEax(key, nonce, header, message));
        expect(eaxDecrypt(bundled(key), nonce, header, ciphertext)).toEqual({ plaintext: message, tag });
      }),
      fcParameters(),
    );
  });

  it('gives what its twin gives at every length around the ends of blocks', () => {
    const key = hex(paper[0]?.key ?? '');
    for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 49]) {
      const bytes = Uint8Array.from({ length }, (_, i) => 3 * i + length);
      const { ciphertext, tag } = eaxEncrypt(bundled(key), bytes, bytes, bytes);
      expect(encodeHex(ciphertext) + encodeHex(tag), `${length}`).toBe(slowEax(key, bytes, bytes, bytes));
    }
  });

  it('carries its counter over every octet, up to all 128 bits', () => {
    // A cipher that gives the block back makes the start of the counter visible: a nonce can then be found that carries.
    const seen: string[] = [];
    const start = new Uint8Array(16).fill(255);
    const encrypt = (block: Uint8Array): Uint8Array => {
      seen.push(encodeHex(block));
      return seen.length === 1 ? new Uint8Array(16) : seen.length === 2 ? start : block;
    };
    eaxEncrypt(encrypt, new Uint8Array(0), new Uint8Array(0), new Uint8Array(33));
    expect(seen.slice(2, 5)).toEqual(['ff'.repeat(16), '00'.repeat(16), `${'00'.repeat(15)}01`]);
  });

  it('changes none of the octets it is given, Buffers of Node among them', () => {
    const key = hex(paper[2]?.key ?? '');
    const encrypt = (block: Uint8Array) => encryptWithNode(key, block);
    const nonce = Buffer.from('0102030405', 'hex');
    const message = Buffer.from('8b0a79306c9ce7ed99dae4f87f8dd61636', 'hex');
    const { ciphertext, tag } = eaxEncrypt(encrypt, nonce, nonce, message);
    expect(message.toString('hex')).toBe('8b0a79306c9ce7ed99dae4f87f8dd61636');
    expect(encodeHex(ciphertext) + encodeHex(tag)).toBe(slowEax(key, nonce, nonce, message));
    const received = Buffer.from(ciphertext);
    const decrypted = eaxDecrypt(encrypt, nonce, nonce, received);
    expect(encodeHex(decrypted.plaintext)).toBe(message.toString('hex'));
    expect(encodeHex(decrypted.tag)).toBe(encodeHex(tag));
    expect(received.toString('hex')).toBe(encodeHex(ciphertext));
    expect(nonce.toString('hex')).toBe('0102030405');
  });

  it('works with a host whose cipher gives the same array every time', () => {
    const { key, nonce, header, message, cipher } = paper[2] as (typeof paper)[number];
    for (const shared of [new Uint8Array(16), Buffer.alloc(16)]) {
      const encrypt = (block: Uint8Array): Uint8Array => {
        shared.set(encryptWithNode(hex(key), block));
        return shared;
      };
      const { ciphertext, tag } = eaxEncrypt(encrypt, hex(nonce), hex(header), hex(message));
      expect(encodeHex(ciphertext) + encodeHex(tag)).toBe(cipher);
    }
  });
});
