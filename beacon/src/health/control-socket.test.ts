import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askLocally, type LocalRequest, type LocalServer, serveLocally } from './control-socket.js';

let directory: string;
let path: string;
let server: LocalServer | undefined;
let asked: LocalRequest[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacon-control-'));
  path = join(directory, 'control.sock');
  asked = [];
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(directory, { recursive: true, force: true });
});

async function serve(): Promise<void> {
  server = await serveLocally(path, async (request) => {
    asked.push(request);
    return { ok: true, said: request.do };
  });
}

function say(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(path, () => socket.write(text));
    socket.on('data', (chunk) => {
      heard += chunk.toString();
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

describe('the control socket', () => {
  it('answers its owner alone, one request a connection', async () => {
    await serve();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await askLocally(path, { do: 'status' })).toEqual({ ok: true, said: 'status' });
    expect(await askLocally(path, { do: 'pair-window', minutes: 5 })).toEqual({ ok: true, said: 'pair-window' });
    expect(await say('{"do":"status"}\n{"do":"status"}\n')).toBe('{"ok":true,"said":"status"}\n');
    expect(await askLocally(path, { do: 'confirm-clock' })).toEqual({ ok: true, said: 'confirm-clock' });
    expect(asked).toHaveLength(4);
  });

  it.each([
    ['no JSON', 'hello\n'],
    ['something unknown', '{"do":"release"}\n'],
    ['too short a window', '{"do":"pair-window","minutes":0}\n'],
    ['too long a window', '{"do":"pair-window","minutes":61}\n'],
    ['a list', '[]\n'],
    ['a line without an end', 'x'.repeat(5000)],
  ])('says what it expects to %s', async (_what, text) => {
    await serve();
    expect(JSON.parse(await say(text))).toMatchObject({ ok: false, reason: expect.stringContaining('pair-window') });
    expect(asked).toEqual([]);
  });

  it('is there again after a crash, and never beside another daemon', async () => {
    await serve();
    await expect(serveLocally(path, async () => ({ ok: true }))).rejects.toMatchObject({ code: 'state-busy' });
    await server?.close();
    const crashed = createServer();
    await new Promise<void>((resolve) => crashed.listen(path, resolve));
    // As a crash leaves it: the file is there and nobody listens.
    const other = join(directory, 'other.sock');
    await rename(path, other);
    await new Promise<void>((resolve) => crashed.close(() => resolve()));
    await rename(other, path);
    await serve();
    expect(await askLocally(path, { do: 'status' })).toMatchObject({ ok: true });
  });

  it('says why where there is none', async () => {
    await expect(askLocally(path, { do: 'status' })).rejects.toMatchObject({ code: 'control-socket' });
    await writeFile(path, 'no socket');
    await expect(serve()).rejects.toThrow('is no socket');
    await expect(serveLocally(join(directory, 'x'.repeat(120)), async () => ({ ok: true }))).rejects.toThrow('octets');
    await rm(path);
    const foreign = createServer((socket) => void socket.resume().end('220 mail\n'));
    await new Promise<void>((resolve) => foreign.listen(path, resolve));
    await expect(askLocally(path, { do: 'status' })).rejects.toThrow('no daemon of ours');
    await new Promise<void>((resolve) => foreign.close(() => resolve()));
  });
});
