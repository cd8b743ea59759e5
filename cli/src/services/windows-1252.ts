/**
 * What Excel saves as "CSV" in Western Europe, and what PDF's own fonts can write. Of the octets, 0x80 to 0x9f are here, the
 * rest is ISO 8859-1 (https://encoding.spec.whatwg.org/#windows-1252). Node's `TextDecoder` takes these, too, for ISO 8859-1
 * in some of its versions.
 */
const FROM_0X80 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

export function decodeWindows1252(octets: Uint8Array): string {
  return Buffer.from(octets)
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (letter) => FROM_0X80[letter.charCodeAt(0) - 0x80] as string);
}

/** @returns whether a letter has an octet of its own there and is no control character. */
export function isInWindows1252(letter: string): boolean {
  return (
    /^[\u0020-\u007e\u00a0-\u00ff]$/.test(letter) || (FROM_0X80.includes(letter) && !/[\u0080-\u009f]/.test(letter))
  );
}
