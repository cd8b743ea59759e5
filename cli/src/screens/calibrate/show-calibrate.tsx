import { render, useInput, useStdout } from 'ink';
import { useRef } from 'react';
import { CalibrateScreen } from './calibrate-screen.js';
import type { CalibrateEvent } from './calibrate-state.js';
import { type CalibrateFeed, useCalibrate } from './use-calibrate.js';

/** What a person asked for with a key. */
export type CalibrateWish = 'toggle-recording' | 'next' | 'previous' | 'toggle-db' | 'finish' | 'walk-on' | 'quit';

export interface CalibrateShown {
  readonly emit: (event: CalibrateEvent) => void;
  readonly close: () => Promise<void>;
}

/** Opens the screen on standard error, so that standard output stays data; the caller feeds it, answers wishes and closes it. */
export function showCalibrate(stream: NodeJS.WriteStream, onWish: (wish: CalibrateWish) => void): CalibrateShown {
  const listeners = new Set<(event: CalibrateEvent) => void>();
  const feed: CalibrateFeed = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const app = render(<Calibrate feed={feed} onWish={onWish} />, {
    stdout: stream,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  return {
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    close: async () => {
      // The last events are drawn with the next frame.
      await new Promise((resolve) => setTimeout(resolve, 250));
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

export function Calibrate(props: { readonly feed: CalibrateFeed; readonly onWish: (wish: CalibrateWish) => void }) {
  const { stdout } = useStdout();
  const state = useCalibrate(props.feed);
  // Ink takes a new handler over only after the frame: a key pressed on sight of the verdict must already mean what it says there.
  const isDone = useRef(false);
  isDone.current = state.result !== undefined;
  useInput((input, key) => {
    const wish = wishOf(input, key, isDone.current);
    if (wish !== undefined) props.onWish(wish);
  });
  return <CalibrateScreen state={state} columns={stdout.columns ?? 80} />;
}

function wishOf(
  input: string,
  key: { readonly return: boolean; readonly ctrl: boolean },
  isDone: boolean,
): CalibrateWish | undefined {
  if ((key.ctrl && input === 'c') || input === 'q') return 'quit';
  if (input === 'd') return 'toggle-db';
  if (isDone) return input === 'w' ? 'walk-on' : undefined;
  if (key.return) return 'toggle-recording';
  return input === 'n' ? 'next' : input === 'p' ? 'previous' : input === 'f' ? 'finish' : undefined;
}
