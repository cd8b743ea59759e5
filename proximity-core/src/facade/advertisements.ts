import { decodeHex, encodeHex } from '../advertisement/bytes.js';
import { decodeAdvertisement } from '../advertisement/frame.js';
import { failed } from './errors.js';
import { answer, limits } from './json-text.js';

/**
 * Reads advertising data.
 * @param json `{"data"}`: AD structures in hexadecimal.
 * @returns `{"ok":true,"frames":[…],"structures":[…],"malformed":[…]}`, octets in lower-case hexadecimal.
 */
export function decodeAdvertisementText(json: string): string {
  return answer(json, limits.event, ({ data }) => {
    const bytes = typeof data === 'string' ? decodeHex(data) : undefined;
    if (bytes === undefined) return failed('bad-advertisement', 'data: expected octets in hexadecimal');
    const decoded = decodeAdvertisement(bytes);
    if (!decoded.ok) return failed('bad-advertisement', `data: ${decoded.reason}`);
    const { frames, structures, malformed } = decoded;
    return { ok: true, frames: frames.map(inHex), structures: structures.map(inHex), malformed };
  });
}

/** The same fields, octets as text. */
function inHex(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Uint8Array ? encodeHex(value) : value]),
  );
}
