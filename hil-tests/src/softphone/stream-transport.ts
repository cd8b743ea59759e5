import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { EmitterImpl, type Transport, TransportState } from 'sip.js';
import { createSipFramer } from './sip-framer.js';

/** Where a proxy listens; with `ca`, TLS to a server that this authority (PEM) signed for. */
export interface StreamOptions {
  readonly host: string;
  readonly port: number;
  readonly ca?: string;
}

const CONNECT_LIMIT_MS = 5000;

/** SIP over one stream (RFC 3261 §18): the proxy sends its requests back on it, as to a phone behind an address translator. */
export class StreamTransport implements Transport {
  readonly protocol: string;
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  readonly #options: StreamOptions;
  #state = TransportState.Disconnected;
  #socket: Socket | undefined;

  /** As SIP.js makes it: its logger first, which is not used. */
  constructor(_logger: unknown, options: StreamOptions) {
    this.#options = options;
    this.protocol = options.ca === undefined ? 'TCP' : 'TLS';
  }

  readonly stateChange = new EmitterImpl<TransportState>();

  /** 0 while it is not connected. */
  get localPort(): number {
    return this.#socket?.localPort ?? 0;
  }

  get state(): TransportState {
    return this.#state;
  }

  isConnected(): boolean {
    return this.#state === TransportState.Connected;
  }

  connect(): Promise<void> {
    if (this.isConnected()) return Promise.resolve();
    this.#change(TransportState.Connecting);
    return new Promise((resolve, reject) => {
      const { host, port, ca } = this.#options;
      const socket =
        ca === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ca, servername: 'localhost' });
      this.#socket = socket;
      const framer = createSipFramer();
      socket.setTimeout(CONNECT_LIMIT_MS, () => socket.destroy(new Error(`no answer in ${CONNECT_LIMIT_MS} ms`)));
      socket.once(ca === undefined ? 'connect' : 'secureConnect', () => {
        socket.setTimeout(0);
        this.#change(TransportState.Connected);
        this.onConnect?.();
        resolve();
      });
      socket.on('data', (chunk) => {
        try {
          for (const message of framer(chunk)) this.onMessage?.(message);
        } catch (error) {
          socket.destroy(error as Error); // What is no SIP ends the connection: nothing after it can be told apart.
        }
      });
      socket.on('error', reject);
      socket.once('close', () => {
        if (this.#socket === socket) this.#closed();
      });
    });
  }

  async disconnect(): Promise<void> {
    this.#socket?.destroy();
    this.#closed();
    this.#socket = undefined;
  }

  dispose(): Promise<void> {
    return this.disconnect();
  }

  async send(message: string): Promise<void> {
    if (!this.isConnected()) throw new Error('not connected');
    this.#socket?.write(message, 'utf8');
  }

  #closed(): void {
    const wasConnected = this.isConnected();
    this.#change(TransportState.Disconnected);
    if (wasConnected) this.onDisconnect?.();
  }

  #change(state: TransportState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.stateChange.emit(state);
  }
}
