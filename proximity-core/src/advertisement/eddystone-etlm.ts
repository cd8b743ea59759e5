import { type EncryptAes128Block, encryptAes128Block } from '../identity/aes.js';
import { eaxDecrypt, eaxEncrypt } from './aes-eax.js';
import { eddystoneTypes, encodeEddystone, WRONG_TYPE } from './eddystone.js';
import { decodeTelemetry, encodeTelemetry, TELEMETRY_OCTETS, type Telemetry } from './eddystone-tlm.js';
import { type Decoded, malformed, requireInteger, uint16At } from './result.js';

/**
 * Encrypted TLM (google/eddystone, eddystone-tlm/tlm-encrypted.md): AES-EAX under the identity key of the EID itself, the
 * nonce being the beacon's counter with its K lowest bits cleared and the salt. The check of 16 bits can be guessed: this
 * is telemetry and never proof of anything.
 *
 * | octets | 0 | 1 | 2–13 | 14–15 | 16–17 |
 * |---|---|---|---|---|---|
 * | | 20 | 01 | encrypted telemetry | salt | first two octets of the EAX tag |
 */
export interface EddystoneEtlmFrame {
  /** Tells this kind of frame from the others. */
  readonly kind: 'eddystone-etlm';
  /** 12 octets. */
  readonly ciphertext: Uint8Array;
  /** 0..65535. */
  readonly salt: number;
  /** 0..65535. */
  readonly check: number;
}

/** What both sides must know of the moment. */
export interface EtlmKey {
  /** 16 octets. */
  readonly identityKey: Uint8Array;
  /** Counter with its K lowest bits cleared, 0..2^32−1. */
  readonly windowS: number;
  /** AES-128 of one block; the bundled one when absent. */
  readonly encryptBlock?: EncryptAes128Block;
}

const OCTETS = 18;

/**
 * Writes an encrypted Eddystone-TLM frame (eddystone-tlm/tlm-encrypted.md).
 * @param telemetry what it says.
 * @param salt random for every frame, 0..65535.
 * @param key of the beacon and its moment.
 * @returns the whole advertising data, 29 octets.
 * @throws RangeError for a field out of range.
 * @example encodeEddystoneEtlm({ advertisements: 1, uptimeDs: 2 }, 7, { identityKey: new Uint8Array(16), windowS: 1024 }).length // 29
 */
export function encodeEddystoneEtlm(telemetry: Telemetry, salt: number, key: EtlmKey): Uint8Array {
  requireInteger('salt', salt, 0, 0xffff);
  const { ciphertext, tag } = eaxEncrypt(
    encrypterOf(key),
    nonceOf(key.windowS, salt),
    new Uint8Array(0),
    encodeTelemetry(telemetry),
  );
  return encodeEddystone(
    Uint8Array.of(eddystoneTypes.tlm, 1, ...ciphertext, salt >>> 8, salt & 255, ...tag.subarray(0, 2)),
  );
}

/** What is wrong with a frame that stands at `at` of `octets` and ends before `end`; `undefined`: it is such a frame. */
export function faultOfEddystoneEtlm(octets: Uint8Array, at: number, end: number): string | undefined {
  if (end <= at || octets[at] !== eddystoneTypes.tlm) return WRONG_TYPE;
  if (end - at < 2 || octets[at + 1] !== 1) return 'etlm-version';
  return end - at === OCTETS ? undefined : 'etlm-length';
}

/**
 * Reads an encrypted Eddystone-TLM frame, without its key (eddystone-tlm/tlm-encrypted.md).
 * @param frame service data after the UUID.
 * @returns the frame, still encrypted, or `eddystone-type`, `etlm-version`, `etlm-length`.
 * @example decodeEddystoneEtlm(Uint8Array.of(0x20, 1)) // { ok: false, reason: 'etlm-length' }
 */
export function decodeEddystoneEtlm(frame: Uint8Array): Decoded<{ readonly frame: EddystoneEtlmFrame }> {
  const fault = faultOfEddystoneEtlm(frame, 0, frame.length);
  if (fault !== undefined) return malformed(fault);
  const ciphertext = frame.slice(2, 2 + TELEMETRY_OCTETS);
  return {
    ok: true,
    frame: { kind: 'eddystone-etlm', ciphertext, salt: uint16At(frame, 14), check: uint16At(frame, 16) },
  };
}

/**
 * Decrypts the telemetry of a frame (eddystone-tlm/tlm-encrypted.md). Its check has 16 bits and proves nothing.
 * @param frame as decoded.
 * @param key of the beacon that may have sent it.
 * @returns the telemetry, or `etlm-check` when key, moment or octets are not those it was made with.
 * @throws RangeError for a key that is not 16 octets or a window out of range.
 * @example
 * ```ts
 * const key = { identityKey: new Uint8Array(16), windowS: 1024 };
 * const view = findFrame(encodeEddystoneEtlm({ advertisements: 1, uptimeDs: 2 }, 7, key));
 * const decoded = decodeEddystoneEtlm(view?.octets.subarray(view.at, view.end) ?? new Uint8Array(0));
 * decoded.ok && decryptTelemetry(decoded.frame, key); // → { ok: true, telemetry: { advertisements: 1, uptimeDs: 2 } }
 * ```
 */
export function decryptTelemetry(frame: EddystoneEtlmFrame, key: EtlmKey): Decoded<{ readonly telemetry: Telemetry }> {
  const { plaintext, tag } = eaxDecrypt(
    encrypterOf(key),
    nonceOf(key.windowS, frame.salt),
    new Uint8Array(0),
    frame.ciphertext,
  );
  if (tag[0] !== frame.check >>> 8 || tag[1] !== (frame.check & 255)) return malformed('etlm-check');
  return { ok: true, telemetry: decodeTelemetry(plaintext) };
}

function encrypterOf({ identityKey, encryptBlock = encryptAes128Block }: EtlmKey): (block: Uint8Array) => Uint8Array {
  return (block) => encryptBlock(identityKey, block);
}

function nonceOf(windowS: number, salt: number): Uint8Array {
  requireInteger('windowS', windowS, 0, 0xffffffff);
  const nonce = new Uint8Array(6);
  const view = new DataView(nonce.buffer);
  view.setUint32(0, windowS);
  view.setUint16(4, salt);
  return nonce;
}
