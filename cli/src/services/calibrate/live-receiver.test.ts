import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CliError } from '../../errors/cli-error.js';
import { type LiveReceiver, type LiveReceiverOptions, liveLimits, openLiveReceiver } from './live-receiver.js';
import type { Recording } from './recording.js';
import { traceOf } from './testing/simulated-walk.js';

const open: LiveReceiver[] = [];
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close();
});

async function start(more: Partial<LiveReceiverOptions> = {}): Promise<LiveReceiver & { readonly taken: Recording[] }> {
  const taken: Recording[] = [];
  const receiver = await openLiveReceiver({
    port: 0,
    host: '127.0.0.1',
    onRecordings: (recordings) => taken.push(...recordings),
    ...more,
  });
  open.push(receiver);
  return { ...receiver, taken };
}

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly code?: string;
  readonly body?: string;
}

async function ask(
  { port }: LiveReceiver,
  { path = '/v1/recordings', method = 'POST', code, body }: Asked,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(code === undefined ? {} : { headers: { authorization: `Bearer ${code}` } }),
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const trace = traceOf({ label: { pose: 'kitchen', place: 'out-of-earshot' }, atM: [0, 5], seed: 1 });

describe('the receiver of a live walk', () => {
  it('takes recordings with the right code, many a connection, with what is the same for all laid under them', async () => {
    const receiver = await start({ defaults: { floor: '7', walker: 'grace' } });
    expect(receiver.code).toMatch(/^\d{6}$/);
    const { code } = receiver;
    const bare = trace.replace('"walker":"ada","floor":"2",', '');
    expect(await ask(receiver, { path: '/v1/hello', method: 'GET', code })).toMatchObject({ status: 200 });
    expect(await ask(receiver, { code, body: bare })).toEqual({ status: 200, body: { taken: 1, poses: ['kitchen'] } });
    expect(await ask(receiver, { code, body: `${trace}\n${trace}\n` })).toMatchObject({ body: { taken: 2 } });
    expect(receiver.taken.map(({ label }) => label.floor)).toEqual(['7', '2', '2']);
    expect(receiver.taken[0]?.events.at(-1)).toEqual({ t: 1500, event: 'end' });
  });

  it('takes a body in pieces that cut characters in two', async () => {
    const receiver = await start();
    const octets = Buffer.from(trace.replace('kitchen', 'küche'));
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(
        {
          port: receiver.port,
          method: 'POST',
          path: '/v1/recordings',
          headers: { authorization: `Bearer ${receiver.code}` },
        },
        (response) => resolve(response.resume().statusCode),
      ).on('error', reject);
      const middle = octets.indexOf('ü') + 1;
      sent.write(octets.subarray(0, middle), () => setImmediate(() => sent.end(octets.subarray(middle))));
    });
    expect(status).toBe(200);
    expect(receiver.taken[0]?.label.pose).toBe('küche');
  });

  it('is locked after ten wrong codes, also for the right one, and says so once', async () => {
    let locked = 0;
    const receiver = await start({ code: '012345', onLocked: () => (locked += 1) });
    const wrong = ['', '12345', '012346', '0123456', '0123450', '000000', '999999', ' 012345', '01234', 'x'];
    expect(wrong).toHaveLength(liveLimits.attempts);
    const replies = [];
    for (const code of wrong) replies.push(await ask(receiver, { code, body: trace }));
    expect(replies.map(({ status }) => status)).toEqual(wrong.map(() => 401));
    expect(replies.at(-1)?.body).toEqual({ error: 'wrong-code', attemptsLeft: 0 });
    expect(locked).toBe(1);
    expect((await ask(receiver, { code: '012345', body: trace })).status).toBe(429);
    expect(receiver.taken).toEqual([]);
    expect(locked).toBe(1);
  });

  it('gives no more than ten guesses to many at once', async () => {
    const receiver = await start({ code: '000042' });
    const codes = Array.from({ length: 60 }, (_, i) => String(i).padStart(6, '0'));
    const replies = await Promise.allSettled(
      codes.map((code) => ask(receiver, { code, path: '/v1/hello', method: 'GET' })),
    );
    const statuses = replies.flatMap((reply) => (reply.status === 'fulfilled' ? [reply.value.status] : []));
    expect(statuses.filter((status) => status === 401).length).toBe(liveLimits.attempts);
    expect(statuses).not.toContain(200);
  });

  it('asks for the code before anything else, and counts a missing one', async () => {
    const receiver = await start();
    expect(await ask(receiver, { path: '/elsewhere', method: 'GET' })).toEqual({
      status: 401,
      body: { error: 'wrong-code', attemptsLeft: 9 },
    });
    expect((await ask(receiver, { path: '/elsewhere', method: 'GET', code: receiver.code })).status).toBe(404);
    expect((await ask(receiver, { method: 'PUT', code: receiver.code, body: '' })).status).toBe(405);
  });

  it.each([
    ['no trace', 'not JSON'],
    [trace.replace('out-of-earshot', 'moon'), 'label.place'],
    [`${trace}\n{"t":1,"event":"end"}`, 'is before'],
    ['', 'expected a header'],
  ])('says what is wrong with a recording, and takes the next: %#', async (body, reason) => {
    const receiver = await start();
    const reply = await ask(receiver, { code: receiver.code, body });
    expect(reply.status).toBe(400);
    expect(reply.body.error).toContain(reason);
    expect((await ask(receiver, { code: receiver.code, body: trace })).status).toBe(200);
    expect(receiver.taken).toHaveLength(1);
  });

  it.each([
    ['a body without end', `{"t":1,"event":"tick","note":"${'x'.repeat(1000)}"}\n`],
    ['a line without end', 'x'],
  ])('reads no more of %s than its limit', async (_what, piece) => {
    const receiver = await start();
    const sent = await new Promise<number>((resolve) => {
      let octets = 0;
      const socket = connect(receiver.port, '127.0.0.1');
      const header = `POST /v1/recordings HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${receiver.code}\r\ntransfer-encoding: chunked\r\n\r\n`;
      const chunk = piece.repeat(Math.floor(65_536 / piece.length));
      const frame = `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
      const pump = (): void => {
        while (!socket.destroyed && octets < 64 << 20) {
          octets += chunk.length;
          if (!socket.write(frame)) return;
        }
        socket.destroy();
      };
      socket.on('drain', pump).on('error', () => {});
      socket.on('close', () => resolve(octets));
      socket.write(`${header}`);
      const first = trace.split('\n').slice(0, 2).join('\n');
      socket.write(`${(first.length + 1).toString(16)}\r\n${first}\n\r\n`, pump);
    });
    expect(sent).toBeLessThan(48 << 20);
    expect(receiver.taken).toEqual([]);
    expect((await ask(receiver, { code: receiver.code, body: trace })).status).toBe(200);
  });

  it('refuses a body that says itself that it is too long, without reading it', async () => {
    const receiver = await start();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(
        {
          port: receiver.port,
          method: 'POST',
          path: '/v1/recordings',
          headers: { authorization: `Bearer ${receiver.code}`, 'content-length': liveLimits.bodyBytes + 1 },
        },
        (response) => resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .flushHeaders();
    });
    expect(status).toBe(413);
  });

  it('listens no more once it is closed, even with a recording half sent', async () => {
    const receiver = await start();
    const socket = connect(receiver.port, '127.0.0.1').on('error', () => {});
    const gone = new Promise((resolve) => socket.on('close', resolve));
    socket.write(
      `POST /v1/recordings HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${receiver.code}\r\ncontent-length: 999\r\n\r\n{`,
    );
    await new Promise((resolve) => socket.once('connect', resolve));
    await receiver.close();
    await gone;
    await expect(fetch(`http://127.0.0.1:${receiver.port}/v1/hello`)).rejects.toThrow();
    expect(receiver.taken).toEqual([]);
  });

  it('says which port it could not have', async () => {
    const { port } = await start();
    const error = await openLiveReceiver({ port, host: '127.0.0.1', onRecordings: () => {} }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({ code: 'cannot-listen', message: expect.stringContaining(String(port)) });
  });

  it('refuses a code that is not six digits, before it listens', async () => {
    await expect(openLiveReceiver({ port: 0, onRecordings: () => {}, code: '12345' })).rejects.toThrow('six digits');
  });
});
