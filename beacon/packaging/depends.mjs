import { readElf } from './elf.mjs';

/** Which Debian package has a library that a prebuilt addon may be linked with. */
const packagesOf = [
  [/^lib(c|m|dl|rt|pthread)\.so\.\d+$/, 'libc6'],
  [/^ld-linux[-\w]*\.so\.\d+$/, 'libc6'],
  [/^libstdc\+\+\.so\.6$/, 'libstdc++6'],
  [/^libgcc_s\.so\.1$/, 'libgcc-s1'],
];
/** In which GCC a version of libstdc++ came (GCC manual, "ABI Policy and Guidelines"); Debian numbers it by GCC. */
const gccOf = { '3.4.21': '5', '3.4.22': '6', '3.4.24': '8', '3.4.26': '9', '3.4.29': '11', '3.4.30': '12' };

/**
 * @param {readonly Uint8Array[]} addons
 * @returns {string[]} what a package with these addons depends on, with the oldest version that will do
 * @throws {Error} when one is linked with a library whose package is not known here
 */
export function dependsOf(addons) {
  const least = new Map();
  for (const { needed, versions } of addons.map(readElf)) {
    for (const library of needed) keepNewer(least, packageOf(library), '');
    for (const { library, version } of versions) {
      const glibc = /^GLIBC_([\d.]+)$/.exec(version)?.[1];
      const libstdcxx = /^GLIBCXX_([\d.]+)$/.exec(version)?.[1];
      if (glibc !== undefined) keepNewer(least, packageOf(library), glibc);
      if (libstdcxx !== undefined) keepNewer(least, packageOf(library), gccFor(libstdcxx));
    }
  }
  return [...least]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, version]) => (version === '' ? name : `${name} (>= ${version})`));
}

function packageOf(library) {
  const found = packagesOf.find(([pattern]) => pattern.test(library));
  if (found === undefined) throw new Error(`an addon needs ${library}, and no Debian package is known for it`);
  return found[1];
}

/** Versions between those of the table came with the next GCC of it; whatever is older than GCC 5 counts as that. */
function gccFor(version) {
  const found = Object.entries(gccOf).find(([known]) => compareVersions(known, version) >= 0);
  if (found === undefined) throw new Error(`an addon needs GLIBCXX_${version}, which is newer than what is known here`);
  return found[1];
}

function keepNewer(least, name, version) {
  const before = least.get(name);
  if (before === undefined || compareVersions(version, before) > 0) least.set(name, version);
}

function compareVersions(a, b) {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
