/**
 * An archive of a few small texts, as POSIX.1-1988 lays it out (ustar; pax(1) of POSIX.1-2017 has the table):
 *
 * | octets    | what                                                              |
 * |-----------|-------------------------------------------------------------------|
 * | 0..99     | name                                                              |
 * | 100..123  | mode, owner, group: 7 octal digits and NUL each                   |
 * | 124..147  | size, mtime in s: 11 octal digits and NUL each                    |
 * | 148..155  | sum of the header's octets, these eight being spaces: 6 octal digits, NUL, space |
 * | 156       | "0": a file                                                       |
 * | 257..264  | "ustar", NUL, "00"                                                |
 *
 * The text follows, filled up to 512 octets; two empty blocks end the archive. Written here because what there is on npm brings
 * native parts, and `tar` would want the texts on the disk first, before it is known that they may be.
 */
export interface TarMember {
  /** ASCII, at most 100 letters. */
  readonly name: string;
  readonly text: string;
}

const BLOCK = 512;
const MOST_NAME_LETTERS = 100;

/** @throws RangeError for a name that the header has no room for. */
export function encodeTar(members: readonly TarMember[], mtimeS: number): Uint8Array {
  const blocks = members.flatMap(({ name, text }) => {
    const content = Buffer.from(text, 'utf8');
    return [encodeHeader(name, content.length, mtimeS), content, Buffer.alloc(padding(content.length))];
  });
  return new Uint8Array(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

function encodeHeader(name: string, octets: number, mtimeS: number): Buffer {
  if (!/^[\x21-\x7e]+$/.test(name) || name.length > MOST_NAME_LETTERS)
    throw new RangeError(`name: expected 1 to ${MOST_NAME_LETTERS} letters of ASCII, got ${JSON.stringify(name)}`);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 'latin1');
  header.write(octal(0o600, 7), 100, 'latin1');
  header.write(octal(0, 7), 108, 'latin1');
  header.write(octal(0, 7), 116, 'latin1');
  header.write(octal(octets, 11), 124, 'latin1');
  header.write(octal(mtimeS, 11), 136, 'latin1');
  header.write('        0', 148, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((total, octet) => total + octet, 0);
  header.write(`${octal(sum, 6)}\u0000 `, 148, 'latin1');
  return header;
}

function octal(value: number, digits: number): string {
  return Math.floor(value).toString(8).padStart(digits, '0');
}

function padding(octets: number): number {
  return (BLOCK - (octets % BLOCK)) % BLOCK;
}
