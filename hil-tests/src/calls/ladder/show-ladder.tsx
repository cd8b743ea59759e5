import { render } from 'ink';
import type { BuildingEvent } from '../events.js';
import type { TelephoneCall } from '../judge.js';
import { LadderScreen } from './ladder-screen.js';
import type { LadderEvent } from './ladder-state.js';
import { type LadderFeed, useLadder } from './use-ladder.js';

export interface LadderOutput {
  readonly take: (event: BuildingEvent) => void;
  readonly summary: (calls: readonly TelephoneCall[]) => void;
  /** Ctrl-C: what is still up is taken down. */
  readonly ends: () => void;
  readonly close: () => Promise<void>;
}

interface Size {
  /** How many calls are to be made. */
  readonly of: number;
  /** Of the terminal. */
  readonly rows: number;
}

/** The last events are drawn with the next frame. */
const LAST_FRAME_MS = 250;

/** Opens the screen; the caller feeds it and closes it. */
export function showLadder(size: Size): LadderOutput {
  const listeners = new Set<(event: LadderEvent) => void>();
  const feed: LadderFeed = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const emit = (event: LadderEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const app = render(<LiveLadder feed={feed} size={size} />, { exitOnCtrlC: false });
  return {
    take: emit,
    summary: (calls) => emit({ type: 'summary', calls }),
    ends: () => emit({ type: 'ending' }),
    close: async () => {
      await new Promise((resolve) => setTimeout(resolve, LAST_FRAME_MS));
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

function LiveLadder({ feed, size: { of, rows } }: { readonly feed: LadderFeed; readonly size: Size }) {
  return <LadderScreen state={useLadder(feed, of)} rows={rows} />;
}
