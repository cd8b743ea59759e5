/**
 * What a Debian package has to know of an addon: for which machine it was made, which libraries it is linked with, and
 * how new they have to be. Read from the file itself (System V ABI, chapters 4 and 5; LSB Core, symbol versioning), so
 * that it is the same on every machine that builds, with no binutils for other architectures.
 */

const SHT_DYNAMIC = 6;
const SHT_GNU_VERNEED = 0x6ffffffe;
const DT_NEEDED = 1;

/**
 * @param {Uint8Array} octets a shared object, 32 or 64 bits, least significant octet first
 * @returns {{ machine: number, bits: 32 | 64, needed: string[], versions: { library: string, version: string }[] }}
 * @throws {RangeError} when it is no such file
 */
export function readElf(octets) {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  if (octets.length < 52 || view.getUint32(0) !== 0x7f454c46) throw new RangeError('no ELF file');
  if (view.getUint8(5) !== 1) throw new RangeError('an ELF file with the most significant octet first');
  const bits = view.getUint8(4) === 2 ? 64 : 32;
  const word = (at) => (bits === 64 ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true));
  const sections = readSections(view, bits, word);
  const textAt = (table, offset) => {
    const from = table.offset + offset;
    return new TextDecoder().decode(octets.subarray(from, octets.indexOf(0, from)));
  };
  const needed = [];
  for (const section of sections.filter(({ type }) => type === SHT_DYNAMIC)) {
    const step = bits / 4;
    for (let at = section.offset; at < section.offset + section.size; at += step) {
      if (word(at) === DT_NEEDED) needed.push(textAt(sections[section.link], word(at + step / 2)));
    }
  }
  const versions = sections
    .filter(({ type }) => type === SHT_GNU_VERNEED)
    .flatMap((section) => readVersionNeeds(view, section, (offset) => textAt(sections[section.link], offset)));
  return { machine: view.getUint16(18, true), bits, needed, versions };
}

function readSections(view, bits, word) {
  const start = word(bits === 64 ? 0x28 : 0x20);
  const size = view.getUint16(bits === 64 ? 0x3a : 0x2e, true);
  const count = view.getUint16(bits === 64 ? 0x3c : 0x30, true);
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * size;
    const field = (in32, in64) => word(at + (bits === 64 ? in64 : in32));
    return {
      type: view.getUint32(at + 4, true),
      offset: field(0x10, 0x18),
      size: field(0x14, 0x20),
      link: view.getUint32(at + (bits === 64 ? 0x28 : 0x18), true),
    };
  });
}

function readVersionNeeds(view, section, textAt) {
  const versions = [];
  let at = section.offset;
  for (;;) {
    const library = textAt(view.getUint32(at + 4, true));
    let auxiliary = at + view.getUint32(at + 8, true);
    for (let left = view.getUint16(at + 2, true); left > 0; left -= 1) {
      versions.push({ library, version: textAt(view.getUint32(auxiliary + 8, true)) });
      auxiliary += view.getUint32(auxiliary + 12, true);
    }
    const next = view.getUint32(at + 12, true);
    if (next === 0) return versions;
    at += next;
  }
}
