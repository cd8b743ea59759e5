import type { StoredToken, TokenVault } from '../../directory/token-vault.js';
import type { Session } from '../open-session.js';

/** Tokens in the registry, sealed as keys are. */
export function createSealedVault(session: Session): TokenVault {
  const placeOf = (source: string): string => `tokens/${source}/token`;
  return {
    async put(stored) {
      const ring = await session.ring();
      const token = ring.seal(placeOf(stored.source), new TextEncoder().encode(JSON.stringify(stored)));
      await session.registry.change(session.by('directory sign-in'), async (changing) => {
        const row = { id: stored.source, token, lastUsedAtMs: stored.lastUsedUnixMs };
        const known = await changing.get('tokens', stored.source);
        if (known === undefined) await changing.insert('tokens', row);
        else await changing.update('tokens', { ...row, revision: known.revision });
      });
    },
    async get(source) {
      const row = await session.registry.read((reading) => reading.get('tokens', source));
      if (row === undefined) return undefined;
      const ring = await session.ring();
      return JSON.parse(new TextDecoder().decode(ring.open(placeOf(source), row.token))) as StoredToken;
    },
    async delete(source) {
      await session.registry.change(session.by('directory sign-out'), async (changing) => {
        const row = await changing.get('tokens', source);
        if (row !== undefined) await changing.remove('tokens', row);
      });
    },
  };
}
