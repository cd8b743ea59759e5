import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { radioNatives } from './natives.mjs';

const synopsis = 'beacon beside a desk phone that keeps the softphone quiet';
const extended = `
 deskbeacond advertises the desk at which it stands with two rotating Bluetooth
 Low Energy frames. A softphone that hears them while a call comes in stays
 quiet, so that the desk phone rings alone.
 .
 It runs on a Bluetooth adapter of the kernel or on a serial controller. Its
 service is not started before the organisation is named in its settings.`;

/** What the package `deskbeacond` has beside its program. @param {string} folder where this file lies */
export function describe(folder) {
  const read = (name) => ({ contents: readFileSync(join(folder, 'deskbeacond', name), 'utf8') });
  const text = (name) => read(name).contents;
  const docs = 'usr/share/doc/deskbeacond';
  return {
    name: 'deskbeacond',
    entry: 'beacon/src/main.ts',
    beside: radioNatives,
    control: {
      Section: 'net',
      Priority: 'optional',
      Recommends: 'udev',
      Suggests: 'bluez, bluez-firmware, rfkill',
    },
    depends: ['procps', 'systemd | systemd-standalone-sysusers'],
    description: `${synopsis}${extended}`,
    scripts: new Map(['postinst', 'prerm', 'postrm'].map((name) => [name, text(name)])),
    conffiles: ['etc/deskbeacon/deskbeacond.toml'],
    files: new Map([
      ['etc/deskbeacon/deskbeacond.toml', read('deskbeacond.toml')],
      ['usr/lib/systemd/system/deskbeacond.service', read('deskbeacond.service')],
      ['usr/lib/systemd/system/deskbeacond-serial.service', read('deskbeacond-serial.service')],
      ['usr/lib/sysusers.d/deskbeacond.conf', read('sysusers.conf')],
      ['usr/lib/udev/rules.d/60-deskbeacond.rules', read('udev.rules')],
      [`${docs}/examples/instead-of-bluetoothd.conf`, read('examples/instead-of-bluetoothd.conf')],
      [`${docs}/examples/button-and-light.conf`, read('examples/button-and-light.conf')],
      [`${docs}/examples/loopback-metrics.conf`, read('examples/loopback-metrics.conf')],
      [`${docs}/examples/other-serial-port.conf`, read('examples/other-serial-port.conf')],
    ]),
    said: [{ path: 'usr/share/man/man8/deskbeacond.8.gz', command: ['man'], isOptional: true }],
  };
}
