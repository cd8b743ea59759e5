import type { CallEvent, TraceHeader } from '@deskbeacon/proximity-core';
import type { Carriage } from './parameters.js';
import type { Placement, StudyClass } from './placement.js';
import type { Packet } from './reception.js';

/** Which call: with the setting, this is all that its packets depend on. */
export interface CallKey {
  readonly seed: number;
  /** Thresholds are set on one set of calls and tried on the other. */
  readonly set: 'threshold' | 'trial';
  readonly studyClass: StudyClass;
  readonly index: number;
}

/** One call, as the decision gets it, and the truth beside it. */
export interface OfficeCall {
  readonly header: TraceHeader;
  readonly events: readonly CallEvent[];
  readonly ownDesk: string;
  readonly carriage: Carriage;
  readonly scanStartMs: number;
  readonly placement: Placement;
  readonly packets: readonly Packet[];
}
