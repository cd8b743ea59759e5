import { useEffect, useReducer } from 'react';
import type { DemoEvent } from './events.js';
import { initialOffice, type OfficeState, reduceOffice } from './office-state.js';

/** Where a demo can be listened to. */
export interface DemoFeed {
  subscribe(listener: (event: DemoEvent) => void): () => void;
}

/** Levels arrive a hundred times a second; a screen that is drawn ten times a second is enough for an eye. */
const FRAME_MS = 100;

export function useOffice(feed: DemoFeed): OfficeState {
  const [state, apply] = useReducer(
    (current: OfficeState, events: readonly DemoEvent[]) => events.reduce(reduceOffice, current),
    initialOffice,
  );
  useEffect(() => {
    let pending: DemoEvent[] = [];
    const flush = (): void => {
      if (pending.length === 0) return;
      apply(pending);
      pending = [];
    };
    const unsubscribe = feed.subscribe((event) => pending.push(event));
    const timer = setInterval(flush, FRAME_MS);
    return () => {
      clearInterval(timer);
      unsubscribe();
      flush();
    };
  }, [feed]);
  return state;
}
