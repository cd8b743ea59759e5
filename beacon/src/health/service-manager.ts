import { execFile } from 'node:child_process';

/**
 * What a service manager may be told (sd_notify(3)): one assignment a line, in a datagram to the socket that `NOTIFY_SOCKET`
 * names. Node opens no datagram sockets of that kind, so `systemd-notify` sends it, which every machine with systemd has.
 */
export interface ServiceManager {
  /** Whether anybody listens: the daemon was started by a service manager that wants to be told. */
  readonly isThere: boolean;
  /** The controller has confirmed that it advertises. */
  ready(status: string): void;
  /** A self-check has passed. */
  alive(): void;
  /** One sentence for `systemctl status`. */
  status(text: string): void;
  /** The settings are being read again, and have been; of a service that is not ready yet neither is told. */
  reloading(): void;
  reloaded(): void;
  /** Not ready yet, and still trying: the manager is asked to wait on. */
  stillStarting(status: string): void;
  /** The last one: sent, or given up, within `SEND_LIMIT_MS`. */
  stopping(): Promise<void>;
}

export type Message = Readonly<Record<string, string>>;

const SEND_LIMIT_MS = 2_000;
const MOST_WAITING = 16;
/** Longer than two tries to get on the air. */
const EXTENSION_US = 120_000_000;
/** What begins or ends a phase: never merged with another message, for their order tells. */
const PHASES = ['READY', 'RELOADING', 'STOPPING'];

export interface ServiceManagerOptions {
  readonly socket: string | undefined;
  /** Hears once that nothing gets through, and once that it does again. */
  readonly onState: (state: { readonly isReached: boolean; readonly reason?: string }) => void;
  /** For tests; `systemd-notify` when absent. */
  readonly send?: (message: Message) => Promise<void>;
}

/** @returns one that is told nothing where there is no socket. */
export function createServiceManager({
  socket,
  onState,
  send = sendBySystemdNotify,
}: ServiceManagerOptions): ServiceManager {
  const isThere = socket !== undefined && socket !== '';
  let waiting: Message[] = [];
  let sending: Promise<void> | undefined;
  let wasReached = true;
  let lastStatus: string | undefined;
  let isReady = false;

  async function sendAll(): Promise<void> {
    for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) {
      const failure = await send(message).then(
        () => undefined,
        (error: Error) => error,
      );
      if ((failure === undefined) !== wasReached)
        onState(failure === undefined ? { isReached: true } : { isReached: false, reason: failure.message });
      wasReached = failure === undefined;
      if (failure === undefined) continue;
      // The next that is told takes it along: without READY a service never counts as started.
      if (message.READY !== undefined) waiting.unshift(message);
      return;
    }
  }

  function flush(): Promise<void> {
    sending ??= sendAll().then(() => {
      sending = undefined;
      // What came while the last one was being sent; what does not get through waits for the next that is told.
      return wasReached && waiting.length > 0 ? flush() : undefined;
    });
    return sending;
  }

  function tell(message: Message): Promise<void> {
    if (!isThere) return Promise.resolve();
    const last = waiting.at(-1);
    const isPhase = (one: Message): boolean => PHASES.some((name) => name in one);
    if (last !== undefined && !isPhase(last) && !isPhase(message))
      waiting[waiting.length - 1] = { ...last, ...message };
    else waiting.push(message);
    waiting = waiting.slice(-MOST_WAITING);
    return flush();
  }

  return {
    isThere,
    ready: (status) => {
      lastStatus = status;
      isReady = true;
      void tell({ READY: '1', STATUS: status });
    },
    alive: () => void tell({ WATCHDOG: '1' }),
    status: (text) => {
      if (text !== lastStatus) void tell({ STATUS: text });
      lastStatus = text;
    },
    reloading: () => {
      if (isReady) void tell({ RELOADING: '1', MONOTONIC_USEC: String(process.hrtime.bigint() / 1000n) });
    },
    reloaded: () => {
      if (isReady) void tell({ READY: '1', STATUS: lastStatus ?? '' });
    },
    stillStarting: (status) => void tell({ EXTEND_TIMEOUT_USEC: String(EXTENSION_US), STATUS: status }),
    stopping: () => tell({ STOPPING: '1', STATUS: 'stopping' }),
  };
}

/**
 * Without `--no-block`: it waits until the manager has taken the message, or the manager could no longer tell whose it was.
 * The unit needs `NotifyAccess=all`, since a child of the daemon sends.
 */
function sendBySystemdNotify(message: Message): Promise<void> {
  const lines = Object.entries(message).map(([name, value]) => `${name}=${value.replace(/[\r\n]+/g, ' ')}`);
  return new Promise((resolve, reject) => {
    execFile('systemd-notify', lines, { timeout: SEND_LIMIT_MS, killSignal: 'SIGKILL' }, (error) => {
      if (error === null) resolve();
      else reject(error.killed === true ? new Error(`systemd-notify: no end within ${SEND_LIMIT_MS} ms`) : error);
    });
  });
}
