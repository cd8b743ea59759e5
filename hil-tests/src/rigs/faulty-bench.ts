import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startAir } from './air-process.js';
import { programs } from './programs.js';

/** One packet as the air logged it, on the air's clock. */
export interface Logged {
  readonly unixMs: number;
  readonly address: string;
  readonly data: string;
}

/** The virtual air with one controller, for daemons that are broken one after the other. */
export interface FaultyBench {
  readonly root: string;
  /** The controller, as a setting. */
  readonly radio: string;
  /** A new directory with settings for a daemon that is on the air at once and changes its identity every 8 s. */
  newDaemon(settings: { readonly organisationUuid: string; readonly radio?: string }): Promise<FaultyHome>;
  /** @returns all that is on the air while the work is done. */
  listen(work: () => Promise<unknown>): Promise<readonly Logged[]>;
  close(): Promise<void>;
}

/** Where a daemon of the bench lives. */
export interface FaultyHome {
  readonly directory: string;
  readonly configuration: string;
}

export async function openFaultyBench(): Promise<FaultyBench> {
  await promisify(execFile)(process.execPath, [programs.daemon, '--version']); // Builds it where that is needed.
  const root = await mkdtemp(join(tmpdir(), 'deskbeacon-faults-'));
  const air = await startAir(1);
  const socket = join(root, 'desk.sock');
  const radio = `h4:unix:${socket}`;
  let made = 0;
  await air.order({ do: 'controller', id: 'desk', socket });
  return {
    root,
    radio,
    async newDaemon(settings) {
      const directory = join(root, String(made++));
      const at = (name: string): string => join(directory, name);
      await mkdir(directory);
      const lines = [
        `organisation_uuid = "${settings.organisationUuid}"`,
        `state_directory = "${at('state')}"`,
        `control_socket = "${at('control.sock')}"`,
        `synchronised_file = "${at('synchronised')}"`,
        `radio = "${settings.radio ?? radio}"`,
        'pairing_minutes = 0',
        'exponent_k = 3',
      ];
      await writeFile(at('deskbeacond.toml'), `${lines.join('\n')}\n`);
      return { directory, configuration: at('deskbeacond.toml') };
    },
    async listen(work) {
      const file = join(root, `${made++}.jsonl`);
      await air.order({ do: 'log', file });
      await work();
      await air.order({ do: 'log' });
      const lines = (await readFile(file, 'utf8')).trim();
      return lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line) as Logged);
    },
    async close() {
      await air.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}
