import { type ChildProcess, spawn } from 'node:child_process';
import { type Command, Option } from 'commander';
import { type DaemonConfig, readConfig } from '../config/config.js';
import { namesOf, readConfigOf } from '../config/several-beacons.js';
import { formatLogEntry, isLogged, type Log, type LogEntry } from '../daemon/log.js';
import { type Reloads, runDaemon } from '../daemon/run.js';
import { checkEveryMs } from '../daemon/self-check.js';
import { type BeaconProcess, runSeveral } from '../daemon/several.js';
import { BeaconError } from '../errors.js';
import { createServiceManager, type Message, type ServiceManager } from '../health/service-manager.js';
import type { Terminal } from './terminal.js';

interface RunFlags {
  readonly config: string;
  readonly radio?: string;
  readonly beacon?: string;
  readonly logFormat: 'text' | 'json';
  readonly verbose?: boolean;
}

/** `deskbeacond run`: one beacon in this process, or one process for each of several. */
export function addRunCommand(program: Command, terminal: Terminal): void {
  program
    .command('run')
    .description('advertise until SIGTERM')
    .requiredOption('--config <file>', 'settings, TOML')
    .option(
      '--radio <radio>',
      'hci:0, h4:/dev/ttyACM0, h4:unix:PATH or h4:tcp:127.0.0.1:PORT; default: the radio of the settings',
    )
    .option('--beacon <name>', 'of several beacons in [radios], this one alone')
    .addOption(new Option('--log-format <format>', 'lines on standard error').choices(['text', 'json']).default('text'))
    .option('-v, --verbose', 'say when identities change; the same as log_level = "debug"')
    .action((flags: RunFlags) => run(terminal, flags));
}

async function run(terminal: Terminal, flags: RunFlags): Promise<void> {
  const { config: file, beacon, radio } = flags;
  const whole = await readConfig(file);
  const log = logTo(terminal, flags, whole);
  const manager = managerOf(log);
  if (beacon === undefined && radio === undefined && namesOf(whole).length > 0)
    await runAll(namesOf(whole), { terminal, flags, manager, log });
  else await runOne({ terminal, flags, manager, log });
  log({ priority: 6, event: 'stopped', text: 'stopped' });
}

interface Run {
  readonly terminal: Terminal;
  readonly flags: RunFlags;
  readonly manager: ServiceManager;
  readonly log: Log;
}

async function runOne({ terminal, flags: { config: file, beacon, radio }, manager, log }: Run): Promise<void> {
  const read = (): Promise<DaemonConfig> => (radio === undefined ? readConfigOf(file, beacon) : readConfig(file));
  const config = await read();
  const chosen = radio ?? config.radio;
  if (chosen === undefined)
    throw new BeaconError('radio-address', 'no radio: neither --radio nor the settings name one');
  const reloads: Reloads = {
    read,
    onAsked: (listener) => {
      process.on('SIGHUP', listener);
      return () => process.off('SIGHUP', listener);
    },
  };
  const checks = { manager, checkEveryMs: checkEveryMs(process.env.WATCHDOG_USEC) };
  await runDaemon({ config, radio: chosen, signal: terminal.signal, log, reloads, ...checks });
}

async function runAll(names: readonly string[], { terminal, flags, manager, log }: Run): Promise<void> {
  const several = runSeveral({
    names,
    start: (name) => startBeacon(name, flags),
    signal: terminal.signal,
    manager,
    log,
    nowMs: () => performance.now(),
    random: Math.random,
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  });
  const passOn = (): void => several.pass('SIGHUP');
  process.on('SIGHUP', passOn);
  const code = await several.ended;
  process.off('SIGHUP', passOn);
  await manager.stopping();
  if (code !== 0)
    throw new BeaconError('beacons-ended', `none of ${names.join(', ')} can run; their lines above say why`);
}

/** It writes its own lines, with its name in each, and tells its parent what it would tell a service manager. */
function startBeacon(name: string, { config, logFormat, verbose }: RunFlags): BeaconProcess {
  const args = ['run', '--config', config, '--beacon', name, '--log-format', logFormat];
  const child: ChildProcess = spawn(
    process.execPath,
    [...process.execArgv, process.argv[1] as string, ...args, ...(verbose === true ? ['--verbose'] : [])],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  let hasEnded = false;
  return {
    kill: (signal) => void child.kill(signal),
    onTold: (listener) => void child.on('message', (message) => listener(message as Message)),
    onEnded: (listener) => {
      const end = (code: number | null): void => {
        if (hasEnded) return;
        hasEnded = true;
        listener(code ?? undefined);
      };
      child.once('exit', end);
      // What could not be started has no exit.
      child.once('error', () => end(null));
    },
  };
}

/** A child tells its parent, and ends with it. */
function managerOf(log: Log): ServiceManager {
  const onState = (state: { readonly isReached: boolean; readonly reason?: string }): void => log(managerEntry(state));
  const { send } = process;
  if (send === undefined) return createServiceManager({ socket: process.env.NOTIFY_SOCKET, onState });
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const toParent = (message: Message): Promise<void> =>
    new Promise((resolve, reject) => {
      send.call(process, message, (error: Error | null) => (error === null ? resolve() : reject(error)));
    });
  return createServiceManager({ socket: 'the parent', onState, send: toParent });
}

function managerEntry({ isReached, reason }: { readonly isReached: boolean; readonly reason?: string }): LogEntry {
  return isReached
    ? { priority: 6, event: 'manager-reached', text: 'the service manager is told again' }
    : { priority: 4, event: 'manager-unreached', text: `the service manager is not told how it goes: ${reason}` };
}

function logTo(terminal: Terminal, { logFormat, verbose, beacon }: RunFlags, { logLevel }: DaemonConfig): Log {
  const level = verbose === true ? 'debug' : (logLevel ?? 'info');
  return (entry) => {
    if (!isLogged(entry, level)) return;
    const named = beacon === undefined ? entry : { ...entry, fields: { beacon, ...entry.fields } };
    terminal.complain(`${formatLogEntry(named, logFormat, terminal.isJournal, Date.now())}\n`);
  };
}
