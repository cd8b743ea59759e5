import type { LogLevel } from '../config/config.js';

/** What the daemon has to say, as data: only its main file turns it into text. */
export interface LogEntry {
  /** As syslog counts: 3 error, 4 warning, 6 information, 7 detail. */
  readonly priority: 3 | 4 | 6 | 7;
  /** A stable name. */
  readonly event: string;
  /** One sentence for a person; never a key. */
  readonly text: string;
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

export type Log = (entry: LogEntry) => void;

/**
 * @param unixMs when it happened; in the text it is left to whoever collects the lines.
 * @returns one line: JSON, or the sentence with its fields; with the priority that journald reads where it listens.
 */
export function formatLogEntry(entry: LogEntry, format: 'text' | 'json', isJournal: boolean, unixMs: number): string {
  const { priority, event, text, fields = {} } = entry;
  if (format === 'json')
    return JSON.stringify({ time: new Date(unixMs).toISOString(), event, priority, text, ...fields });
  const details = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return `${isJournal ? `<${priority}>` : ''}${text}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
}

/**
 * Whether lines written to a stream go to the journal. systemd sets JOURNAL_STREAM for all that it starts, a desktop's terminal and
 * what that starts included: only a stream with the device and inode named there is the journal's (systemd.exec(5)).
 * @param named the value of JOURNAL_STREAM, `device:inode` in decimal.
 * @param stream what fstat says of the stream.
 */
export function isJournalStream(
  named: string | undefined,
  stream: { readonly dev: bigint; readonly ino: bigint },
): boolean {
  return named === `${stream.dev}:${stream.ino}`;
}

const priorities: Readonly<Record<LogLevel, LogEntry['priority']>> = { error: 3, warning: 4, info: 6, debug: 7 };

/** @returns whether an entry is told at that level. */
export function isLogged({ priority }: LogEntry, level: LogLevel): boolean {
  return priority <= priorities[level];
}
