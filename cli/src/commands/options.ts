import { type Command, InvalidArgumentError, Option } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { SessionOptions } from '../services/open-session.js';
import type { Terminal } from '../terminal.js';
import { type OutputFlags, withOutput } from './output.js';

/** Options that many commands share: the same words everywhere. */

export interface RegistryFlags extends OutputFlags {
  readonly registry?: string;
  readonly passphraseFile?: string;
}

export interface RadioFlags extends RegistryFlags {
  readonly radio: string;
  readonly wait: number;
}

export function withRegistry(command: Command): Command {
  const withFiles = command
    .addOption(
      new Option(
        '--registry <place>',
        'a file, or postgresql://… (default: deskbeacon/registry.db in XDG_DATA_HOME)',
      ).env('DESKBEACON_REGISTRY'),
    )
    .addOption(
      new Option('--passphrase-file <file>', 'opens the keys of the registry; only its owner may read it').env(
        'DESKBEACON_PASSPHRASE_FILE',
      ),
    );
  return withOutput(withFiles);
}

export function withRadio(command: Command): Command {
  return withRegistry(command)
    .addOption(
      new Option('--radio <address>', 'hci:0, h4:/dev/ttyACM0, h4:unix:PATH, h4:tcp:127.0.0.1:PORT')
        .env('DESKBEACON_RADIO')
        .default('hci:0'),
    )
    .option('--wait <seconds>', 'how long to wait for the window of the beacon, 1 to 600', numberIn(1, 600), 60);
}

/** @returns a parser of whole numbers for commander. */
export function numberIn(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`expected a whole number, ${least} to ${most}.`);
    return value;
  };
}

export function sessionOf(flags: RegistryFlags, terminal: Terminal): SessionOptions {
  return {
    ...(flags.registry === undefined ? {} : { registry: flags.registry }),
    ...(flags.passphraseFile === undefined ? {} : { passphraseFile: flags.passphraseFile }),
    ...(terminal.isInteractive ? { askSecret: terminal.askSecret } : {}),
  };
}

/** What cannot be taken back wants its name repeated. @throws CliError `not-confirmed`. */
export function requireConfirmed(name: string, confirmed: string | undefined): void {
  if (confirmed !== name)
    throw new CliError('not-confirmed', `this cannot be taken back: repeat the name with --confirm ${name}`);
}
