/**
 * EAX (Bellare, Rogaway, Wagner: "The EAX Mode of Operation", 2004) over any cipher with blocks of 16 octets: OMAC (which
 * is CMAC, NIST SP 800-38B) of nonce, header and ciphertext, each after a block with its number, and CTR from the nonce's.
 */
type Encrypt = (block: Uint8Array) => Uint8Array;

const BLOCK = 16;

/** @returns ciphertext of the message's length, and the whole tag of 16 octets. */
export function eaxEncrypt(
  encrypt: Encrypt,
  nonce: Uint8Array,
  header: Uint8Array,
  message: Uint8Array,
): { readonly ciphertext: Uint8Array; readonly tag: Uint8Array } {
  const ciphertext = counterMode(encrypt, numberedOmac(encrypt, 0, nonce), message);
  return { ciphertext, tag: tagOf(encrypt, nonce, header, ciphertext) };
}

/** @returns the plaintext, to be used only if the tag (16 octets) is the one that came with it. */
export function eaxDecrypt(
  encrypt: Encrypt,
  nonce: Uint8Array,
  header: Uint8Array,
  ciphertext: Uint8Array,
): { readonly plaintext: Uint8Array; readonly tag: Uint8Array } {
  const plaintext = counterMode(encrypt, numberedOmac(encrypt, 0, nonce), ciphertext);
  return { plaintext, tag: tagOf(encrypt, nonce, header, ciphertext) };
}

function tagOf(encrypt: Encrypt, nonce: Uint8Array, header: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const tag = numberedOmac(encrypt, 0, nonce);
  addInto(tag, numberedOmac(encrypt, 1, header));
  addInto(tag, numberedOmac(encrypt, 2, ciphertext));
  return tag;
}

/** OMAC of a block that holds the number, and the message after it; an empty message counts too. */
function numberedOmac(encrypt: Encrypt, number: number, message: Uint8Array): Uint8Array {
  const numbered = new Uint8Array(BLOCK + message.length);
  numbered[BLOCK - 1] = number;
  numbered.set(message, BLOCK);
  return omac(encrypt, numbered);
}

function omac(encrypt: Encrypt, message: Uint8Array): Uint8Array {
  const whole = doubled(encrypt(new Uint8Array(BLOCK)));
  const lastStart = message.length === 0 ? 0 : (Math.ceil(message.length / BLOCK) - 1) * BLOCK;
  const last = new Uint8Array(BLOCK);
  last.set(message.subarray(lastStart));
  const lastLength = message.length - lastStart;
  if (lastLength < BLOCK) last[lastLength] = 0x80;
  addInto(last, lastLength === BLOCK ? whole : doubled(whole));
  let state: Uint8Array = new Uint8Array(BLOCK);
  for (let at = 0; at < lastStart; at += BLOCK) {
    addInto(state, message.subarray(at, at + BLOCK));
    state = new Uint8Array(encrypt(state));
  }
  addInto(state, last);
  return new Uint8Array(encrypt(state));
}

/** Multiplication by x in GF(2^128). */
function doubled(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(BLOCK);
  for (let i = 0; i < BLOCK; i += 1) {
    result[i] = (((block[i] as number) << 1) | ((block[i + 1] ?? 0) >>> 7)) & 255;
  }
  if ((block[0] as number) & 0x80) result[BLOCK - 1] = (result[BLOCK - 1] as number) ^ 0x87;
  return result;
}

function counterMode(encrypt: Encrypt, start: Uint8Array, message: Uint8Array): Uint8Array {
  const counter = start.slice();
  // Not `slice`: that of a Node Buffer is a view, and the caller's message would be overwritten.
  const result = new Uint8Array(message);
  for (let at = 0; at < message.length; at += BLOCK) {
    const stream = encrypt(counter);
    for (let i = at; i < Math.min(at + BLOCK, message.length); i += 1) {
      result[i] = (result[i] as number) ^ (stream[i - at] as number);
    }
    increment(counter);
  }
  return result;
}

function increment(counter: Uint8Array): void {
  for (let i = BLOCK - 1; i >= 0; i -= 1) {
    counter[i] = ((counter[i] as number) + 1) & 255;
    if (counter[i] !== 0) return;
  }
}

function addInto(target: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < BLOCK; i += 1) target[i] = (target[i] as number) ^ (other[i] as number);
}
