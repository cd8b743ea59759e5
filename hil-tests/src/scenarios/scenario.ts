import type { Capability, RigSession } from '../rigs/rig.js';
import type { Sabotage } from '../rigs/saboteur.js';

export interface Scenario {
  readonly id: string;
  /** One sentence that is true when the scenario passes. */
  readonly claim: string;
  readonly needs: readonly Capability[];
  /** @throws Error with what was seen instead. */
  readonly run: (session: RigSession) => Promise<void>;
  /** The daemon or controller broken in the one point of the claim: with it, the scenario has to fail. */
  readonly saboteur: {
    readonly what: string;
    readonly sabotage: Sabotage;
    /** What the scenario then says: it fails for this reason, and not because the rig did. */
    readonly says: RegExp;
  };
}

/** @throws Error when what was claimed does not hold. */
export function claim(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
