import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../errors/cli-error.js';

const MOST_OCTETS = 256 * 1024 * 1024;

/** @throws CliError `no-input`. */
export function readOctets(file: string): Uint8Array {
  try {
    if (file !== '-' && statSync(file).size > MOST_OCTETS) throw new Error(`larger than ${MOST_OCTETS} octets`);
    return new Uint8Array(readFileSync(file === '-' ? 0 : file));
  } catch (cause) {
    throw new CliError('no-input', `${file}: cannot be read`, { cause });
  }
}

export function readText(file: string): string {
  return Buffer.from(readOctets(file)).toString('utf8');
}

/**
 * Writes a file for its owner alone, whole or not at all: beside its place, to the disk, then into it.
 * @throws CliError `cannot-write`.
 */
export function writeSecretFile(file: string, content: string | Uint8Array): void {
  const beside = join(dirname(file), `.${process.pid}.deskbeacon`);
  try {
    const open = openSync(beside, 'wx', 0o600);
    try {
      const octets = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
      for (let at = 0; at < octets.length; ) at += writeSync(open, octets, at);
      fsyncSync(open);
    } finally {
      closeSync(open);
    }
    renameSync(beside, file);
    const directory = openSync(dirname(file), 'r');
    fsyncSync(directory);
    closeSync(directory);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new CliError('cannot-write', `${file}: cannot be written`, { cause });
  }
}
