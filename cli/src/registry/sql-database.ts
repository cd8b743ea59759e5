/** What a registry needs of a database; SQLite and PostgreSQL give it alike. */
export interface SqlDatabase {
  readonly kind: 'sqlite' | 'postgresql';
  /** For people, never with a password in it. */
  readonly location: string;
  /**
   * Runs `work` as one transaction, one writer at a time over all processes: either all of it is on the disk afterwards or nothing.
   * @throws CliError `registry-busy` when others write for longer than 5 s.
   */
  write<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** Runs `work` on one snapshot. */
  read<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface SqlSession {
  /** @param sql with `?` for each value. @returns the rows. */
  all(sql: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** @returns how many rows were changed. */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>;
}

export type SqlValue = string | number | Uint8Array | null;
export type SqlRow = Readonly<Record<string, unknown>>;

/** Work that must not overlap, in the order it came; a failure does not stop what follows. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
}
