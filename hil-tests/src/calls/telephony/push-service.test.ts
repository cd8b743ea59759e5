import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { openPushClient, type Push } from '../../softphone/push-client.js';
import { openPushService, type PushService } from './push-service.js';

const HOST = '127.0.0.1';
let service: PushService | undefined;
afterEach(async () => {
  await service?.close();
  service = undefined;
});

/** @returns the status line that the service answers with. */
async function hand(over: { readonly token: string; readonly body: string }, port: number): Promise<string> {
  const socket = createSocket('udp4');
  const head = [
    'Via: SIP/2.0/UDP x;branch=1',
    'From: <sip:push@x>;tag=1',
    'To: <sip:x>',
    'Call-ID: 7',
    'CSeq: 1 MESSAGE',
  ];
  const lines = [`MESSAGE sip:${over.token}@${HOST} SIP/2.0`, ...head, `Content-Length: ${over.body.length}`, ''];
  socket.send([...lines, over.body].join('\r\n'), port, HOST);
  const [answer] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  expect(answer.toString()).toContain(head.join('\r\n'));
  return answer.toString().split('\r\n')[0] ?? '';
}

describe('a push', () => {
  it('goes to the device with its token and to no other', async () => {
    service = await openPushService(HOST);
    const got: [string, Push][] = [];
    const clients = await Promise.all(
      ['one', 'two'].map((token) =>
        openPushClient({ host: HOST, port: (service as PushService).devicePort, token }, (push) =>
          got.push([token, push]),
        ),
      ),
    );
    await expect
      .poll(() => hand({ token: 'two', body: '{"call":"c"}' }, (service as PushService).sipPort))
      .toBe('SIP/2.0 200 OK');
    await hand({ token: 'two', body: '{"call":"c","deskPhone":"alerting"}' }, service.sipPort);
    await hand({ token: 'two', body: '{"deskPhone":"alerting"}' }, service.sipPort);
    await expect.poll(() => got.length).toBeGreaterThan(1);
    expect(new Set(got.map(([token]) => token))).toEqual(new Set(['two']));
    expect(got.at(-1)?.[1]).toEqual({ call: 'c', deskPhone: 'alerting' });
    for (const client of clients) client.close();
  });

  it('for nobody is refused', async () => {
    service = await openPushService(HOST);
    expect(await hand({ token: 'nobody', body: '{}' }, service.sipPort)).toBe('SIP/2.0 404 Not Found');
  });
});
