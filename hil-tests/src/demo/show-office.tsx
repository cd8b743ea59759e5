import { render } from 'ink';
import type { DemoEvent } from './events.js';
import { OfficeScreen } from './office-screen.js';
import { type DemoFeed, useOffice } from './use-office.js';

export interface Screen {
  readonly emit: (event: DemoEvent) => void;
  /** Resolves when the person presses Enter. */
  readonly confirm: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens the screen; the caller feeds it and closes it. */
export function showOffice(): Screen {
  const listeners = new Set<(event: DemoEvent) => void>();
  const feed: DemoFeed = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const app = render(<Office feed={feed} />, { exitOnCtrlC: false });
  return {
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    confirm: () => new Promise((resolve) => process.stdin.once('data', () => resolve())),
    close: async () => {
      // The last events are drawn with the next frame.
      await new Promise((resolve) => setTimeout(resolve, 250));
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

function Office({ feed }: { readonly feed: DemoFeed }) {
  return <OfficeScreen state={useOffice(feed)} />;
}
