import type { Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { AskedHosts } from '../services/ask-hosts.js';
import type { Terminal } from '../terminal.js';

/** Which machines run daemons, and how they are reached: the same for every command that asks them. */
export interface HostFlags {
  readonly host?: readonly string[];
  readonly hosts?: string;
  readonly rsh: string;
  readonly config: string;
}

const MOST_HOSTS = 10_000;

export function withHosts(command: Command): Command {
  return command
    .option('--host <host...>', 'machines with a daemon, as ssh takes them')
    .option('--hosts <file>', 'the same, one a line; "-" reads standard input')
    .option('--rsh <command>', 'what reaches them', 'ssh -o BatchMode=yes')
    .option('--config <file>', 'the configuration of the daemons', '/etc/deskbeacon/deskbeacond.toml');
}

/** @throws CliError `bad-usage` for more than 10 000 hosts, `no-input` for a file that cannot be read. */
export async function readHosts(flags: HostFlags, { signal }: Terminal): Promise<AskedHosts> {
  const { readText } = await import('../services/files.js');
  const listed = flags.hosts === undefined ? [] : readText(flags.hosts).split(/\r?\n/);
  const hosts = [...(flags.host ?? []), ...listed].map((host) => host.trim()).filter((host) => host !== '');
  if (hosts.length > MOST_HOSTS) throw new CliError('bad-usage', `expected at most ${MOST_HOSTS} hosts`);
  return { hosts, shell: flags.rsh.split(/\s+/), config: flags.config, signal };
}
