import { radioNatives } from '../../beacon/packaging/natives.mjs';

const synopsis = 'desks, beacons and phones that must not ring together';
const extended = `
 deskbeacon keeps the registry of a site: it claims beacons over Bluetooth,
 walks their calibration, takes extensions from telephone systems, prints
 labels, and signs the profiles that tell softphones which desk is their own.`;

/** What the package `deskbeacon` has beside its program. */
export function describe() {
  return {
    name: 'deskbeacon',
    entry: 'cli/src/main.ts',
    // pdfkit reads fonts of its own, libsql looks for its addon by name.
    beside: [...radioNatives, { name: 'libsql', prebuilt: 'libsql' }, { name: 'pdfkit' }],
    control: { Section: 'admin', Priority: 'optional', Suggests: 'deskbeacond, postgresql' },
    description: `${synopsis}${extended}`,
    scripts: new Map(),
    conffiles: [],
    files: new Map(),
    said: [
      { path: 'usr/share/man/man1/deskbeacon.1.gz', command: ['man'] },
      { path: 'usr/share/bash-completion/completions/deskbeacon', command: ['completion', 'bash'] },
      { path: 'usr/share/zsh/vendor-completions/_deskbeacon', command: ['completion', 'zsh'] },
      { path: 'usr/share/fish/vendor_completions.d/deskbeacon.fish', command: ['completion', 'fish'] },
    ],
  };
}
