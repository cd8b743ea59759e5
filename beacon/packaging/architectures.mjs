/**
 * What an architecture is called by Debian (the key), by Node and npm, and in an ELF header. A prebuilt addon is named after
 * Node's names, the instruction set and the C library; Debian's is glibc. armhf carries armv6 beside armv7: Raspberry Pi OS
 * calls its packages for the first Pi Zero armhf as well, and node-gyp-build takes what fits its Node.
 */
export const architectures = {
  amd64: { cpu: 'x64', machine: 62, bits: 64, libsql: '@libsql/linux-x64-gnu' },
  arm64: { cpu: 'arm64', machine: 183, bits: 64, libsql: '@libsql/linux-arm64-gnu' },
  armhf: { cpu: 'arm', machine: 40, bits: 32, libsql: '@libsql/linux-arm-gnueabihf' },
};
