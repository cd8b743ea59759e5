import { createPublicKey, generateKeyPairSync, sign, verify, webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fcParameters } from '../advertisement/testing/codec-laws.js';
import { profile } from '../call/testing/desk.js';
import { decodeProfile } from './decode-profile.js';
import {
  openSignedProfile,
  readVerifiedProfile,
  type SignedProfileResult,
  splitSignedProfile,
  type VerifySignature,
} from './open-signed-profile.js';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const lease = { id: 'l-1', extension: '1001', fromMs: 1767862800000, untilMs: 1769072400000 };
const rightHeader = { alg: 'ES256', typ: 'deskbeacon-profile+jws', kid: 'Head office' };

/** As a Node host checks: what docs/profile.md shows. */
const verifyWith =
  (key: typeof publicKey): VerifySignature =>
  (signingInput, signature) =>
    verify('sha256', signingInput, { key, dsaEncoding: 'ieee-p1363' }, signature);
const check = verifyWith(publicKey);

function base64url(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

function signed(header: unknown, payload: unknown): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  const seal = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${seal.toString('base64url')}`;
}

function reasonOf(result: SignedProfileResult): string {
  return result.ok ? 'opened' : result.reason;
}

const right = signed(rightHeader, { ...profile, lease });

describe('a signed profile', () => {
  it('that was issued once is opened for ever', () => {
    const jwk = {
      kty: 'EC',
      x: 'eKCBuWp8n3PjVDX-TpqQiM-GFDB550YHpfX2APWR-qg',
      y: 'FYyBqGU5VsP3kwD4Xauc-LRMkWp1gvUsg15DdsN_JOE',
      crv: 'P-256',
    };
    const issued =
      'eyJhbGciOiJFUzI1NiIsInR5cCI6ImRlc2tiZWFjb24tcHJvZmlsZStqd3MiLCJraWQiOiJDYWbDqSBOb3JkIn0.eyJkZXNrYmVhY29uIjoic2l0ZS1wcm9maWxlIiwidmVyc2lvbiI6MSwic2l0ZSI6IkNhZsOpIE5vcmQiLCJvcmdhbmlzYXRpb25VdWlkIjoiMGY4ZmFkNWJkOWNiNDY5ZmExNjU3MDg2NzcyODk1MGUiLCJvd25EZXNrcyI6WyJkLTEiXSwiYmVhY29ucyI6W3siZGVzayI6ImQtMSIsImV4cG9uZW50SyI6OSwibWVhc3VyZWRQb3dlckRibSI6LTU5LCJyZWNvZ25pdGlvbktleSI6IjAwMDEwMjAzMDQwNTA2MDcwODA5MGEwYjBjMGQwZTBmIn1dLCJwb2xpY3kiOnt9LCJtb2RlbCI6e30sImxlYXNlIjp7ImlkIjoibC0xIiwiZXh0ZW5zaW9uIjoiMTAwMSIsImZyb21NcyI6MTc2Nzg2MjgwMDAwMCwidW50aWxNcyI6MTc2OTA3MjQwMDAwMH19.AOEocLGDR0fg48BSX6juTFmDWGOr7zttyTSEx_Tz5pj1x2-XVuR87G8Cmj1TJfPKsqvovKI9_drh7ryJaPHCNQ';
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    expect(openSignedProfile(issued, verifyWith(key))).toMatchObject({
      ok: true,
      profile: { site: 'Café Nord', ownDesks: ['d-1'] },
      lease,
    });
    expect(openSignedProfile(issued, check)).toEqual({ ok: false, reason: 'signature: expected that of this site' });
  });

  it('is opened as the profile that was signed, with its lease, and a line feed behind it is as good as none', () => {
    const decoded = decodeProfile(JSON.parse(JSON.stringify(profile)));
    expect(openSignedProfile(right, check)).toEqual({ ...decoded, lease });
    expect(openSignedProfile(`${right}\n`, check)).toEqual({ ...decoded, lease });
    expect(openSignedProfile(signed(rightHeader, profile), check)).toEqual(decoded);
  });

  it('gives the check what was signed, R and S, and which key the header names', () => {
    const asked: unknown[] = [];
    openSignedProfile(right, (...given) => asked.push(given) < 0);
    const [head, body, seal] = right.split('.') as [string, string, string];
    expect(asked).toEqual([
      [new Uint8Array(Buffer.from(`${head}.${body}`)), new Uint8Array(Buffer.from(seal, 'base64url')), 'Head office'],
    ]);
    const { kid: _none, ...withoutKey } = rightHeader;
    openSignedProfile(signed(withoutKey, profile), (_input, _signature, keyId) => asked.push(keyId) < 0);
    expect(asked[1]).toBeUndefined();
  });

  it('is opened in two halves by a host whose check takes its time', async () => {
    const { subtle } = webcrypto;
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const key = await subtle.importKey('jwk', publicKey.export({ format: 'jwk' }), algorithm, false, ['verify']);
    const taken = splitSignedProfile(right);
    if (!taken.ok) throw new Error(taken.reason);
    const { signature, signingInput, payload } = taken.split;
    expect(await subtle.verify(algorithm, key, new Uint8Array(signature), new Uint8Array(signingInput))).toBe(true);
    expect(readVerifiedProfile(payload)).toEqual(openSignedProfile(right, check));
  });
});

describe('what is no signed profile', () => {
  const [head, body, seal] = right.split('.') as [string, string, string];

  it.each<[string, string]>([
    ['', 'signed profile: expected three parts with dots between'],
    [`${head}.${body}`, 'signed profile: expected three parts with dots between'],
    [`${right}.`, 'signed profile: expected three parts with dots between'],
    [`${right}.${seal}.${seal}`, 'signed profile: expected three parts with dots between'],
    [` ${right}`, 'header: expected base64url of a JSON object'],
    [`.${body}.${seal}`, 'header: expected base64url of a JSON object'],
    [`${base64url('[]')}.${body}.${seal}`, 'header: expected base64url of a JSON object'],
    [`${base64url('{')}.${body}.${seal}`, 'header: expected base64url of a JSON object'],
    [`_w.${body}.${seal}`, 'header: expected base64url of a JSON object'],
    [`${'A'.repeat(1025)}.${body}.${seal}`, 'header: expected at most 1024 characters'],
    [`${head}.=.${seal}`, 'payload: expected base64url'],
    [`${head}.${body}.`, 'signature: expected base64url of 64 octets'],
    [`${head}.${body}.${seal}AAAA`, 'signature: expected base64url of 64 octets'],
    [`${right}\r\n`, 'signature: expected base64url of 64 octets'],
    [`${right}\n\n`, 'signature: expected base64url of 64 octets'],
    ['.'.repeat(16_777_217), 'signed profile: expected at most 16777216 characters'],
  ])('is refused before anything is checked (%#)', (text, reason) => {
    const never = (): boolean => {
      throw new Error('expected not to be asked');
    };
    expect(reasonOf(openSignedProfile(text, never))).toBe(reason);
  });

  it.each<[object, string]>([
    [{ ...rightHeader, alg: 'none' }, 'header.alg: expected "ES256"'],
    [{ ...rightHeader, alg: 'HS256' }, 'header.alg: expected "ES256"'],
    [{ ...rightHeader, alg: 'es256' }, 'header.alg: expected "ES256"'],
    [{ typ: rightHeader.typ }, 'header.alg: expected "ES256"'],
    [{ alg: 'ES256' }, 'header.typ: expected "deskbeacon-profile+jws"'],
    [{ ...rightHeader, typ: 'JWT' }, 'header.typ: expected "deskbeacon-profile+jws"'],
    [{ ...rightHeader, crit: ['exp'] }, 'header.crit: expected none'],
    [{ ...rightHeader, crit: [] }, 'header.crit: expected none'],
    [{ ...rightHeader, b64: false }, 'header.b64: expected none'],
    [{ ...rightHeader, kid: 7 }, 'header.kid: expected a text of 1 to 128 characters'],
    [{ ...rightHeader, kid: '' }, 'header.kid: expected a text of 1 to 128 characters'],
  ])('is refused though its signature is right: %j', (header, reason) => {
    expect(reasonOf(openSignedProfile(signed(header, profile), check))).toBe(reason);
  });

  it.each<[unknown, string]>([
    ['{', 'payload: expected JSON in UTF-8'],
    ['', 'payload: expected JSON in UTF-8'],
    ['\ufeff{}', 'payload: expected JSON in UTF-8'],
    ['null', 'deskbeacon: expected "site-profile"'],
    [{}, 'deskbeacon: expected "site-profile"'],
    [{ ...profile, site: '' }, 'site: expected a text of 1 to 128 characters'],
    [{ ...profile, lease: null }, 'lease.id: expected a text of 1 to 128 characters'],
    [{ ...profile, lease: { ...lease, extension: 1001 } }, 'lease.extension: expected a text of 1 to 128 characters'],
    [{ ...profile, lease: { ...lease, untilMs: -1 } }, 'lease.untilMs: expected an integer 0..253402300799999, got -1'],
  ])('is refused by its content, though the signature is right: %j', (payload, reason) => {
    expect(reasonOf(openSignedProfile(signed(rightHeader, payload), check))).toBe(reason);
  });

  it('is refused where the check says no, throws, or has no answer yet', () => {
    const answers: readonly [() => unknown, string][] = [
      [() => false, 'signature: expected that of this site'],
      [() => Promise.resolve(true), 'signature: expected true or false from the check, got object'],
      [() => 1, 'signature: expected true or false from the check, got number'],
      [() => undefined, 'signature: expected true or false from the check, got undefined'],
      [
        () => {
          throw new Error('no such key');
        },
        'signature: expected a check that answers, but it threw',
      ],
    ];
    for (const [answer, reason] of answers) {
      expect(reasonOf(openSignedProfile(right, answer as VerifySignature))).toBe(reason);
    }
  });

  it('is every beginning of one', () => {
    for (let length = 0; length < right.length; length += 1) {
      expect(openSignedProfile(right.slice(0, length), check).ok, `${length} characters`).toBe(false);
    }
  });

  it('is one with any one character changed: either it cannot be read, or its signature is wrong', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=\n';
    fc.assert(
      fc.property(fc.nat(right.length - 1), fc.constantFrom(...alphabet), (at, character) => {
        fc.pre(right[at] !== character);
        const changed = right.slice(0, at) + character + right.slice(at + 1);
        expect(openSignedProfile(changed, check).ok).toBe(false);
      }),
      fcParameters(2000),
    );
  });

  it('is any other text, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.base64String()).map((parts) => parts.join('.')),
        ),
        (text) => {
          expect(openSignedProfile(text, () => true).ok).toBe(false);
        },
      ),
      fcParameters(2000),
    );
  });
});
