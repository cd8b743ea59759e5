import { expect, it } from 'vitest';
import { judgeToken, type StoredToken } from './token-vault.js';

const DAY_MS = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const stored: StoredToken = { source: 'netsapiens', token: 't', storedUnixMs: start, lastUsedUnixMs: start };

it('a token lapses after 30 idle days, to the millisecond', () => {
  expect(judgeToken(stored, start + 30 * DAY_MS - 1)).toEqual({ state: 'usable', idleDays: 29 });
  expect(judgeToken(stored, start + 30 * DAY_MS)).toEqual({ state: 'lapsed', idleDays: 30 });
});

it('each use begins the 30 days anew', () => {
  const used = { ...stored, lastUsedUnixMs: start + 29 * DAY_MS };
  expect(judgeToken(used, start + 58 * DAY_MS)).toEqual({ state: 'usable', idleDays: 29 });
});

it('a token that the server ended is expired, however lately it was used', () => {
  const short = { ...stored, expiresUnixMs: start + 1000 };
  expect(judgeToken(short, start + 999)).toEqual({ state: 'usable', idleDays: 0 });
  expect(judgeToken(short, start + 1000)).toEqual({ state: 'expired' });
});

it('a clock that was put back makes no token idle', () => {
  expect(judgeToken(stored, start - 90 * DAY_MS)).toEqual({ state: 'usable', idleDays: 0 });
});
