import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where our programs lie, seen from the sources as from a bundle: from this package's own folder. */
const packageFolder = findUp(dirname(fileURLToPath(import.meta.url)));

export const programs = {
  air: join(packageFolder, 'bin/deskbeacon-air.mjs'),
  demo: join(packageFolder, 'bin/deskbeacon-demo.mjs'),
  phone: join(packageFolder, 'bin/deskbeacon-phone.mjs'),
  softphone: join(packageFolder, 'bin/deskbeacon-softphone.mjs'),
  calls: join(packageFolder, 'bin/deskbeacon-calls.mjs'),
  daemon: join(packageFolder, '../beacon/bin/deskbeacond.mjs'),
  /** The same without its launcher, which looks whether it has to be built. */
  daemonBundle: join(packageFolder, '../beacon/dist/main.mjs'),
  cli: join(packageFolder, '../cli/bin/deskbeacon.mjs'),
  vhci: join(packageFolder, 'bin/deskbeacon-vhci.mjs'),
  fuzz: join(packageFolder, 'bin/deskbeacon-fuzz.mjs'),
  hil: join(packageFolder, 'bin/deskbeacon-hil.mjs'),
  guest: join(packageFolder, 'bin/deskbeacon-guest.mjs'),
  bootGuest: join(packageFolder, 'src/rigs/kernel/boot.sh'),
  /** Both run in the guest. */
  underSystemd: join(packageFolder, 'src/rigs/kernel/under-systemd.sh'),
  unitScript: join(packageFolder, 'src/rigs/kernel/unit-script.sh'),
  /** Loaded into a daemon before anything else. */
  closedEyes: join(packageFolder, 'src/rigs/closed-eyes.mjs'),
  /** Compiled by the rigs on btvirt. */
  afAlgStandIn: join(packageFolder, 'src/rigs/af-alg-stand-in.c'),
  oneEventAtATime: join(packageFolder, 'src/rigs/one-event-at-a-time.c'),
} as const;

function findUp(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('no package.json above this file');
  return findUp(parent);
}
