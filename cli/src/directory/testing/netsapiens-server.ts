import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

type Row = Record<string, unknown>;

/** An answer that is given instead of the right one, once. */
export interface Fault {
  /** Only requests whose path ends so; any request when absent. */
  readonly path?: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Take the request and never answer it. */
  readonly silent?: boolean;
  /** Break the line in the middle of the answer. */
  readonly cut?: boolean;
}

export interface NetsapiensState {
  users: Row[];
  devices: Map<string, Row[]>;
  phones: Row[] | undefined;
  rules: Map<string, Row[]>;
  /** Whether `start` counts from 0 or from 1, is not looked at, or neither it nor `limit` is. */
  startCounts: 0 | 1 | 'never' | 'unpaged';
  faults: Fault[];
  /** Called before each answer, and waited for. */
  onRequest?: (path: string) => unknown;
}

export interface NetsapiensServer {
  readonly baseUrl: string;
  readonly state: NetsapiensState;
  /** Method and address of all requests so far. */
  readonly requests: string[];
  readonly stop: () => Promise<void>;
}

export const token = 'nsd_planted-token/1+2';
export const login = { username: '1001@example', password: 'planted-Password/3+4' };

/** Speaks the shapes of docs.ns-api.com as far as this product reads them, and every fault that a server can have. */
export async function startNetsapiensServer(state: NetsapiensState): Promise<NetsapiensServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    void answer(request, response, state).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    state,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, state: NetsapiensState): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = decodeURIComponent(url.pathname);
  let sent = '';
  for await (const piece of request) sent += String(piece);
  await state.onRequest?.(path);
  const at = state.faults.findIndex((fault) => fault.path === undefined || path.endsWith(fault.path));
  if (at >= 0) return spoil(response, state.faults.splice(at, 1)[0] as Fault);
  const reply = (status: number, value: unknown): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (path === '/ns-api/v2/jwt') return exchange(sent, reply);
  if (request.headers.authorization !== `Bearer ${token}`)
    return reply(401, { code: 401, message: `no such token ${request.headers.authorization}` });
  const found = /^\/ns-api\/v2\/domains\/~\/(users|phones)(?:\/([^/]+)(?:\/(devices|answerrules))?)?$/.exec(path);
  const value = found === null ? undefined : valueAt(state, found[1] as string, found[2], found[3], url.searchParams);
  return value === undefined ? reply(404, { code: 404, message: 'not found' }) : reply(200, value);
}

function valueAt(
  state: NetsapiensState,
  list: string,
  user: string | undefined,
  part: string | undefined,
  query: URLSearchParams,
) {
  if (list === 'phones') return state.phones && slice(state.phones, query, state);
  if (user === undefined) return slice(state.users, query, state);
  const row = state.users.find((one) => one.user === user);
  if (row === undefined) return undefined;
  if (part === 'devices') return state.devices.get(user) ?? [];
  return part === 'answerrules' ? (state.rules.get(user) ?? []) : row;
}

function slice(rows: readonly Row[], query: URLSearchParams, { startCounts }: NetsapiensState): readonly Row[] {
  if (startCounts === 'unpaged') return rows;
  const start = Number(query.get('start') ?? 0);
  const from = startCounts === 'never' ? 0 : Math.max(0, start - startCounts);
  return rows.slice(from, from + Number(query.get('limit') ?? 100));
}

function exchange(sent: string, reply: (status: number, value: unknown) => void): void {
  const { username, password, grant_type: grant } = JSON.parse(sent) as Row;
  const isRight = grant === 'password' && username === login.username && password === login.password;
  if (isRight) reply(200, { token, expires_in: 3600 });
  else reply(401, { code: 401, message: `wrong password ${password}` });
}

function spoil(response: ServerResponse, { status = 200, headers = {}, body = '', silent, cut }: Fault): void {
  if (silent === true) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  if (cut !== true) return void response.end(body);
  response.write('[{"user": ');
  setImmediate(() => response.destroy());
}

/** @returns a domain of so many users, each with a desk phone and an app, with the secrets that a real answer carries. */
export function makeState(users: number): NetsapiensState {
  const extensions = Array.from({ length: users }, (_, at) => `0${100 + at}`);
  return {
    users: extensions.map((user, at) => ({
      domain: 'example',
      user,
      'name-first-name': 'Ann',
      'name-last-name': `Lee ${at}`,
      site: 'Ulm',
      'emergency-address-id': `a-${at}`,
      'voicemail-login-pin': 'planted-pin',
      'ring-no-answer-timeout-seconds': 25,
      'last-modified-datetime': '2026-11-01T08:00:00+00:00',
    })),
    devices: new Map(extensions.map((user) => [user, [deviceRow(user, user), deviceRow(user, `${user}wp`)]])),
    phones: extensions.map((user, at) => ({
      'device-provisioning-mac-address': `0015650000${(at % 256).toString(16).padStart(2, '0')}`,
      'device-models-brand-and-model': 'Yealink SIP-T54W',
      'device-provisioning-sip-uri-1': `sip:${user}@example`,
      'device-provisioning-password': 'planted-provisioning',
    })),
    rules: new Map(),
    startCounts: 0,
    faults: [],
  };
}

function deviceRow(user: string, device: string): Row {
  return {
    device,
    user,
    domain: 'example',
    'device-sip-registration-uri': `sip:${device}@example`,
    'device-sip-registration-state': 'registered',
    'device-sip-registration-password': 'planted-sip',
  };
}
