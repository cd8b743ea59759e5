import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Two admins, two processes, one file: the programs themselves, as both would run them. */

const cli = fileURLToPath(new URL('../../bin/deskbeacon.mjs', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'deskbeacon-two-'));
const env = {
  ...process.env,
  DESKBEACON_REGISTRY: join(directory, 'registry.db'),
  DESKBEACON_PASSPHRASE_FILE: join(directory, 'passphrase'),
};
const ROUNDS = 8;
const ROWS = 4000;

/** @throws what the program said when it did not end well. */
async function run(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], { env, maxBuffer: 1 << 26 });
  return stdout;
}

function sheet(admin: string): string {
  const file = join(directory, `${admin}.csv`);
  const rows = Array.from({ length: ROWS }, (_, i) => `${admin}-${i},Desk ${i}`);
  writeFileSync(file, ['desk,desk_name', ...rows].join('\n'));
  return file;
}

describe('two processes with one registry', () => {
  beforeAll(async () => {
    writeFileSync(env.DESKBEACON_PASSPHRASE_FILE, 'correct horse battery staple\n', { mode: 0o600 });
    await run('init', 'Office');
  }, 30_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('lose no row of each other, and neither has to try again', async () => {
    const admin = async (name: string): Promise<void> => {
      for (let i = 0; i < ROUNDS; i += 1) await run('desk', 'add', `${name}-by-hand-${i}`);
    };
    await Promise.all([admin('ada'), admin('bob'), run('import', sheet('eve')), run('import', sheet('mal'))]);
    const desks = (await run('desk', 'list', '--plain')).trim().split('\n');
    expect(desks).toHaveLength(2 * ROUNDS + 2 * ROWS);
    const { length } = (await run('audit', '--json', '--last', '10000')).trim().split('\n');
    expect(length).toBe(1 + 2 * ROUNDS + 2 * ROWS);
  }, 60_000);

  it('never both have the same desk', async () => {
    const both = await Promise.allSettled(['Ada', 'Bob'].map((name) => run('desk', 'add', 'd-1', '--name', name)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find((one) => one.status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ code: 75, stderr: expect.stringContaining('is there already') });
  }, 30_000);
});
