import { useEffect, useReducer } from 'react';
import { type LadderEvent, type LadderScreenState, openLadderScreen, reduceLadder } from './ladder-state.js';

/** Where calls can be listened to. */
export interface LadderFeed {
  subscribe(listener: (event: LadderEvent) => void): () => void;
}

/** Within a few milliseconds ten messages go by; a screen that is drawn ten times a second is enough for an eye. */
const FRAME_MS = 100;

/** @param of how many calls are to be made. */
export function useLadder(feed: LadderFeed, of: number): LadderScreenState {
  const [state, apply] = useReducer(
    (current: LadderScreenState, events: readonly LadderEvent[]) => events.reduce(reduceLadder, current),
    of,
    openLadderScreen,
  );
  useEffect(() => {
    let pending: LadderEvent[] = [];
    const flush = (): void => {
      apply([...pending, { type: 'tick', unixMs: performance.timeOrigin + performance.now() }]);
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
