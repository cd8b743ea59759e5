import { useEffect, useReducer } from 'react';
import { type CalibrateEvent, type CalibrateState, initialCalibrate, reduceCalibrate } from './calibrate-state.js';

/** Where a calibration can be listened to. */
export interface CalibrateFeed {
  subscribe(listener: (event: CalibrateEvent) => void): () => void;
}

/** Packets arrive by the hundred in a second; a screen that is drawn ten times a second is enough for an eye. */
const FRAME_MS = 100;

export function useCalibrate(feed: CalibrateFeed): CalibrateState {
  const [state, apply] = useReducer(
    (current: CalibrateState, events: readonly CalibrateEvent[]) => events.reduce(reduceCalibrate, current),
    initialCalibrate,
  );
  useEffect(() => {
    let pending: CalibrateEvent[] = [];
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
