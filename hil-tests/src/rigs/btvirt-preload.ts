import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programs } from './programs.js';

/** What BlueZ's emulator needs from us to be of use: see the two sources. Nothing of what a controller does is changed. */

const COMPILER = '/usr/bin/gcc';

/** @returns why it cannot be built here; nothing when it can. */
export function whyNoPreload(): string | undefined {
  if (!existsSync(COMPILER)) return 'no C compiler for what btvirt has to be given (Debian packages gcc, libc6-dev)';
  return undefined;
}

/** @param directory where the built library is left. @returns the environment to start btvirt with. */
export async function buildPreload(directory: string): Promise<NodeJS.ProcessEnv> {
  const library = join(directory, 'btvirt-preload.so');
  const sources = [programs.afAlgStandIn, programs.oneEventAtATime];
  await promisify(execFile)(COMPILER, ['-shared', '-fPIC', '-O1', '-Wall', '-o', library, ...sources, '-ldl']);
  return { ...process.env, LD_PRELOAD: library };
}
