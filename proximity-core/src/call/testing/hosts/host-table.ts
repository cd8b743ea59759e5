import type { HostCapabilities, ScanFailure } from '../../events.js';
import type { FactId } from './facts.js';
import type { MomentId } from './moments.js';
import type { RadioId } from './radio.js';

/** One kind of host: what its platform permits, what the reducer asks of it, and what its user hears. */
export interface HostTable {
  readonly id: string;
  readonly name: string;
  /** Given to `createCall`. What no document and no test says a platform can do is not claimed. */
  readonly capabilities: HostCapabilities;
  /** What of the radio the platform lets the app hear. */
  readonly radio: RadioId;
  /** How a scan fails here, of the ways there are. */
  readonly scanFailure: ScanFailure;
  /** Facts about the platform that belong to no single row. */
  readonly facts: readonly FactId[];
  /** Its row of the first page. */
  readonly summary: HostSummary;
  readonly rows: HostRows;
}

export interface HostSummary {
  readonly atDesk: string;
  readonly away: string;
  readonly nobodyAnswers: string;
  readonly costs: string;
}

/** A row for every moment that a call on this host can come to. */
export type HostRows = Readonly<Partial<Record<MomentId, HostRow>>>;

export interface HostRow {
  /** The reducer's actions, all of them and in order, as `sayAction` says them. */
  readonly does: readonly string[];
  readonly permits: string;
  readonly facts?: readonly FactId[];
  readonly hears: string;
}
