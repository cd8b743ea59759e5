import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where an unpacked Debian kernel package lies; `.ci/setup` puts it there. */
export const kernelFolder =
  process.env.DESKBEACON_KERNEL ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'deskbeacon', 'kernel');

const needed: readonly (readonly [string, string])[] = [
  ['/usr/bin/qemu-system-x86_64', 'qemu-system-x86'],
  ['/bin/busybox', 'busybox-static'],
  ['/sbin/modprobe', 'kmod'],
  ['/usr/bin/btvirt', 'bluez-test-tools'],
  ['/usr/bin/gcc', 'gcc, libc6-dev'],
  ['/usr/bin/hciconfig', 'bluez'],
  ['/usr/bin/dbus-daemon', 'dbus'],
  ['/sbin/ip', 'iproute2'],
];

/** @returns why the rig `kernel` cannot run here; nothing when it can. */
export function whyNoGuest(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'it boots an x86-64 Linux under x86-64 Linux only';
  const packages = needed.filter(([file]) => !existsSync(file)).map(([, name]) => name);
  if (packages.length > 0) return `not installed: the Debian packages ${packages.join(', ')}`;
  const modules = join(kernelFolder, 'lib/modules');
  if (!existsSync(modules)) return `no unpacked kernel package in ${kernelFolder}`;
  if (!readdirSync(modules).some((version) => existsSync(join(modules, version, 'modules.dep'))))
    return `the kernel package in ${kernelFolder} has no modules.dep (depmod makes it)`;
  return undefined;
}
