import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AirError, adviceFor, airErrorCodes, exitCodeFor } from './air-error.js';
import { runAir } from './program.js';
import { createScriptPlayer } from './scripted-frames.js';
import { listenOnSocketFile } from './socket-file.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'air-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('deskbeacon-air', () => {
  it('prints the radio strings, obeys lines, and ends when told to', async () => {
    const { code, out } = await run(
      ['--socket', directory, '--controllers', 'desk-1,phone', '--seed', '7'],
      ['{"do":"place","id":"phone","x":2,"y":0}', '', '{"do":"end"}'],
    );
    expect(code).toBe(0);
    expect(out.map((line) => JSON.parse(line))).toEqual([
      { done: 'controller', ok: true, id: 'desk-1', radio: `h4:unix:${directory}/desk-1.sock` },
      { done: 'controller', ok: true, id: 'phone', radio: `h4:unix:${directory}/phone.sock` },
      { done: 'start', ok: true, seed: 7 },
      { done: 'place', ok: true },
      { done: 'end', ok: true },
    ]);
    expect(existsSync(join(directory, 'phone.sock'))).toBe(false);
  });

  it('ends with its standard input, and on a signal', async () => {
    expect((await run([], [])).code).toBe(0);
    const stdin = new PassThrough();
    expect(
      await runAir([], {
        stdin,
        print: () => undefined,
        printError: () => undefined,
        onEndSignal: (end) => setTimeout(end, 20),
      }),
    ).toBe(0);
  });

  it('takes its configuration from a file or from the first line', async () => {
    const config = { seed: 9, walls: [{ x1: 0, y1: 0, x2: 1, y2: 1 }], orders: [{ do: 'place', id: 'a', x: 0, y: 0 }] };
    const path = join(directory, 'air.json');
    writeFileSync(path, JSON.stringify(config));
    const fromFile = await run(['--config', path], []);
    expect(fromFile.out.map((line) => JSON.parse(line).done)).toEqual(['walls', 'place', 'start']);
    expect(JSON.parse(fromFile.out[2]!)).toMatchObject({ seed: 9 });
    expect(await run(['--config', '-'], [JSON.stringify(config)])).toEqual(fromFile);
  });

  it('says what is wrong and what to try, with the exit code of its kind', async () => {
    for (const [argv, code, text] of [
      [['--seed', 'x'], 2, 'whole number'],
      [['--controllers', 'a,a', '--socket', directory], 2, 'different names'],
      [['--controllers', 'a'], 2, 'belong together'],
      [['--nonsense'], 2, 'unknown option'],
      [['--config', join(directory, 'missing.json')], 66, 'Try: '],
      [['--socket', `${directory}/${'x'.repeat(100)}`, '--controllers', 'a'], 2, '107 bytes'],
      [['--log', join(directory, 'no', 'file')], 73, 'Try: '],
    ] as const) {
      const result = await run(argv, []);
      expect([argv, result.code]).toEqual([argv, code]);
      expect(result.err.join('\n')).toContain(text);
    }
  });

  it('explains itself and its lines', async () => {
    const { code, out } = await run(['--help'], []);
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('--radio h4:unix:/tmp/air/desk-1.sock');
  });

  it('has an exit code and advice for every error code', () => {
    for (const code of airErrorCodes) {
      expect(adviceFor(code)).toMatch(/^Try: /);
      expect([2, 66, 73, 75, 78]).toContain(exitCodeFor(code));
      expect(new AirError(code, 'x').code).toBe(code);
    }
  });
});

describe('listenOnSocketFile', () => {
  it('takes the place of a socket whose process was killed', async () => {
    const path = join(directory, 'killed.sock');
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await new Promise((resolve) => spawn(process.execPath, ['-e', script]).once('exit', resolve));
    expect(existsSync(path)).toBe(true);
    const server = createServer();
    await listenOnSocketFile(server, path);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('createScriptPlayer', () => {
  const address = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const other = Uint8Array.of(9, 2, 3, 4, 5, 6);
  const play = createScriptPlayer({
    address,
    dwellMs: 130,
    frames: [
      { fromUnixMs: 5000, data: [] },
      { fromUnixMs: 1000, data: [Uint8Array.of(1), Uint8Array.of(2)] },
      { fromUnixMs: 2000, data: [Uint8Array.of(3)], address: other },
    ],
  });

  it('alternates frames by dwell from the instant of the entry', () => {
    expect([1000, 1129.9, 1130, 1259, 1260].map((ms) => play(ms)?.data[0])).toEqual([1, 1, 2, 2, 1]);
  });

  it('changes data and address together, and is silent before the first entry and in an empty one', () => {
    expect(play(999)).toBeUndefined();
    expect(play(1999.9)?.address).toBe(address);
    expect(play(2000)).toMatchObject({ type: 3, isAddressRandom: true, address: other, data: Uint8Array.of(3) });
    expect(play(5000)).toBeUndefined();
  });

  it('refuses data longer than an advertisement', () => {
    const frames = [{ fromUnixMs: 0, data: [new Uint8Array(32)] }];
    expect(() => createScriptPlayer({ address, dwellMs: 1, frames })).toThrow('expected at most 31 octets, got 32');
  });
});

async function run(
  argv: readonly string[],
  lines: readonly string[],
): Promise<{ code: number; out: string[]; err: string[] }> {
  const stdin = new PassThrough();
  stdin.end(lines.map((line) => `${line}\n`).join(''));
  const out: string[] = [];
  const err: string[] = [];
  const io = { stdin, print: (line: string) => out.push(line), printError: (line: string) => err.push(line) };
  const code = await runAir(argv, { ...io, onEndSignal: () => undefined });
  return { code, out, err };
}
