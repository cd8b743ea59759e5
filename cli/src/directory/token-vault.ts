/** A login to a directory that a person entrusted to this program. */
export interface StoredToken {
  /** Of which source, its `id`. */
  readonly source: string;
  readonly token: string;
  readonly storedUnixMs: number;
  readonly lastUsedUnixMs: number;
  /** When the server ends it, where the server says so. */
  readonly expiresUnixMs?: number;
}

/**
 * Where tokens are kept. A store encrypts what it keeps and never logs it. Whoever uses a token puts it back with the time of
 * use, and deletes one that {@link judgeToken} calls lapsed or expired before it is used.
 */
export interface TokenVault {
  put(token: StoredToken): Promise<void>;
  get(source: string): Promise<StoredToken | undefined>;
  /** Deleting what is not there is no fault. */
  delete(source: string): Promise<void>;
}

export const IDLE_DAYS = 30;
const DAY_MS = 86_400_000;

export type TokenVerdict =
  | { readonly state: 'usable'; readonly idleDays: number }
  | { readonly state: 'lapsed'; readonly idleDays: number }
  | { readonly state: 'expired' };

/**
 * Judges whether a stored token may still be used: one that nobody used for 30 days lapses, for a token that lies around serves
 * whoever finds it.
 * @param nowUnixMs the clock of this machine; one that stands before the last use proves no idleness
 */
export function judgeToken({ lastUsedUnixMs, expiresUnixMs }: StoredToken, nowUnixMs: number): TokenVerdict {
  if (expiresUnixMs !== undefined && nowUnixMs >= expiresUnixMs) return { state: 'expired' };
  const idleMs = Math.max(0, nowUnixMs - lastUsedUnixMs);
  const idleDays = Math.floor(idleMs / DAY_MS);
  return { state: idleMs >= IDLE_DAYS * DAY_MS ? 'lapsed' : 'usable', idleDays };
}
