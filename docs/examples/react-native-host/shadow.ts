import {
  type AnsweredBy,
  type CallState,
  countCall,
  type DeskCounters,
  decodeDeskCounters,
  noCounters,
} from '@deskbeacon/proximity-core';
import type { TextStore } from './reason-log';

/**
 * Shadow mode: the app decides and rings all the same, and counts how often the decision would have been wrong. The owner says after
 * a call whether it was taken away from the desk; nothing is guessed. A few counts a desk are kept, until they are handed over.
 */
export interface Shadow {
  /** The host says that a call is over. Its state stays in memory until the owner has answered, or the next call. */
  finished(call: CallState | undefined, answeredBy: AnsweredBy | undefined): void;
  /** The owner's answer to “Were you out of earshot of your desk phone?”; `undefined` for no answer. */
  said(wasAway: boolean | undefined): Promise<void>;
  /** What was counted, for the owner to hand over; it is deleted here. */
  handOver(): Promise<DeskCounters>;
}

const NAME = 'deskbeacon.shadow';

/** @param desk the owner's desk, the one whose certificate the counts are for. */
export function openShadow(store: TextStore, desk: string): Shadow {
  let call: CallState | undefined;
  let answeredBy: AnsweredBy | undefined;
  const load = async (): Promise<DeskCounters> => {
    const decoded = decodeDeskCounters(JSON.parse((await store.getItem(NAME)) ?? 'null'));
    return decoded.ok && decoded.counters.desk === desk ? decoded.counters : noCounters(desk);
  };
  return {
    finished(state, by) {
      call = state;
      answeredBy = by;
    },
    async said(wasAway) {
      if (call === undefined) return;
      const outcome = {
        ...(answeredBy === undefined ? {} : { answeredBy }),
        ...(wasAway === undefined ? {} : { wasAway }),
      };
      const counted = countCall(await load(), call, outcome);
      call = undefined;
      await store.setItem(NAME, JSON.stringify(counted));
    },
    async handOver() {
      const counters = await load();
      await store.removeItem(NAME);
      return counters;
    },
  };
}
