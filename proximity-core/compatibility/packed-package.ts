import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './build.js';

/** The package as an app gets it: packed by npm and unpacked, never this folder itself. */
export interface PackedPackage {
  readonly tarball: string;
  /** A folder whose `node_modules` holds the package; apps for tests are written into it. */
  readonly folder: string;
  /** The package in there. */
  readonly unpacked: string;
  readonly remove: () => void;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function packPackage(): Promise<PackedPackage> {
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-b', 'proximity-core'], { cwd: root, stdio: 'inherit' });
  await buildPackage();
  const folder = mkdtempSync(join(tmpdir(), 'deskbeacon-package-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: join(root, 'proximity-core'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
  const tarball = join(folder, filename);
  const unpacked = join(folder, 'node_modules/@deskbeacon/proximity-core');
  mkdirSync(unpacked, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
  return { tarball, folder, unpacked, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
