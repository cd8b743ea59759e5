import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noAttempts } from '../control/attempts.js';
import { createCarryOut } from '../control/carry-out.js';
import { formatSeed } from '../control/seed.js';
import { formatSetupCode } from '../control/setup-code.js';
import type { OpenState } from '../identity/state-directory.js';
import { openStateWithSeed } from './first-start.js';
import type { LogEntry } from './log.js';

const setupCode = Uint8Array.from({ length: 16 }, (_, i) => 7 * i + 3);
const other = new Uint8Array(16).fill(0xa5);

let parent: string;
let stateDirectory: string;
let seedFile: string;
let log: LogEntry[];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'deskbeacon-seed-'));
  stateDirectory = join(parent, 'state');
  seedFile = join(parent, 'deskbeacon-seed.toml');
  log = [];
});
afterEach(() => rm(parent, { recursive: true, force: true }));

/** One start and the end of the daemon that follows it. */
async function start(use: (state: OpenState) => Promise<unknown> = async () => {}): Promise<Uint8Array> {
  const state = await openStateWithSeed({ stateDirectory, seedFile }, (entry) => log.push(entry));
  try {
    await use(state);
    return state.ownership.setupCode;
  } finally {
    await state.release();
  }
}

const events = (): readonly string[] => log.map(({ event }) => event);

async function release(state: OpenState): Promise<void> {
  await state.saveOwnership({
    ...state.ownership,
    owner: {
      key: new Uint8Array(32).fill(1),
      settings: {
        ...{ organisationUuid: new Uint8Array(16), exponentK: 9, intervalMs: 100, measuredPowerDbm: -59 },
        ...{ clockOffsetS: 0, name: 'Desk 12' },
      },
    },
  });
  const carryOut = createCarryOut({
    state,
    clock: { nowUnixMs: () => 0, set: () => true, isTrusted: () => false },
    unownedSettings: {
      ...{ organisationUuid: new Uint8Array(16), exponentK: 9, intervalMs: 100, measuredPowerDbm: -59 },
      ...{ clockOffsetS: 0, name: '' },
    },
    attempts: () => noAttempts,
    uptimeS: () => 0,
    identify: async () => {},
    onChanged: () => {},
  });
  expect(await carryOut({ asks: 'release' })).toMatchObject({ status: 'done' });
}

describe('a seed at the first start', () => {
  it('gives the setup code and nothing else, and the log tells the desk without the code', async () => {
    await writeFile(seedFile, formatSeed({ setupCode, desk: 'd-12', name: 'Desk 12' }));
    const rootKeys: string[] = [];
    const keepKey = async ({ ownership }: OpenState): Promise<unknown> => rootKeys.push(String(ownership.rootKey));
    expect(await start(keepKey)).toEqual(setupCode);
    expect(events()).toEqual(['seed-taken']);
    expect(log[0]).toMatchObject({ priority: 6, fields: { file: seedFile, desk: 'd-12' } });

    stateDirectory = join(parent, 'second');
    expect(await start(keepKey)).toEqual(setupCode);
    expect(rootKeys[0]).not.toBe(rootKeys[1]);
    const told = JSON.stringify(log);
    expect(told).not.toContain(formatSetupCode(setupCode).slice(0, 9));
    expect(told).not.toContain(Buffer.from(setupCode).toString('hex').slice(0, 8));
  });

  it('is not used again: neither the same nor another one', async () => {
    await writeFile(seedFile, formatSeed({ setupCode }));
    await start();
    await writeFile(seedFile, formatSeed({ setupCode: other }));
    expect(await start()).toEqual(setupCode);
    expect(events()).toEqual(['seed-taken', 'seed-ignored']);
  });

  it('is not even looked into once there is a state', async () => {
    const drawn = await start();
    await writeFile(seedFile, 'no seed at all');
    expect(await start()).toEqual(drawn);
    expect(events()).toEqual(['seed-absent', 'seed-ignored']);
  });

  it('does not come back after a release, which draws a code', async () => {
    await writeFile(seedFile, formatSeed({ setupCode }));
    const after = await start(release);
    expect(after).not.toEqual(setupCode);
    expect(await start()).toEqual(after);
  });

  it('may be absent: the code is drawn, and the log warns', async () => {
    const code = await start();
    expect(code).toHaveLength(16);
    expect(code).not.toEqual(new Uint8Array(16));
    expect(log).toMatchObject([{ event: 'seed-absent', priority: 4, fields: { file: seedFile } }]);
    expect(await start()).toEqual(code);
    expect(log).toHaveLength(1);
  });

  it.each([
    ['with a wrong letter', async () => writeFile(seedFile, 'version = 1\nsetup_code = "U"\n'), 'seed-invalid'],
    ['that is empty', async () => writeFile(seedFile, ''), 'seed-invalid'],
    ['that is too long', async () => writeFile(seedFile, `#${'x'.repeat(5000)}`), 'seed-invalid'],
    ['that is no UTF-8', async () => writeFile(seedFile, Uint8Array.of(0x23, 0xff)), 'seed-invalid'],
    ['that is a folder', async () => mkdir(seedFile), 'seed-invalid'],
    ['that is a pipe nobody writes to', async () => execFileSync('mkfifo', [seedFile]), 'seed-invalid'],
    [
      'below a file',
      async () => {
        await writeFile(seedFile, '');
        seedFile = join(seedFile, 'seed.toml');
      },
      'seed-unreadable',
    ],
  ])('%s keeps the beacon from starting, and leaves the first start to be made', async (_, make, code) => {
    await make();
    await expect(start()).rejects.toMatchObject({ code, message: expect.stringContaining(seedFile) });
    expect(await readdir(stateDirectory)).toEqual([]);

    seedFile = join(parent, 'right.toml');
    await writeFile(seedFile, formatSeed({ setupCode }));
    expect(await start()).toEqual(setupCode);
  });

  it('is taken or not in one write: what is kept is the whole', async () => {
    await writeFile(seedFile, formatSeed({ setupCode }));
    await start();
    const kept = await readFile(join(stateDirectory, 'root-key.json'), 'utf8');
    expect(kept).toContain(Buffer.from(setupCode).toString('hex'));
    expect(await readdir(stateDirectory)).toEqual(['root-key.json']);
  });
});
