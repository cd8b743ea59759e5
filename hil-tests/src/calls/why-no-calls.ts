import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a call needs of others, each with its Debian package. */
const needed: readonly (readonly [what: string, packageName: string, isThere: () => boolean])[] = [
  ['kamailio', 'kamailio', () => isInstalled('kamailio')],
  ['kamailio’s TLS', 'kamailio-tls-modules', () => librariesHave('kamailio/modules/tls.so')],
  ['baresip', 'baresip-core', () => isInstalled('baresip')],
  ['sipp', 'sip-tester', () => isInstalled('sipp')],
  ['openssl', 'openssl', () => isInstalled('openssl')],
];

/** What has to be installed, by the names of Debian. */
export const neededPackages: readonly string[] = needed.map(([, packageName]) => packageName);

/** @returns what is missing and how to get it, in two lines; nothing where calls can be made. */
export function whyNoCalls(): string | undefined {
  const missing = needed.filter(([, , isThere]) => !isThere());
  if (missing.length === 0) return undefined;
  const names = missing.map(([what]) => what).join(', ');
  return `${names}: not installed\nTry: apt-get install ${missing.map(([, packageName]) => packageName).join(' ')}`;
}

/** @param name of a program, looked for where the shell would and where Debian keeps daemons. */
export function isInstalled(name: string): boolean {
  return `${process.env.PATH ?? ''}:/usr/sbin`.split(':').some((folder) => existsSync(join(folder, name)));
}

/** Debian keeps them in a folder per architecture. */
function librariesHave(file: string): boolean {
  return readdirSync('/usr/lib').some((folder) => existsSync(join('/usr/lib', folder, file)));
}
