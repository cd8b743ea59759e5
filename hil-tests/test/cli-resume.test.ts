import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPairingBench, type PairingBench, told } from '../src/rigs/pairing-bench.js';

/** Pairing that is broken off at every step, on either side, and goes on. */

const steps = ['looking', 'found it', 'claiming', 'claimed', 'listening'] as const;

describe('a pairing that is broken off', () => {
  let bench: PairingBench;

  beforeAll(async () => {
    bench = await openPairingBench(5);
    await bench.said('pairing-window');
    await told(bench.deskbeacon('init', 'Office', '--json'));
    await told(bench.deskbeacon('desk', 'add', 'd-1', '--json'));
  }, 60_000);

  afterAll(() => bench?.close());

  /** Back to a beacon that nobody owns, with another label. */
  async function release(beacon: string): Promise<void> {
    await bench.openWindow();
    await told(bench.deskbeacon('release', beacon, '--confirm', beacon, '--json'));
    await bench.openWindow();
  }

  it.each(steps)('goes on by itself when the beacon loses power at "%s"', async (step) => {
    await bench.writeCode();
    const pairing = bench.spawnDeskbeacon('pair', '--desk', 'd-1', '--code-file', bench.codeFile, '--json');
    const ended = once(pairing, 'exit');
    const output = collect(pairing.stdout);
    const said = collect(pairing.stderr);
    await said.until(step);
    await bench.cutPower();
    bench.startDaemon();
    await ended;
    const paired = pairing.exitCode === 0 ? JSON.parse(output.text()) : await pairAgain();
    expect(await told(bench.deskbeacon('status', '--json'))).toMatchObject({ beacons: { deployed: 1 }, pairings: [] });
    await release((paired as { readonly beacon: string }).beacon);
  });

  it.each(steps)('is finished by the same command after it was killed at "%s"', async (step) => {
    await bench.writeCode();
    const pairing = bench.spawnDeskbeacon('pair', '--desk', 'd-1', '--code-file', bench.codeFile, '--json');
    const ended = once(pairing, 'exit');
    const said = collect(pairing.stderr);
    await said.until(step);
    pairing.kill('SIGKILL');
    await ended;
    expect(await told(bench.deskbeacon('status', '--json'))).toMatchObject({
      pairings: [{ desk: 'd-1', step: 'claiming' }],
    });
    const { beacon } = (await pairAgain()) as { readonly beacon: string };
    expect(await told(bench.deskbeacon('status', '--json'))).toMatchObject({ beacons: { deployed: 1 }, pairings: [] });
    await release(beacon);
  });

  it('ends within seconds and leaves nothing half done after Ctrl-C', async () => {
    await bench.writeCode();
    const pairing = bench.spawnDeskbeacon('pair', '--desk', 'd-1', '--code-file', bench.codeFile, '--json');
    const ended = once(pairing, 'exit');
    const said = collect(pairing.stderr);
    await said.until('claimed');
    pairing.kill('SIGINT');
    await ended;
    expect(pairing.exitCode).toBe(130);
    expect(said.text()).toContain('run the same command again');
    const { beacon } = (await pairAgain()) as { readonly beacon: string };
    await release(beacon);
  });

  it.each(['found it', 'claimed'] as const)('is taken back after it was killed at "%s"', async (step) => {
    await bench.writeCode();
    const pairing = bench.spawnDeskbeacon('pair', '--desk', 'd-1', '--code-file', bench.codeFile, '--json');
    const ended = once(pairing, 'exit');
    await collect(pairing.stderr).until(step);
    pairing.kill('SIGKILL');
    await ended;
    const { pairings } = (await told(bench.deskbeacon('status', '--json'))) as { readonly pairings: { id: string }[] };
    await bench.openWindow();
    const undone = await told(bench.deskbeacon('undo', pairings[0]?.id as string, '--json'));
    expect(undone).toMatchObject({ desk: 'd-1', wasReleased: step === 'claimed' });
    expect(await told(bench.deskbeacon('status', '--json'))).toMatchObject({ beacons: { deployed: 0 }, pairings: [] });
    await bench.openWindow();
  });

  it('is made for every desk of a plan whose beacon somebody comes near, and goes on with the others later', async () => {
    await bench.writeCode();
    const code = (await readFile(bench.codeFile, 'utf8')).trim();
    const [plan, codes] = [join(bench.directory, 'plan.csv'), join(bench.directory, 'codes.txt')];
    await told(bench.deskbeacon('desk', 'add', 'd-2', '--json'));
    await writeFile(plan, 'desk;name\nd-2;Two\nd-1;One\n');
    await writeFile(codes, `d-1\t${code}\nd-2\t000G-40R4-0M30-E209-185G-R38E-1WFA\n`, { mode: 0o600 });
    const batch = ['pair', '--batch', plan, '--codes', codes, '--wait', '4', '--json'];
    const { code: exitCode, stdout } = await bench.deskbeacon(...batch);
    expect(exitCode).toBe(3);
    const [one, two] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(one).toMatchObject({ desk: 'd-1', beacon: expect.stringMatching(/^b-/) });
    expect(two).toMatchObject({ desk: 'd-2', failed: 'not-heard' });
    const again = await bench.deskbeacon(...batch);
    expect(again.stderr).toContain('1 of 2 are left');
    expect(JSON.parse(again.stdout)).toMatchObject({ desk: 'd-2', failed: 'not-heard' });
    await release(one.beacon);
  });

  it('finds the codes of a batch in the folder of image-seed, and lists what is still to be carried out', async () => {
    const [plan, seeds] = [join(bench.directory, 'seeded.csv'), join(bench.directory, 'seeds')];
    await writeFile(plan, 'desk,extension,name\nd-7,0007,Seven\n');
    await told(bench.deskbeacon('image-seed', plan, '--output', seeds, '--register', '--json'));
    expect(await told(bench.deskbeacon('show', '0007', '--json'))).toMatchObject({
      beacons: [{ desk: 'd-7', lifecycle: 'to-be-deployed' }],
    });
    const batch = await bench.deskbeacon('pair', '--batch', plan, '--codes', seeds, '--wait', '2', '--json');
    expect(batch.code).toBe(3);
    expect(JSON.parse(batch.stdout)).toMatchObject({ desk: 'd-7', failed: 'not-heard' });
  });

  function pairAgain(): Promise<unknown> {
    return told(bench.deskbeacon('pair', '--desk', 'd-1', '--code-file', bench.codeFile, '--json'));
  }
});

interface Collected {
  text(): string;
  until(part: string): Promise<void>;
}

function collect(from: NodeJS.ReadableStream | null): Collected {
  let all = '';
  const waiting = new Set<() => void>();
  from?.setEncoding('utf8').on('data', (text: string) => {
    all += text;
    for (const look of waiting) look();
  });
  return {
    text: () => all,
    until: (part) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`did not say "${part}": ${all}`)), 30_000);
        const look = (): void => {
          if (!all.includes(part)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
