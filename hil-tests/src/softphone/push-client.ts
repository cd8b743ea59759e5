import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** What a push says. The first of a call wakes the app and knows nothing of the desk phone. */
export interface Push {
  /** The Call-ID. */
  readonly call: string;
  readonly deskPhone?: 'alerting' | 'not-alerting';
}

/** Where the stand-in for FCM or APNs listens, and this device's token there. */
export interface PushOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

const CONNECT_LIMIT_MS = 5000;

/** The operating system's side of a push: its one connection, which wakes the app. What is no push of ours is ignored. */
export function openPushClient(
  { host, port, token }: PushOptions,
  onPush: (push: Push) => void,
): Promise<{ close(): void }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => {
      socket.setTimeout(0);
      socket.write(`${token}\n`);
      resolve({ close: () => socket.destroy() });
    });
    socket.setTimeout(CONNECT_LIMIT_MS, () => socket.destroy(new Error('the push service does not answer')));
    socket.on('error', reject);
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => {
      const push = decodePush(line);
      if (push !== undefined) onPush(push);
    });
  });
}

/** @returns nothing for a line that is no push of ours. */
export function decodePush(line: string): Push | undefined {
  let value: { readonly call?: unknown; readonly deskPhone?: unknown } | null;
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || typeof value.call !== 'string') return undefined;
  const { call, deskPhone } = value;
  if (deskPhone === undefined) return { call };
  return deskPhone === 'alerting' || deskPhone === 'not-alerting' ? { call, deskPhone } : undefined;
}
