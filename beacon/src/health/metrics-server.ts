/**
 * Metrics over HTTP, on this machine alone. A page of the web can make a browser ask 127.0.0.1 under a name of its own (DNS
 * rebinding), so that only names of the loopback are answered.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { METRICS_TYPE } from './metrics.js';

export interface MetricsServer {
  /** The port that it got. */
  readonly port: number;
  close(): Promise<void>;
}

export interface MetricsServerOptions {
  /** 0: any that is free. */
  readonly port: number;
  readonly render: () => string;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpLimits {
  /** For the head of a request, and for the whole of it. */
  readonly requestMs: number;
  /** How often slow ones are looked for. */
  readonly checkEveryMs: number;
}

const usualLimits: HttpLimits = { requestMs: 5_000, checkEveryMs: 1_000 };
const MOST_HEAD_OCTETS = 4096;
const MOST_CONNECTIONS = 8;
const LOOPBACKS = ['127.0.0.1', '::1'];
const loopbackNames = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** @throws the error of the system where 127.0.0.1 cannot be listened on; a machine without IPv6 is none. */
export async function serveMetrics({ port, render, limits }: MetricsServerOptions): Promise<MetricsServer> {
  const { requestMs, checkEveryMs } = { ...usualLimits, ...limits };
  const servers: Server[] = [];
  let connections = 0;
  const open = async (host: string, wanted: number): Promise<number> => {
    const server = createServer(
      {
        maxHeaderSize: MOST_HEAD_OCTETS,
        headersTimeout: requestMs,
        requestTimeout: requestMs,
        keepAliveTimeout: requestMs,
        connectionsCheckingInterval: checkEveryMs,
      },
      (request, response) => answer(request, response, render),
    );
    server.on('connection', (socket) => {
      // Both addresses share one bound.
      if (connections >= MOST_CONNECTIONS) socket.destroy();
      connections += 1;
      socket.on('close', () => {
        connections -= 1;
      });
    });
    await listen(server, wanted, host);
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };
  const [first = '127.0.0.1', second = '::1'] = LOOPBACKS;
  const bound = await open(first, port);
  await open(second, bound).catch(() => {}); // Where there is no IPv6, there is nobody who asks by it.
  return {
    port: bound,
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, render: () => string): void {
  const say = (code: number, text: string, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(code, {
      'Content-Type': METRICS_TYPE,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    });
    response.end(text);
  };
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody) {
    // Nobody reads it: what is still under way ends with the connection.
    response.on('finish', () => request.socket.destroy());
    say(413, 'no body is taken\n', { Connection: 'close' });
  } else if (!loopbackNames.test(request.headers.host ?? '')) say(403, 'only by a name of the loopback\n');
  else if (request.url?.split('?')[0] !== '/metrics') say(404, 'only /metrics is here\n');
  else if (request.method !== 'GET') say(405, 'only GET\n', { Allow: 'GET' });
  else say(200, render());
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, ipv6Only: host.includes(':') }, () => {
      server.off('error', reject);
      server.on('error', () => {}); // A connection that could not be taken is no reason to end.
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
