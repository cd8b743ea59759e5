import { formatSeed, tagOf } from '@deskbeacon/beacon/control';
import type { PlanRow } from './plan-file.js';

/** What goes on the boot partition of one beacon's card. Raspberry Pi OS 13 reads `user-data`, Raspberry Pi OS 12 `custom.toml`. */
export type SeedFileName = 'deskbeacon-seed.toml' | 'user-data' | 'meta-data' | 'custom.toml';

/** Where the boot partition is mounted, and where `seed_file` of the image's configuration points to. */
export const SEED_PLACE = '/boot/firmware/deskbeacon-seed.toml';

/**
 * @param setupCode 16 octets. It stands in `deskbeacon-seed.toml` and in `user-data`, which some tools for writing cards take
 *   alone, and in neither of the others.
 */
export function seedFilesOf(row: PlanRow, setupCode: Uint8Array): Readonly<Record<SeedFileName, string>> {
  const seed = formatSeed({ setupCode, desk: row.desk, name: row.name });
  return {
    'deskbeacon-seed.toml': seed,
    'user-data': formatUserData(row.hostname, seed),
    'meta-data': formatMetaData(row.hostname, setupCode),
    'custom.toml': `config_version = 1\n\n[system]\nhostname = "${row.hostname}"\n`,
  };
}

/** https://docs.cloud-init.io/en/latest/reference/modules.html: update hostname, write files. */
function formatUserData(hostname: string, seed: string): string {
  const lines = seed.trimEnd().split('\n');
  return [
    '#cloud-config',
    `hostname: ${hostname}`,
    'manage_etc_hosts: true',
    'write_files:',
    `  - path: ${SEED_PLACE}`,
    "    permissions: '0600'",
    '    content: |',
    ...lines.map((line) => `      ${line}`),
    '',
  ].join('\n');
}

/** Another id makes cloud-init take a card for a new machine: it is another one with every code that is drawn. */
function formatMetaData(hostname: string, setupCode: Uint8Array): string {
  const tag = Buffer.from(tagOf('setup-code', setupCode)).toString('hex');
  return `instance-id: ${hostname}-${tag}\nlocal-hostname: ${hostname}\ndsmode: local\n`;
}
