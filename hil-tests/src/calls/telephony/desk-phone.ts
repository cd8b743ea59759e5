import { mkdir, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startForeign } from './process.js';

/** A desk phone: baresip, steered over its control port as fingers would. */
export interface DeskPhone {
  /** Lifts the receiver. */
  answer(): Promise<void>;
  close(): Promise<void>;
}

export interface DeskPhoneOptions {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly proxyPort: number;
  readonly sipPort: number;
  readonly controlPort: number;
  readonly directory: string;
  /** Its person declines what comes in, a moment after it began to ring. */
  readonly isDeclining?: boolean;
}

const START_LIMIT_MS = 10_000;
/** Longer than the app takes to decide at the latest: it is to be silent when the desk phone gives up. */
export const DECLINES_AFTER_MS = 2000;

export async function startDeskPhone(options: DeskPhoneOptions): Promise<DeskPhone> {
  const { user, password, host, proxyPort, sipPort, controlPort, directory } = options;
  const home = join(directory, `desk-${user}-${sipPort}`);
  await mkdir(home, { recursive: true });
  const config = [
    `sip_listen ${host}:${sipPort}`,
    `net_interface ${host}`,
    'audio_player aubridge,desk',
    'audio_source aubridge,desk',
    'audio_alert aubridge,alert',
    'module_path /usr/lib/baresip/modules',
    'module g711.so',
    'module aubridge.so',
    'module srtp.so',
    'module_app account.so',
    'module_app ctrl_tcp.so',
    'module_app menu.so',
    `ctrl_tcp_listen ${host}:${controlPort}`,
  ];
  await writeFile(join(home, 'config'), `${config.join('\n')}\n`);
  const account = `<sip:${user}@${host}:${proxyPort};transport=udp>;auth_user=${user};auth_pass=${password};regint=60;answermode=manual;mediaenc=srtp`;
  await writeFile(join(home, 'accounts'), `${account}\n`, { mode: 0o600 });
  await writeFile(join(home, 'contacts'), '');
  const baresip = startForeign('baresip', ['-f', home], home);
  await baresip.said('200 OK', START_LIMIT_MS);
  const control = await connectControl(host, controlPort);
  const order = (command: string): void => {
    const text = JSON.stringify({ command });
    control.write(`${text.length}:${text},`);
  };
  if (options.isDeclining) {
    control.setEncoding('utf8').on('data', (events: string) => {
      if (events.includes('"CALL_INCOMING"')) setTimeout(() => order('hangup'), DECLINES_AFTER_MS);
    });
  }
  return {
    async answer() {
      order('accept');
    },
    async close() {
      control.destroy();
      await baresip.stop();
    },
  };
}

async function connectControl(host: string, port: number): Promise<Socket> {
  const lastMs = Date.now() + START_LIMIT_MS;
  for (;;) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const attempt = connect({ host, port }, () => resolve(attempt));
      attempt.once('error', () => resolve(undefined));
    });
    if (socket !== undefined) {
      socket.on('error', () => {}); // It goes with its phone.
      socket.resume();
      return socket;
    }
    if (Date.now() > lastMs) throw new Error('the desk phone takes no orders');
    await pause(50);
  }
}
