import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { kamailioConfig, type ProxySettings } from './kamailio-config.js';
import { startForeign } from './process.js';

export interface Proxy {
  close(): Promise<void>;
}

const START_LIMIT_MS = 10_000;

/** @param directory where it keeps its configuration and what it writes; for this run alone. */
export async function startProxy(settings: ProxySettings, directory: string): Promise<Proxy> {
  const runtime = join(directory, 'kamailio');
  const file = join(directory, 'kamailio.cfg');
  await mkdir(runtime, { recursive: true });
  await writeFile(file, kamailioConfig(settings), { mode: 0o600 });
  const args = ['-f', file, '-DD', '-E', '-Y', runtime, '-P', join(runtime, 'pid'), '-m', '32', '-M', '4'];
  const kamailio = startForeign('kamailio', args, directory);
  const lastMs = Date.now() + START_LIMIT_MS;
  while (!(await isListening(settings))) {
    if (Date.now() > lastMs || kamailio.process.exitCode !== null)
      throw new Error(`kamailio does not listen: ${kamailio.lastWords()}`);
    await pause(50);
  }
  return { close: () => kamailio.stop() };
}

function isListening({ host, port }: ProxySettings): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
