/**
 * What can be asked inside a session, and what is answered. Numbers are little-endian, keys as they are.
 *
 * | asked | octet 1 | body of the request | body of the answer |
 * |---|---|---|---|
 * | status | 0x01 | – | flags (1: claimed, 2: clock synchronised), K, power at 1 m (signed), interval ms (2), clock offset s (4), Unix ms (8), uptime s (4), wrong attempts (4), name |
 * | identify | 0x02 | seconds (1–60) | – |
 * | claim | 0x03 | owner key (32), root key (32), settings | – |
 * | configure | 0x04 | settings | – |
 * | set clock | 0x05 | Unix ms (8) | Unix ms before (8) |
 * | rotate keys | 0x06 | root key (32) | – |
 * | release | 0x07 | – | – |
 *
 * Settings: organisation UUID (16), K (0–15), power at 1 m (−100–20, signed), interval ms (20–10 240), clock offset s (4), name
 * (UTF-8, the rest, at most 48 octets). Octet 0 of both is the request's number; octet 1 of an answer is its status.
 */
import { concat, requireRange } from './octets.js';
import {
  type BeaconSettings,
  decodeSettings,
  decodeUnixMs,
  encodeSettings,
  encodeUnixMs,
  LATEST_UNIX_MS,
  type Undecoded,
} from './settings.js';

export type Asked =
  | { readonly asks: 'status' | 'release' }
  | { readonly asks: 'identify'; readonly seconds: number }
  | {
      readonly asks: 'claim';
      readonly ownerKey: Uint8Array;
      readonly rootKey: Uint8Array;
      readonly settings: BeaconSettings;
    }
  | { readonly asks: 'configure'; readonly settings: BeaconSettings }
  | { readonly asks: 'set-clock'; readonly unixMs: number }
  | { readonly asks: 'rotate-keys'; readonly rootKey: Uint8Array };

export type Asks = Asked['asks'];

/** The number on the air is the place in the list. */
export const answerStatuses = [
  'done',
  'malformed',
  'unknown-request',
  'out-of-range',
  'claimed-already',
  'not-claimed',
  'clock-jump',
  'failed',
] as const;
export type AnswerStatus = (typeof answerStatuses)[number];

export interface Request {
  /** 0..255, chosen by whoever asks: a request that is asked again under its number is answered again and done once. */
  readonly number: number;
  readonly asked: Asked;
}

export interface Answer {
  readonly number: number;
  readonly status: AnswerStatus;
  readonly body: Uint8Array;
}

/** Why a request was not understood, with the number it is answered under. */
export type DecodedRequest =
  | { readonly ok: true; readonly request: Request }
  | {
      readonly ok: false;
      readonly number: number;
      readonly status: 'malformed' | 'unknown-request' | 'out-of-range';
    };

const KEY_OCTETS = 32;
export const MOST_IDENTIFY_S = 60;
const asksOctet: Readonly<Record<Asks, number>> = {
  status: 0x01,
  identify: 0x02,
  claim: 0x03,
  configure: 0x04,
  'set-clock': 0x05,
  'rotate-keys': 0x06,
  release: 0x07,
};

/** @throws RangeError for a value outside its range. */
export function encodeRequest({ number, asked }: Request): Uint8Array {
  requireRange('number', number, 0, 255);
  return Uint8Array.of(number, asksOctet[asked.asks], ...encodeAsked(asked));
}

function encodeAsked(asked: Asked): Uint8Array {
  switch (asked.asks) {
    case 'identify':
      requireRange('seconds', asked.seconds, 1, MOST_IDENTIFY_S);
      return Uint8Array.of(asked.seconds);
    case 'claim':
      return concat(requireKey(asked.ownerKey), requireKey(asked.rootKey), encodeSettings(asked.settings));
    case 'configure':
      return encodeSettings(asked.settings);
    case 'set-clock':
      return encodeUnixMs(asked.unixMs);
    case 'rotate-keys':
      return requireKey(asked.rootKey);
    default:
      return new Uint8Array(0);
  }
}

/** @returns `undefined` for less than a number and a question: there is nothing to answer it under. */
export function decodeRequest(octets: Uint8Array): DecodedRequest | undefined {
  const [number, kind] = octets;
  if (number === undefined || kind === undefined) return undefined;
  const asks = (Object.keys(asksOctet) as Asks[]).find((name) => asksOctet[name] === kind);
  if (asks === undefined) return { ok: false, number, status: 'unknown-request' };
  const asked = decodeAsked(asks, octets.slice(2));
  return typeof asked === 'string' ? { ok: false, number, status: asked } : { ok: true, request: { number, asked } };
}

function decodeAsked(asks: Asks, body: Uint8Array): Asked | Undecoded {
  switch (asks) {
    case 'identify': {
      const seconds = body[0] ?? 0;
      if (body.length !== 1) return 'malformed';
      return seconds >= 1 && seconds <= MOST_IDENTIFY_S ? { asks, seconds } : 'out-of-range';
    }
    case 'claim': {
      const settings = decodeSettings(body.subarray(2 * KEY_OCTETS));
      if (typeof settings === 'string') return settings;
      return { asks, ownerKey: body.slice(0, KEY_OCTETS), rootKey: body.slice(KEY_OCTETS, 2 * KEY_OCTETS), settings };
    }
    case 'configure': {
      const settings = decodeSettings(body);
      return typeof settings === 'string' ? settings : { asks, settings };
    }
    case 'set-clock': {
      if (body.length !== 8) return 'malformed';
      const unixMs = decodeUnixMs(body);
      return unixMs <= LATEST_UNIX_MS ? { asks, unixMs } : 'out-of-range';
    }
    case 'rotate-keys':
      return body.length === KEY_OCTETS ? { asks, rootKey: body } : 'malformed';
    default:
      return body.length === 0 ? { asks } : 'malformed';
  }
}

export function encodeAnswer({ number, status, body }: Answer): Uint8Array {
  return Uint8Array.of(number, answerStatuses.indexOf(status), ...body);
}

/** @returns `undefined` for octets that are no answer. */
export function decodeAnswer(octets: Uint8Array): Answer | undefined {
  const [number, place] = octets;
  const status = place === undefined ? undefined : answerStatuses[place];
  return number === undefined || status === undefined ? undefined : { number, status, body: octets.slice(2) };
}

function requireKey(key: Uint8Array): Uint8Array {
  if (key.length !== KEY_OCTETS) throw new RangeError(`key: expected 32 octets, got ${key.length}`);
  return key;
}
