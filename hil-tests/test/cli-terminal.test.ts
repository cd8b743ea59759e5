import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPairingBench, type PairingBench, told } from '../src/rigs/pairing-bench.js';
import { hasTerminal, openTerminal, type TerminalSession } from '../src/rigs/terminal.js';

/** The bundled command line as a person sees it: in a terminal of 80 columns, with questions, screens and Ctrl-C. */

const PASSPHRASE = 'correct horse battery staple';

describe.skipIf(!hasTerminal)('deskbeacon in a terminal', () => {
  let bench: PairingBench;

  beforeAll(async () => {
    bench = await openPairingBench(9);
    await bench.said('pairing-window');
    await told(bench.deskbeacon('init', 'Office', '--json'));
    await told(bench.deskbeacon('desk', 'add', 'd-1', '--json'));
    await told(bench.deskbeacon('extension', 'add', '1001', '--name', 'Ada', '--desk', 'd-1', '--json'));
    await bench.writeCode();
  }, 60_000);

  afterAll(() => bench?.close());

  function open(args: readonly string[], env: NodeJS.ProcessEnv = {}): TerminalSession {
    const { DESKBEACON_PASSPHRASE_FILE: _file, ...usual } = bench.env;
    return openTerminal(args, { ...usual, ...env });
  }

  it('asks for passphrase and code, shows neither, and draws what it does', async () => {
    const code = (await readFile(bench.codeFile, 'utf8')).trim();
    const terminal = open(['pair', '1001']);
    await terminal.until('Passphrase of the registry:');
    terminal.type(`${PASSPHRASE}\r`);
    await terminal.until('Code of the label');
    // As a scanner that acts as a keyboard sends it.
    terminal.type(`${code}\r`);
    await terminal.until('Pairing extension 1001 at d-1');
    await terminal.until('› find the beacon of the label');
    await terminal.until('✓ write it down');
    await terminal.until('stands at d-1 for extension 1001.');
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.drawn()).not.toContain(PASSPHRASE);
    expect(terminal.drawn()).not.toContain(code);
    for (const line of stripVTControlCharacters(terminal.drawn()).split(/\r?\n/))
      expect([...line].length).toBeLessThanOrEqual(80);
  });

  it('asks for a new passphrase twice, and makes nothing when they differ', async () => {
    const init = ['init', 'Other', '--registry', join(bench.directory, 'other.db')];
    const differing = open(init);
    await differing.until('five words or more:');
    differing.type(`${PASSPHRASE}\r`);
    await differing.until('The same again:');
    differing.type(`${PASSPHRASE}!\r`);
    await differing.until('not the same');
    expect(await differing.exitCode).toBe(2);
    const same = open(init);
    await same.until('five words or more:');
    same.type(`${PASSPHRASE}\r`);
    await same.until('The same again:');
    same.type(`${PASSPHRASE}\r`);
    await same.until('organisation');
    expect(await same.exitCode).toBe(0);
  });

  it('gives a table of 80 columns, and says what is wrong with a wrong passphrase', async () => {
    const list = open(['list']);
    await list.until('BEACON');
    await list.until('1001');
    expect(await list.exitCode).toBe(0);
    const wrong = open(['profile', 'export', '1001']);
    await wrong.until('Passphrase of the registry:');
    wrong.type('something else\r');
    await wrong.until('Try: check the passphrase file');
    expect(await wrong.exitCode).toBe(77);
  });

  it('ends at Ctrl-C at a question, and at work that is drawn', async () => {
    const asked = open(['profile', 'export', '1001']);
    await asked.until('Passphrase of the registry:');
    asked.type('\u0003');
    expect(await asked.exitCode).toBe(130);
    const replace = open(['replace', 'nobody']);
    await replace.until('no such beacon');
    expect(await replace.exitCode).toBe(66);
    const { beacon } = (await told(bench.deskbeacon('list', '--json'))) as { readonly beacon: string };
    const working = open(['replace', beacon, '--code-file', join(bench.directory, 'label.txt')]);
    await working.until('Passphrase of the registry:');
    working.type(`${PASSPHRASE}\r`);
    await working.until('No beacon waits to be paired here yet');
    working.type('\u0003');
    expect(await working.exitCode).toBe(130);
    expect(await told(bench.deskbeacon('list', '--json'))).toMatchObject({ beacon, lifecycle: 'deployed' });
  });

  it('leads a person through a walk, and says what it proves and what a laptop cannot', async () => {
    const terminal = open(['calibrate', '1001']);
    await terminal.until('Passphrase of the registry:');
    terminal.type(`${PASSPHRASE}\r`);
    await terminal.until('Calibrating desk d-1');
    await terminal.until('A laptop cannot speak for pockets');
    const pose = async (xM: number): Promise<void> => {
      await bench.place('phone', xM);
      terminal.type('\r');
      await pause(2200);
      terminal.type('\r');
      await pause(300);
    };
    for (const xM of [0.5, 0.6, 0.5]) await pose(xM);
    await terminal.until('Phone in pocket');
    for (let i = 0; i < 3; i += 1) {
      terminal.type('n');
      await pause(300);
    }
    for (const xM of [9, 12]) await pose(xM);
    terminal.type('f');
    await terminal.until('w: walk on');
    terminal.type('q');
    await terminal.until('Kept as d-1@');
    expect([0, 3]).toContain(await terminal.exitCode);
    await bench.place('phone', 0.8);
    expect(stripVTControlCharacters(terminal.drawn())).not.toMatch(/\d dB/);
    const shown = (await told(bench.deskbeacon('show', 'd-1', '--json'))) as { calibration: { certificate: unknown } };
    expect(shown.calibration.certificate).toMatchObject({
      atDesk: { poses: 3 },
      phones: 1,
      walkers: 1,
      isLaptopOnly: true,
    });
    expect(await told(bench.deskbeacon('calibration-stale', 'd-1', '--json'))).toEqual({ desk: 'd-1', isStale: true });
    const { stdout } = await bench.deskbeacon('profile', 'export', '1001', '--unsigned');
    expect(JSON.parse(stdout)).toMatchObject({
      model: { calibration: 'stale', fingerprints: { desks: { 'd-1': { poses: 3 } } } },
    });
  });

  it('shows the walk of a phone on the network as its poses come in', async () => {
    const terminal = open(['calibrate', '1001', '--listen', '0', '--dry-run']);
    await terminal.until('Passphrase of the registry:');
    terminal.type(`${PASSPHRASE}\r`);
    await terminal.until('of this computer');
    const screen = stripVTControlCharacters(terminal.drawn());
    const [, port] = /port (\d+) of this computer/.exec(screen) ?? [];
    const [, code] = /(?:code|with)\D*(\d{6})/.exec(screen) ?? [];
    const label = { pose: 'chair', place: 'at-desk', desk: 'd-1', phone: 'pixel', walker: 'ada', floor: '3' };
    const lines = [
      { deskbeacon: 'trace', version: 1, call: 'c', label },
      { t: 0, event: 'scan-started', mode: 'low-latency' },
      ...[100, 300, 500, 900].map((t) => ({ t, event: 'sighting', desk: 'd-1', frame: 'eid', rssiDbm: -50 })),
      { t: 1500, event: 'end' },
    ];
    const answer = await fetch(`http://127.0.0.1:${port}/v1/recordings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${code}` },
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
    });
    expect(await answer.json()).toEqual({ taken: 1, poses: ['chair'] });
    await terminal.until('1 of 3');
    terminal.type('\u0003');
    expect(await terminal.exitCode).toBe(130);
  });

  it('draws no colour where nobody wants any, and no screen for a screen reader', async () => {
    const code = (await readFile(bench.codeFile, 'utf8')).trim();
    for (const env of [{ NO_COLOR: '1' }, { INK_SCREEN_READER: 'true' }]) {
      const terminal = open(['pair', '1001', '--wait', '2'], env);
      await terminal.until('Passphrase of the registry:');
      terminal.type(`${PASSPHRASE}\r`);
      await terminal.until('Code of the label');
      terminal.type(`${code}\r`);
      await terminal.exitCode;
      const sgr = `${String.fromCharCode(27)}[`;
      expect(
        terminal
          .drawn()
          .split(sgr)
          .filter((part) => /^[\d;]+m/.test(part) && !/^(0|1|2|22)m/.test(part)),
      ).toEqual([]);
      if ('INK_SCREEN_READER' in env) expect(terminal.drawn()).not.toContain(sgr);
    }
  });
});
