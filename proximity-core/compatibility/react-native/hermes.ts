import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The newest Hermes that npm has with a virtual machine for Linux: 0.12, of 2022. */
const hermes = fileURLToPath(new URL('node_modules/hermes-engine-cli/linux64-bin/hermes', import.meta.url));
const run = promisify(execFile);
const LIMIT_MS = 60_000;

/** Compiles to bytecode, as a release does, and runs that; `times` over. @returns what each run printed. */
export async function runInHermes(source: string, times = 1): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'deskbeacon-hermes-'));
  try {
    const [script, bytecode] = [join(folder, 'app.js'), join(folder, 'app.hbc')];
    await writeFile(script, source);
    await run(hermes, ['-O', '-w', '-emit-binary', '-out', bytecode, script], { timeout: LIMIT_MS });
    const printed: string[] = [];
    for (let i = 0; i < times; i += 1) {
      const { stdout } = await run(hermes, ['-b', bytecode], { timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 });
      printed.push(stdout);
    }
    return printed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
