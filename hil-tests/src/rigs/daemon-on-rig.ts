import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProfileBeacon } from '@deskbeacon/proximity-core';
import { startChild } from './child.js';
import { type BeaconFrames, framesOf } from './frames-of.js';
import { programs } from './programs.js';
import type { DaemonSabotage } from './saboteur.js';

/** The real daemon as a process of its own, on whatever radio a rig has. */
export interface DaemonOnRig {
  readonly organisationUuid: string;
  /** What a phone is told of this beacon. */
  readonly profileBeacon: ProfileBeacon;
  /** What its keys say it has to send at an instant: derived here, apart from the daemon's own schedule. */
  framesAt(unixMs: number): BeaconFrames;
  /** Asks it on its own machine: `pair-window`, `setup-code`, `status`. @returns what it prints as JSON. */
  ask(...request: readonly string[]): Promise<unknown>;
  /** Ends it as a service manager does, or as a power cut does (SIGKILL). @returns the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** The next event of this name, and with this in its text, in its log. @returns nothing when there is none within the limit. */
  says(event: string, limitMs: number, text?: RegExp): Promise<SaidByDaemon | undefined>;
  /** Waits until it ends by itself. @returns nothing when it has not within the limit. */
  whenEnded(limitMs: number): Promise<EndedDaemon | undefined>;
}

/** One line of its log, as JSON has it; fields of the event's own beside these. */
export interface SaidByDaemon {
  readonly event: string;
  readonly text: string;
  readonly code?: string;
}

export interface EndedDaemon {
  readonly exitCode: number | null;
  /** The last it said on standard error. */
  readonly said: string;
}

export interface DaemonOptions {
  readonly radio: string;
  readonly directory: string;
  readonly exponentK: number;
  /** Given where two daemons are to be of one organisation; drawn where absent. */
  readonly organisationUuid?: string;
  /** Where it stands; `d-12` where absent. */
  readonly desk?: string;
  /** Lines of the table `[frames]`; the usual frames where absent. */
  readonly frames?: readonly string[];
  readonly sabotage?: DaemonSabotage;
  /** What it says is added to this file. */
  readonly log?: string;
}

const START_LIMIT_MS = 15_000;
const END_LIMIT_MS = 3_000;

/** Starts the daemon and waits until it advertises. In a directory that was used before, it has the keys it had. */
export async function startDaemonOn(options: DaemonOptions): Promise<DaemonOnRig> {
  const { radio, directory, exponentK, desk = 'd-12' } = options;
  const { organisationUuid = randomBytes(16).toString('hex') } = options;
  const configuration = join(directory, 'deskbeacond.toml');
  const lines = [
    `organisation_uuid = "${organisationUuid}"`,
    `state_directory = "${join(directory, 'state')}"`,
    'pairing_minutes = 0',
    `exponent_k = ${exponentK}`,
    'interval_ms = 100',
    `control_socket = "${join(directory, 'control.sock')}"`,
    ...(options.frames === undefined ? [] : ['[frames]', ...options.frames]),
  ];
  await writeFile(configuration, `${lines.join('\n')}\n`);
  const broken = options.sabotage === undefined ? [] : ['--import', `${programs.closedEyes}#${options.sabotage}`];
  const command = [
    ...broken,
    programs.daemon,
    'run',
    '--config',
    configuration,
    '--radio',
    radio,
    '--log-format',
    'json',
  ];
  const daemon = startChild({
    name: 'deskbeacond',
    command,
    messagesOn: 'stderr',
    ...(options.log === undefined ? {} : { log: options.log }),
  });
  await daemon.expect(
    (message): message is object => (message as { event?: string }).event === 'advertising',
    START_LIMIT_MS,
  );
  const profileBeacon = await exportProfile(configuration, desk, join(directory, 'own.json'));
  return {
    organisationUuid,
    profileBeacon,
    framesAt: (unixMs) => framesOf(profileBeacon, organisationUuid, unixMs),
    ask: async (...request) => {
      const command = [programs.daemon, ...request, '--config', configuration, '--json'];
      const { stdout } = await promisify(execFile)(process.execPath, command, { timeout: START_LIMIT_MS });
      return JSON.parse(stdout);
    },
    stop: async (signal = 'SIGTERM') => {
      await daemon.end(signal, END_LIMIT_MS);
      return daemon.process.exitCode;
    },
    signal: (signal) => void daemon.process.kill(signal),
    says: (event, limitMs, text = /^/) =>
      daemon
        .expect((message): message is SaidByDaemon => {
          const said = message as SaidByDaemon;
          return said.event === event && text.test(said.text);
        }, limitMs)
        .catch(() => undefined),
    whenEnded: async (limitMs) => {
      const hasEnded = await daemon.hasEnded(limitMs);
      return hasEnded ? { exitCode: daemon.process.exitCode, said: daemon.lastWords() } : undefined;
    },
  };
}

async function exportProfile(configuration: string, desk: string, output: string): Promise<ProfileBeacon> {
  await rm(output, { force: true }); // The daemon overwrites no profile; this one is of an earlier daemon here.
  const command = [programs.daemon, 'profile', '--config', configuration, '--desk', desk, '--output', output];
  const exporter = startChild({ name: 'deskbeacond profile', command });
  const code = await new Promise<number | null>((resolve) => exporter.process.once('close', resolve));
  if (code !== 0) throw new Error(`deskbeacond profile ended with exit code ${code}`);
  return JSON.parse(await readFile(output, 'utf8')) as ProfileBeacon;
}
