import type { Stored } from '../../registry/tables.js';
import type { Session } from '../open-session.js';

/** What a beacon is told when it is claimed, but for its keys. */
export interface PairSettings {
  /** Absent: the beacon's clock decides. */
  readonly exponentK?: number;
  readonly intervalMs: number;
  readonly measuredPowerDbm: number;
}

/** All that the beacon is told. */
export type Chosen = PairSettings & { readonly exponentK: number; readonly clockOffsetS: number };

/** Shorter windows leave a replay less time; they ask for a clock that something keeps right. */
const EXPONENT_K = 9;
const EXPONENT_K_SYNCHRONISED = 6;

/** @param settings of a pairing that is under way. */
export function isChosen(settings: unknown): settings is Chosen {
  return (settings as Partial<Chosen>).exponentK !== undefined;
}

/**
 * Writes K down before the beacon is told. It stays what it is, also when the pairing is resumed under another clock.
 * @returns the row as it stands now.
 */
export async function chooseExponent(
  session: Pick<Session, 'registry' | 'by'>,
  pairing: Stored<'pairings'>,
  isClockSynchronised: boolean,
): Promise<Stored<'pairings'>> {
  if (isChosen(pairing.settings)) return pairing;
  const exponentK = isClockSynchronised ? EXPONENT_K_SYNCHRONISED : EXPONENT_K;
  const row = { ...pairing, settings: { ...(pairing.settings as object), exponentK } };
  await session.registry.change(session.by('pair'), (changing) => changing.update('pairings', row));
  return { ...row, revision: row.revision + 1 };
}
