import { render } from 'ink';
import type { PairProgress } from '../../services/pairing/pair-beacon.js';
import { PairScreen } from './pair-screen.js';
import { beginPairing, reducePairing } from './pair-state.js';

/** Draws a pairing on standard error, so that standard output stays data. @returns what tells it, and what ends it. */
export function showPairing(
  title: string,
  { stream, columns }: { readonly stream: NodeJS.WriteStream; readonly columns: number },
): { readonly tell: (progress: PairProgress) => void; readonly close: () => void } {
  let state = beginPairing(title);
  const options = { stdout: stream, patchConsole: false, exitOnCtrlC: false };
  const instance = render(<PairScreen state={state} columns={columns} />, options);
  return {
    tell(progress) {
      state = reducePairing(state, progress);
      instance.rerender(<PairScreen state={state} columns={columns} />);
    },
    close: () => instance.unmount(),
  };
}
