import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPairingBench, type PairingBench, told } from '../src/rigs/pairing-bench.js';
import { hasTerminal, openTerminal, type TerminalSession } from '../src/rigs/terminal.js';

/** The whole life of a beacon in a terminal, and its radio, or that of the person beside it, cut at every step. */

/** As the screen names them while they are under way. */
const steps = ['find the beacon of the label', 'claim it', 'hear it with its new keys'] as const;
const ENDS_LIMIT_MS = 15_000;

interface Shown {
  readonly kind: string;
  readonly lifecycle: string;
  readonly beacon: string;
}

describe.skipIf(!hasTerminal)('a beacon in a terminal, with radios that are cut', () => {
  let bench: PairingBench;
  let code: string;

  beforeAll(async () => {
    bench = await openPairingBench(11);
    await bench.said('pairing-window');
    await told(bench.deskbeacon('init', 'Office', '--json'));
    await told(bench.deskbeacon('desk', 'add', 'd-1', '--json'));
    await told(bench.deskbeacon('extension', 'add', '1001', '--name', 'Ada', '--desk', 'd-1', '--json'));
  }, 60_000);

  afterAll(() => bench?.close());

  async function pair(...command: readonly string[]): Promise<TerminalSession> {
    await bench.writeCode();
    code = (await readFile(bench.codeFile, 'utf8')).trim();
    const terminal = openTerminal(command, bench.env);
    await terminal.until('Code of the label');
    terminal.type(`${code}\r`);
    return terminal;
  }

  /** It ends by itself, says what to do, and names no secret. */
  async function ends(terminal: TerminalSession): Promise<number> {
    const exitCode = await within(terminal.exitCode, () => terminal.drawn());
    const drawn = stripVTControlCharacters(terminal.drawn());
    expect(drawn).not.toContain(code);
    if (exitCode !== 0) expect(drawn).toMatch(/\nTry: /);
    return exitCode;
  }

  async function beacons(): Promise<readonly Shown[]> {
    const { stdout } = await bench.deskbeacon('list', '--json');
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Shown).filter(({ lifecycle }) => lifecycle === 'deployed');
  }

  async function release(): Promise<void> {
    const [standing] = await beacons();
    await bench.openWindow();
    const confirm = standing?.beacon as string;
    const terminal = openTerminal(['release', confirm, '--confirm', confirm], bench.env);
    await terminal.until('done.');
    expect(await ends(terminal)).toBe(0);
    expect(await beacons()).toEqual([]);
    await bench.openWindow();
  }

  async function restart(): Promise<void> {
    await bench.cutPower();
    bench.startDaemon();
  }

  it.each(steps)('pairs after the adapter of the person was pulled out at "%s"', async (step) => {
    const terminal = await pair('pair', '1001');
    await terminal.until(`› ${step}`);
    await bench.cutRadio('phone');
    expect(await ends(terminal)).toBe(69);
    // Not in its window any more where it was claimed: then its identity is what is heard.
    const again = await pair('pair', '1001');
    await again.until('stands at d-1 for extension 1001.');
    expect(await ends(again)).toBe(0);
    expect(await beacons()).toHaveLength(1);
    expect(await told(bench.deskbeacon('status', '--json'))).toMatchObject({ pairings: [] });
    await release();
  });

  it.each(steps)('pairs after the adapter of the beacon was pulled out at "%s"', async (step) => {
    const terminal = await pair('pair', '1001');
    await terminal.until(`› ${step}`);
    await bench.cutRadio('desk');
    await restart();
    if ((await ends(terminal)) !== 0) {
      const again = await pair('pair', '1001');
      await again.until('stands at d-1 for extension 1001.');
      expect(await ends(again)).toBe(0);
    }
    expect(await beacons()).toHaveLength(1);
    expect(await told(bench.deskbeacon('status', '--json'))).toMatchObject({ pairings: [] });
    if (step !== steps.at(-1)) await release();
  });

  it('is verified: heard, proven, and the loudest at its desk', async () => {
    const terminal = openTerminal(['verify', '1001', '--seconds', '5'], bench.env);
    await terminal.until('d-1: heard, proven, and the loudest here.');
    expect(await ends(terminal)).toBe(0);
    await bench.place('phone', 20);
    const far = openTerminal(['verify', '1001', '--seconds', '5'], bench.env);
    await far.until(': stand at the desk.');
    expect(await ends(far)).toBe(3);
    await bench.place('phone', 0.8);
  });

  it.each([
    'looking',
    'found it',
    'listening',
  ])('has one key on both sides after the adapter was pulled out at "%s" of a rotation', async (step) => {
    const [standing] = await beacons();
    const rotate = ['rotate-keys', standing?.beacon as string];
    const before = await recognitionKey();
    await bench.openWindow();
    const terminal = openTerminal(rotate, bench.env);
    await terminal.until(step);
    await bench.cutRadio('phone');
    expect(await ends(terminal)).toBe(69);
    const again = openTerminal(rotate, bench.env);
    await again.until('done.');
    expect(await ends(again)).toBe(0);
    expect(await recognitionKey()).not.toBe(before);
    expect(await told(bench.deskbeacon('status', '--json'))).toMatchObject({ pairings: [] });
    expect(await told(bench.deskbeacon('scan', '--seconds', '3', '--json'))).toMatchObject({
      heard: [{ beacon: standing?.beacon, isProven: true }],
    });
  });

  it('is replaced when it has forgotten everything, after the adapter was pulled out on the way', async () => {
    const [old] = await beacons();
    await bench.cutPower();
    await rm(join(bench.directory, 'state'), { recursive: true });
    bench.startDaemon();
    await bench.said('pairing-window');
    const terminal = await pair('replace', old?.beacon as string);
    await terminal.until('› claim it');
    await bench.cutRadio('phone');
    expect(await ends(terminal)).toBe(69);
    expect(await beacons()).toEqual([old]);
    const again = await pair('replace', old?.beacon as string);
    await again.until('stands at d-1');
    expect(await ends(again)).toBe(0);
    const [fresh, ...others] = await beacons();
    expect(others).toEqual([]);
    expect(fresh?.beacon).not.toBe(old?.beacon);
    expect(await told(bench.deskbeacon('scan', '--seconds', '3', '--json'))).toMatchObject({
      heard: [{ beacon: fresh?.beacon, isProven: true }],
    });
  });

  async function recognitionKey(): Promise<string> {
    const { stdout } = await bench.deskbeacon('profile', 'export', '1001', '--unsigned');
    const { beacons: exported } = JSON.parse(stdout) as { readonly beacons: readonly { recognitionKey: string }[] };
    return exported[0]?.recognitionKey as string;
  }
});

function within(ended: Promise<number>, drawn: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`did not end in ${ENDS_LIMIT_MS} ms: ${drawn()}`)), ENDS_LIMIT_MS);
    ended.then((code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}
