/**
 * The air log as JSON Lines, one advertising event a line:
 * `{"atUs":…,"unixMs":…,"transmitter":"desk-1","address":"c0:…","type":3,"data":"0201…","eventNumber":17}`.
 */
import { createWriteStream } from 'node:fs';
import { formatAddress } from './advertisement.js';
import { AirError } from './air-error.js';
import type { TimedLogEntry } from './server.js';

export interface AirLogFile {
  write(entry: TimedLogEntry): void;
  /** Lines that were dropped as the disk did not keep up. */
  dropped(): number;
  close(): Promise<void>;
}

const waitingLimitBytes = 16 * 1024 * 1024;

/** Creates or empties the file. @throws {AirError} `log-create`. */
export async function openAirLogFile(path: string): Promise<AirLogFile> {
  const stream = createWriteStream(path, { flags: 'w', mode: 0o600 });
  let dropped = 0;
  let hasFailed = false;
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', (cause) =>
      reject(new AirError('log-create', `cannot write ${path}: ${cause.message}`, { cause })),
    );
  });
  // A full disk must not end the air: the lines are counted as dropped.
  stream.on('error', () => {
    hasFailed = true;
  });

  return {
    write: (entry) => {
      if (hasFailed || stream.writableLength > waitingLimitBytes) dropped += 1;
      else stream.write(`${formatLogEntry(entry)}\n`);
    },
    dropped: () => dropped,
    close: () => (hasFailed ? Promise.resolve() : new Promise((resolve) => stream.end(() => resolve()))),
  };
}

/** @returns one line of the air log, without its end. */
export function formatLogEntry(entry: TimedLogEntry): string {
  const { atUs, unixMs, transmitter, address, type, data, eventNumber } = entry;
  const hex = Buffer.from(data).toString('hex');
  return JSON.stringify({
    atUs,
    unixMs: Math.round(unixMs * 1000) / 1000,
    transmitter,
    address: formatAddress(address),
    type,
    data: hex,
    eventNumber,
  });
}
