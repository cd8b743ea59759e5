import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type AirProcess, startAir } from './air-process.js';
import { type Child, startChild } from './child.js';
import { programs } from './programs.js';

/** The bundled command line, the real daemon that nobody owns, and the air between them. */
export interface PairingBench {
  readonly directory: string;
  /** The code of the daemon's label, once `writeCode` was called. */
  readonly codeFile: string;
  /** Tells a command its registry, its passphrase, and the radio that stands beside the beacon. */
  readonly env: NodeJS.ProcessEnv;
  deskbeacon(...args: readonly string[]): Promise<Ran>;
  /** The same, not waited for. */
  spawnDeskbeacon(...args: readonly string[]): ChildProcess;
  deskbeacond(...args: readonly string[]): Promise<Ran>;
  writeCode(): Promise<void>;
  /** Puts beacon (`desk`) or command line (`phone`) somewhere along the room. */
  place(id: 'desk' | 'phone', xM: number): Promise<void>;
  openWindow(): Promise<void>;
  /** Waits until the daemon has said that; each thing it says is waited for once. */
  said(event: string): Promise<void>;
  cutPower(): Promise<void>;
  /** Pulls the adapter out of the beacon's machine, or of the command line's, and plugs it in again. */
  cutRadio(id: 'desk' | 'phone'): Promise<void>;
  startDaemon(): void;
  close(): Promise<void>;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const COMMAND_LIMIT_MS = 90_000;
const END_LIMIT_MS = 3000;
const SAID_LIMIT_MS = 15_000;

export async function openPairingBench(seed: number): Promise<PairingBench> {
  const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-cli-'));
  const at = (name: string): string => join(directory, name);
  await writeFile(at('passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
  const lines = [
    `organisation_uuid = "${'00'.repeat(16)}"`,
    `state_directory = "${at('state')}"`,
    'pairing_minutes = 10',
    `control_socket = "${at('control.sock')}"`,
  ];
  await writeFile(at('deskbeacond.toml'), `${lines.join('\n')}\n`);
  const air: AirProcess = await startAir(seed);
  for (const id of ['desk', 'phone']) await air.order({ do: 'controller', id, socket: at(`${id}.sock`) });
  const heard: string[] = [];
  let daemon: Child | undefined;
  // What the person who runs the tests has set is none of the test's business.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('DESKBEACON_'));
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(own),
    DESKBEACON_REGISTRY: at('registry.db'),
    DESKBEACON_PASSPHRASE_FILE: at('passphrase'),
    DESKBEACON_RADIO: `h4:unix:${at('phone.sock')}`,
  };
  const bench: PairingBench = {
    directory,
    codeFile: at('label.txt'),
    env,
    deskbeacon: (...args) => run(env, programs.cli, args),
    spawnDeskbeacon: (...args) =>
      spawn(process.execPath, [programs.cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    deskbeacond: (...args) => run(env, programs.daemon, [...args, '--config', at('deskbeacond.toml')]),
    async writeCode() {
      const { stdout } = await bench.deskbeacond('setup-code', '--json');
      await writeFile(bench.codeFile, `${(JSON.parse(stdout) as { readonly qr: string }).qr}\n`, { mode: 0o600 });
    },
    async place(id, xM) {
      await air.order({ do: 'place', id, x: xM, y: 0, pose: 'desk', placement: `${id}-${xM}` });
    },
    async openWindow() {
      await bench.deskbeacond('pair-window', '--minutes', '2');
    },
    async said(event) {
      const lastMs = Date.now() + SAID_LIMIT_MS;
      while (Date.now() < lastMs) {
        const found = heard.indexOf(event);
        if (found >= 0) return void heard.splice(0, found + 1);
        await pause(10);
      }
      throw new Error(`the daemon did not say ${event}: ${daemon?.lastWords()}`);
    },
    async cutPower() {
      await daemon?.end('SIGKILL', END_LIMIT_MS);
    },
    async cutRadio(id) {
      await air.order({ do: 'fault', id, kind: 'unplug' });
    },
    startDaemon() {
      heard.length = 0;
      const radioOfDaemon = `h4:unix:${at('desk.sock')}`;
      const command = ['run', '--config', at('deskbeacond.toml'), '--radio', radioOfDaemon, '--log-format', 'json'];
      daemon = startChild({
        name: 'deskbeacond',
        command: [programs.daemon, ...command],
        messagesOn: 'stderr',
        onMessage: (message) => void heard.push((message as { readonly event?: string }).event ?? ''),
      });
    },
    async close() {
      await daemon?.end('SIGTERM', END_LIMIT_MS);
      await air.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await bench.place('desk', 0);
  await bench.place('phone', 0.8);
  bench.startDaemon();
  return bench;
}

/** @throws Error with what the program said when it did not end well. @returns its last line of JSON. */
export async function told(running: Promise<Ran> | Ran): Promise<unknown> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return stdout.trim() === '' ? undefined : JSON.parse(stdout.trim().split('\n').at(-1) as string);
}

function run(env: NodeJS.ProcessEnv, program: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env, timeout: COMMAND_LIMIT_MS }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr }),
    );
  });
}
