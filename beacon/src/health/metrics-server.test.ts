import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MetricsServer, serveMetrics } from './metrics-server.js';

let server: MetricsServer;
beforeEach(async () => {
  server = await serveMetrics({ port: 0, render: () => 'x 1\n', limits: { requestMs: 300, checkEveryMs: 50 } });
});
afterEach(() => server.close());

interface Answer {
  readonly code: number | undefined;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

function ask(options: {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly host?: string;
  readonly body?: string;
}): Promise<Answer> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path: '/metrics', ...rest }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ code: response.statusCode, text, headers: response.headers }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** What comes back on a connection of its own, until it is closed. */
function say(text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      heard += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });
}

describe('metrics over HTTP', () => {
  it('are there for GET /metrics by a name of the loopback', async () => {
    const { code, text, headers } = await ask({});
    expect({ code, text }).toEqual({ code: 200, text: 'x 1\n' });
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const host of ['localhost', 'LocalHost:9101', '127.0.0.1:1', '[::1]:9101', '[::1]'])
      expect((await ask({ headers: { host } })).code, host).toBe(200);
    expect((await ask({ path: '/metrics?name=x' })).code).toBe(200);
  });

  it('are refused under any other name, as a page of the web would ask', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      'localhost:x',
      '[::2]',
      'a@localhost',
    ])
      expect((await ask({ headers: { host } })).code, host).toBe(403);
    expect(await say('GET /metrics HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await say('GET /metrics HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('are all there is', async () => {
    for (const path of ['/', '/metrics/', '/metrics/../etc', '//metrics', '/Metrics', '*'])
      expect((await ask({ path })).code, path).toBe(404);
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
      const { code, headers } = await ask({ method });
      expect(code, method).toBe(405);
      expect(headers.allow).toBe('GET');
    }
    expect((await ask({ method: 'POST', body: 'x'.repeat(100_000) })).code).toBe(413);
  });

  it('bound what a request may take: a head that is long, slow or never ends', async () => {
    expect(await say(`GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(5000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    const startedMs = performance.now();
    expect(await say('GET /metrics HTTP/1.1\r\nHost: local')).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });

  it('are given to eight connections at most, and to the next one when those are gone', async () => {
    const held = await Promise.all(
      Array.from(
        { length: 8 },
        () =>
          new Promise<ReturnType<typeof connect>>((resolve) => {
            const socket = connect(server.port, '127.0.0.1', () => resolve(socket));
            socket.on('error', () => {});
          }),
      ),
    );
    await expect(ask({})).rejects.toThrow(/ECONNRESET|hang up/);
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('close', resolve).destroy())));
    await expect
      .poll(() =>
        ask({}).then(
          ({ code }) => code,
          () => 0,
        ),
      )
      .toBe(200);
  });

  it('are on no address of a network', async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && !address.internal && address.family === 'IPv4');
    for (const other of others)
      await expect(ask({ host: (other as { address: string }).address })).rejects.toThrow('ECONNREFUSED');
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await expect(serveMetrics({ port, render: () => '' })).rejects.toThrow('EADDRINUSE');
    await new Promise((resolve) => taken.close(resolve));
  });
});
