import { decodeBase64Url } from './base64url.js';
import { decodeProfile } from './decode-profile.js';
import type { SiteProfile } from './profile.js';
import { fault, fieldsOf, integerOf, type Reading, textOf } from './read-fields.js';
import { decodeUtf8 } from './utf8.js';

/**
 * A site profile as `deskbeacon profile export` signs it: a compact JWS (RFC 7515 §3.1) with ES256 (RFC 7518 §3.4).
 *
 * | part | header | . | payload | . | signature |
 * |---|---|---|---|---|---|
 * | base64url of | `{"alg":"ES256","typ":"deskbeacon-profile+jws","kid":…}` | | the profile and its `lease`, JSON | | R ‖ S, 64 octets |
 *
 * The core computes no signature: the host gives the check, which on every platform is a few lines over what is built in. Nothing
 * of the payload is looked at before it has passed.
 */

const TYPE = 'deskbeacon-profile+jws';
const SIGNATURE_OCTETS = 64;
/** The largest site with a walk is a third of it. */
const MOST_CHARACTERS = 16_777_216;
const MOST_HEADER_CHARACTERS = 1024;
/** The last instant of the year 9999. */
const LATEST_MS = 253_402_300_799_999;

/** A signed profile, taken apart and not yet believed. */
export interface SplitProfile {
  /** What is signed: header and payload as they stand in the text, ASCII. */
  readonly signingInput: Uint8Array;
  /** R ‖ S, 64 octets: what WebCrypto and `dsaEncoding: 'ieee-p1363'` of node:crypto take. */
  readonly signature: Uint8Array;
  /** Which key of the site signed it; absent where the header names none. Nobody has checked it: it may choose a key, and no more. */
  readonly keyId?: string;
  /** JSON of the profile, UTF-8. */
  readonly payload: Uint8Array;
}

/** For whom the profile was issued, and for how long its keys serve. Nothing is decided by it: the keys expire by themselves. */
export interface ProfileLease {
  readonly id: string;
  readonly extension: string;
  /** Unix milliseconds. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The parts of a signed profile, or its first fault. */
export type SplitProfileResult =
  | { readonly ok: true; readonly split: SplitProfile }
  | { readonly ok: false; readonly reason: string };

/** A profile with its lease, or the first fault. */
export type SignedProfileResult =
  | { readonly ok: true; readonly profile: SiteProfile; readonly lease?: ProfileLease }
  | { readonly ok: false; readonly reason: string };

/** ECDSA over P-256 with SHA-256, by the site's public key. @returns whether the signature is right. */
export type VerifySignature = (signingInput: Uint8Array, signature: Uint8Array, keyId: string | undefined) => boolean;

/**
 * Opens a signed profile where the host can check a signature at once; otherwise `splitSignedProfile` and `readVerifiedProfile`
 * stand around its check.
 * @param text compact JWS; one line feed behind it is as good as none.
 * @param verify the host's check. Only `true` passes: a promise is an answer that is not there yet.
 * @returns the profile, or the first fault.
 * @example openSignedProfile('', () => true) // { ok: false, reason: 'signed profile: expected three parts with dots between' }
 */
export function openSignedProfile(text: string, verify: VerifySignature): SignedProfileResult {
  const taken = splitSignedProfile(text);
  if (!taken.ok) return taken;
  const { signingInput, signature, keyId, payload } = taken.split;
  let isRight: unknown;
  try {
    isRight = verify(signingInput, signature, keyId);
  } catch {
    return bad('signature: expected a check that answers, but it threw');
  }
  if (typeof isRight !== 'boolean')
    return bad(`signature: expected true or false from the check, got ${typeof isRight}`);
  return isRight ? readVerifiedProfile(payload) : bad('signature: expected that of this site');
}

/**
 * The half before the check.
 * @param text compact JWS; one line feed behind it is as good as none.
 * @returns its parts, or the first fault.
 * @example splitSignedProfile('e30.e30.e30') // { ok: false, reason: 'header.alg: expected "ES256"' }
 */
export function splitSignedProfile(text: string): SplitProfileResult {
  if (text.length > MOST_CHARACTERS) return bad(`signed profile: expected at most ${MOST_CHARACTERS} characters`);
  const whole = text.charAt(text.length - 1) === '\n' ? text.slice(0, -1) : text;
  const [head = '', body = '', seal, ...rest] = whole.split('.', 4);
  if (seal === undefined || rest.length > 0) return bad('signed profile: expected three parts with dots between');
  const header = readHeader(head);
  if (!header.ok) return header;
  const payload = decodeBase64Url(body);
  if (payload === undefined) return bad('payload: expected base64url');
  const signature = decodeBase64Url(seal);
  if (signature?.length !== SIGNATURE_OCTETS) return bad(`signature: expected base64url of ${SIGNATURE_OCTETS} octets`);
  const signingInput = asciiOf(`${head}.${body}`);
  return { ok: true, split: { signingInput, signature, ...header.key, payload } };
}

/**
 * The half after the check: call it with the payload of a profile whose signature was right, and with no other.
 * @param payload of `splitSignedProfile`.
 * @returns the profile, or the first fault.
 * @example readVerifiedProfile(Uint8Array.of(0x7b, 0x7d)).ok // false
 */
export function readVerifiedProfile(payload: Uint8Array): SignedProfileResult {
  const value = parse(payload);
  if (value === undefined) return bad('payload: expected JSON in UTF-8');
  const decoded = decodeProfile(value);
  if (!decoded.ok) return decoded;
  const { lease } = fieldsOf(value) ?? {};
  if (lease === undefined) return decoded;
  const from: Reading = { fields: fieldsOf(lease) ?? {}, path: 'lease.', faults: [] };
  const read = readLease(from);
  const [reason] = from.faults;
  return reason === undefined ? { ...decoded, lease: read } : bad(reason);
}

function readHeader(
  head: string,
): { readonly ok: true; readonly key: { readonly keyId?: string } } | { readonly ok: false; readonly reason: string } {
  if (head.length > MOST_HEADER_CHARACTERS) return bad(`header: expected at most ${MOST_HEADER_CHARACTERS} characters`);
  const octets = decodeBase64Url(head);
  const fields = octets === undefined ? undefined : fieldsOf(parse(octets));
  if (fields === undefined) return bad('header: expected base64url of a JSON object');
  const from: Reading = { fields, path: 'header.', faults: [] };
  if (fields.alg !== 'ES256') fault(from, 'alg', '"ES256"', undefined);
  if (fields.typ !== TYPE) fault(from, 'typ', `"${TYPE}"`, undefined);
  // An extension that must be understood (§4.1.11): none is. `b64` would say that the payload is not base64 (RFC 7797).
  for (const name of ['crit', 'b64']) if (fields[name] !== undefined) fault(from, name, 'none', undefined);
  const key = fields.kid === undefined ? {} : { keyId: textOf(from, 'kid') };
  const [reason] = from.faults;
  return reason === undefined ? { ok: true, key } : bad(reason);
}

function readLease(from: Reading): ProfileLease {
  return {
    id: textOf(from, 'id'),
    extension: textOf(from, 'extension'),
    fromMs: integerOf(from, 'fromMs', 0, LATEST_MS),
    untilMs: integerOf(from, 'untilMs', 0, LATEST_MS),
  };
}

/** @returns the JSON value; `undefined` where there is none, which no JSON text stands for. */
function parse(octets: Uint8Array): unknown {
  const text = decodeUtf8(octets);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param text characters of base64url and dots, as was checked. */
function asciiOf(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) octets[i] = text.charCodeAt(i);
  return octets;
}

function bad(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
