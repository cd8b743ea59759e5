import type { DecidedPose, Reason } from '@deskbeacon/proximity-core';
import type { DecidedWindow } from './decide-recording.js';
import type { WalkedPose } from './fit-walk.js';
import type { PoseLabel } from './pose-label.js';

/** What one pose came to, decided with a model that never saw it. */
export interface PoseResult {
  readonly label: PoseLabel;
  /** Windows that were decided, and of these, how many were silent. */
  readonly windows: number;
  readonly silenced: number;
  readonly wasSilenced: boolean;
  /** Of the window that counts: the nearest to silence away from the desk, the furthest from it at the desk. */
  readonly reason: Reason;
  readonly marginNats: number;
  readonly ownDb?: number;
  readonly strongestOtherDb?: number;
}

/** As the certificate counts it. */
export function decidedPose({ label, wasSilenced }: PoseResult): DecidedPose {
  const { desk: _relative, at: _where, ...rest } = label;
  return { ...rest, wasSilenced };
}

/** @returns nothing where no window of the pose proves anything. */
export function resultOf({ recordings }: WalkedPose, decided: readonly DecidedWindow[]): PoseResult | undefined {
  const { label } = recordings[0];
  const fit = decided.filter(({ isFit }) => isFit);
  const [first, ...rest] = fit;
  if (first === undefined) return undefined;
  const isAtDesk = label.place === 'at-desk';
  const worst = rest.reduce((one, other) => (isWorse(other, one, isAtDesk) ? other : one), first);
  const silenced = fit.filter(({ wasSilenced }) => wasSilenced).length;
  return {
    label,
    windows: fit.length,
    silenced,
    wasSilenced: isAtDesk ? silenced === fit.length : silenced > 0,
    reason: worst.reason,
    marginNats: worst.marginNats,
    ...(worst.ownDb === undefined ? {} : { ownDb: worst.ownDb }),
    ...(worst.strongestOtherDb === undefined ? {} : { strongestOtherDb: worst.strongestOtherDb }),
  };
}

/** A silent window is the worst away from the desk, a ringing one at the desk; among equals the margin tells. */
function isWorse(a: DecidedWindow, b: DecidedWindow, isAtDesk: boolean): boolean {
  if (a.wasSilenced !== b.wasSilenced) return a.wasSilenced !== isAtDesk;
  return isAtDesk ? a.marginNats < b.marginNats : a.marginNats > b.marginNats;
}
