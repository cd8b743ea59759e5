import { eddystoneTypes, encodeEddystone, encodePower, isPower, WRONG_POWER, WRONG_TYPE } from './eddystone.js';
import { type Decoded, malformed, signed } from './result.js';

/**
 * Eddystone-URL (google/eddystone, eddystone-url/README.md).
 *
 * | octets | 0 | 1 | 2 | 3–19 |
 * |---|---|---|---|---|
 * | | 10 | power at 0 m, int8 dBm | scheme, 0–3 | 1 to 17 octets: 00–0d stand for endings, 21–7e for themselves |
 */
export interface EddystoneUrlFields {
  /** −100..20 dBm. */
  readonly txPowerAt0mDbm: number;
  /** With its scheme, http or https; printable ASCII. */
  readonly url: string;
}

/** The fields of a frame that was decoded. */
export type EddystoneUrlFrame = EddystoneUrlFields & { readonly kind: 'eddystone-url' };

const MOST_URL_OCTETS = 17;
/** By their code. A longer scheme stands before the shorter that it begins with. */
const schemes = ['http://www.', 'https://www.', 'http://', 'https://'] as const;
const endings = ['.com', '.org', '.edu', '.net', '.info', '.biz', '.gov'] as const;
/** By their code: with a slash first (00–06), then without (07–0d). */
const expansions: readonly string[] = [...endings.map((ending) => `${ending}/`), ...endings];

/**
 * Writes an Eddystone-URL frame (eddystone-url/README.md).
 * @param fields of the frame, each with its range.
 * @returns the whole advertising data, 14 octets and as many as the URL takes.
 * @throws RangeError when the URL has another scheme, other characters, or takes no or more than 17 octets.
 * @example encodeHex(encodeEddystoneUrl({ txPowerAt0mDbm: -18, url: 'https://a.com' })) // '0201060303aafe0816aafe10ee036107'
 */
export function encodeEddystoneUrl({ txPowerAt0mDbm, url }: EddystoneUrlFields): Uint8Array {
  const scheme = schemes.findIndex((prefix) => url.startsWith(prefix));
  if (scheme < 0) throw new RangeError(`url: expected http:// or https://, got "${url}"`);
  const rest = url.slice((schemes[scheme] as string).length);
  const octets: number[] = [];
  let at = 0;
  while (at < rest.length) {
    const expansion = expansionAt(rest, at);
    const character = rest.charCodeAt(at);
    if (expansion < 0 && (character < 0x21 || character > 0x7e)) {
      throw new RangeError(`url: expected printable ASCII, got code ${character}`);
    }
    octets.push(expansion < 0 ? character : expansion);
    at += expansion < 0 ? 1 : (expansions[expansion] as string).length;
  }
  if (octets.length === 0 || octets.length > MOST_URL_OCTETS) {
    throw new RangeError(`url: expected 1 to ${MOST_URL_OCTETS} octets after the scheme, got ${octets.length}`);
  }
  return encodeEddystone(Uint8Array.of(eddystoneTypes.url, encodePower(txPowerAt0mDbm), scheme, ...octets));
}

/** What is wrong with a frame that stands at `at` of `octets` and ends before `end`; `undefined`: it is such a frame. */
export function faultOfEddystoneUrl(octets: Uint8Array, at: number, end: number): string | undefined {
  if (end <= at || octets[at] !== eddystoneTypes.url) return WRONG_TYPE;
  if (end - at < 4 || end - at > 3 + MOST_URL_OCTETS) return 'url-length';
  if (!isPower(octets[at + 1] as number)) return WRONG_POWER;
  if ((octets[at + 2] as number) >= schemes.length) return 'url-scheme';
  for (let i = at + 3; i < end; i += 1) {
    const octet = octets[i] as number;
    if (octet >= expansions.length && (octet < 0x21 || octet > 0x7e)) return 'url-character';
  }
  return undefined;
}

/**
 * Reads an Eddystone-URL frame (eddystone-url/README.md).
 * @param frame service data after the UUID.
 * @returns the frame, or `eddystone-type`, `eddystone-power`, `url-length`, `url-scheme`, `url-character`.
 * @example decodeEddystoneUrl(Uint8Array.of(0x10, 0, 3, 0x61, 7)) // { ok: true, frame: { kind: 'eddystone-url', txPowerAt0mDbm: 0, url: 'https://a.com' } }
 */
export function decodeEddystoneUrl(frame: Uint8Array): Decoded<{ readonly frame: EddystoneUrlFrame }> {
  const fault = faultOfEddystoneUrl(frame, 0, frame.length);
  if (fault !== undefined) return malformed(fault);
  const url = urlAt(frame, 0, frame.length);
  return { ok: true, frame: { kind: 'eddystone-url', txPowerAt0mDbm: signed(frame[1] as number), url } };
}

/** The URL of a frame that has no fault, all characters at once: pieces would have to be laid out again by whoever reads it. */
export function urlAt(octets: Uint8Array, at: number, end: number): string {
  const codes: number[] = [];
  addCodes(codes, schemes[octets[at + 2] as number] as string);
  for (let i = at + 3; i < end; i += 1) {
    const octet = octets[i] as number;
    const expansion = expansions[octet];
    if (expansion === undefined) codes.push(octet);
    else addCodes(codes, expansion);
  }
  return String.fromCharCode.apply(undefined, codes);
}

function addCodes(codes: number[], text: string): void {
  for (let i = 0; i < text.length; i += 1) codes.push(text.charCodeAt(i));
}

/** The code of the ending that stands here, negative when none does. */
function expansionAt(text: string, at: number): number {
  for (let code = 0; code < expansions.length; code += 1)
    if (text.startsWith(expansions[code] as string, at)) return code;
  return -1;
}
