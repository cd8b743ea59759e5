import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * What FCM and APNs are over the air: devices keep a connection and say their token; a push for a token goes to its device, and is
 * lost where it has none. The proxy hands it a push as a SIP MESSAGE whose user part is the token (RFC 8599 §4.1: `pn-prid`).
 */
export interface PushService {
  /** Where the proxy sends pushes to, UDP. */
  readonly sipPort: number;
  /** Where devices connect to, TCP: a line with the token, then one line a push. */
  readonly devicePort: number;
  close(): Promise<void>;
}

const LONGEST_TOKEN = 128;

export async function openPushService(host: string): Promise<PushService> {
  const devices = new Map<string, Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => {}); // A device that is gone closes.
    const lines = createInterface({ input: socket });
    lines.once('line', (token) => {
      if (token.length > LONGEST_TOKEN) return socket.destroy();
      devices.set(token, socket);
      socket.once('close', () => {
        if (devices.get(token) === socket) devices.delete(token);
      });
    });
  });
  const sip = createSocket('udp4');
  sip.on('message', (packet, { address, port }) => {
    const request = packet.toString('utf8');
    const token = /^MESSAGE sip:([^@]+)@/.exec(request)?.[1];
    if (token === undefined) return;
    const device = devices.get(token);
    device?.write(`${bodyOf(request)}\n`);
    sip.send(answerTo(request, device === undefined ? '404 Not Found' : '200 OK'), port, address);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  await new Promise<void>((resolve) => sip.bind(0, host, resolve));
  return {
    sipPort: sip.address().port,
    devicePort: (server.address() as { readonly port: number }).port,
    async close() {
      for (const device of devices.values()) device.destroy();
      sip.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function bodyOf(request: string): string {
  return request.slice(request.indexOf('\r\n\r\n') + 4).replace(/\r?\n/g, ' ');
}

/** RFC 3261 §8.2.6: what an answer repeats of its request. */
function answerTo(request: string, status: string): string {
  const head = request.slice(0, request.indexOf('\r\n\r\n')).split('\r\n');
  const repeated = head.filter((line) => /^(via|from|to|call-id|cseq)[ \t]*:/i.test(line));
  return [`SIP/2.0 ${status}`, ...repeated, 'Content-Length: 0', '', ''].join('\r\n');
}
