import type { HciAdvertiser } from './advertiser.js';
import { createHciCommands, HciRefusal } from './hci-commands.js';
import type { HciLink } from './link.js';
import { opcodes, statuses } from './opcodes.js';
import { createTurns } from './turns.js';

/** An advertiser that knows what it has put on the air. */
export interface ConfirmingAdvertiser extends HciAdvertiser {
  /**
   * Switches advertising on once more, where a frame is meant to be on the air: what somebody has switched off without our
   * seeing it is on again, and what is on stays on, for Command Disallowed says so too.
   * @returns whether anything is meant to be on the air, and so was confirmed.
   */
  confirm(): Promise<boolean>;
  /** What is on the air is no longer known: the next `start` sets up everything. */
  forget(): void;
}

const callLimit = 16;

interface OnAir {
  readonly intervalMs: number;
  readonly address: Uint8Array;
}

/**
 * Wraps the advertiser of a link, whose calls it keeps in order with its own. A `start` that differs from what is on the air
 * in its data alone changes the data alone: nothing goes off the air for it.
 */
export function confirmAdvertiser(link: HciLink, advertiser: HciAdvertiser): ConfirmingAdvertiser {
  const commands = createHciCommands(link);
  const inTurn = createTurns(callLimit);
  let onAir: OnAir | undefined;
  let intervalMs = 0;
  /** Counts what has made our knowledge void: a call that was under way meanwhile does not restore it. */
  let voids = 0;

  function forget(): void {
    voids += 1;
    onAir = undefined;
  }
  const endReset = link.onReset(forget);

  /** Whatever is asked for, until it is done nobody knows what is on the air. */
  function change(act: (before: OnAir | undefined) => Promise<unknown>, after?: () => OnAir): Promise<void> {
    return inTurn(async () => {
      const before = onAir;
      const voidsBefore = voids;
      onAir = undefined;
      await act(before);
      if (voids === voidsBefore) onAir = after?.();
    });
  }

  return {
    ...advertiser,
    start: (advertising) => {
      const then = { intervalMs: advertising.intervalMs, address: Uint8Array.from(advertising.address) };
      return change(
        async (before) => {
          if (isSame(before, then)) await advertiser.setData(advertising.data);
          else await advertiser.start(advertising);
          ({ intervalMs } = then);
        },
        () => then,
      );
    },
    startConnectable: (advertising) => change(() => advertiser.startConnectable(advertising)),
    setData: (data) => inTurn(() => advertiser.setData(data)),
    pause: () => change(() => advertiser.pause()),
    changeIdentity: (identity) => {
      const address = Uint8Array.from(identity.address);
      return change(
        () => advertiser.changeIdentity(identity),
        () => ({ intervalMs, address }),
      );
    },
    stop: () => change(() => advertiser.stop()),
    confirm: () =>
      inTurn(async () => {
        if (onAir === undefined) return false;
        await commands.issue(opcodes.leSetAdvertisingEnable, Uint8Array.of(1)).catch((error: unknown) => {
          if (!(error instanceof HciRefusal) || error.status !== statuses.commandDisallowed) throw error;
        });
        return true;
      }),
    forget,
    close: () => {
      endReset();
      commands.close();
      advertiser.close();
    },
  };
}

function isSame(before: OnAir | undefined, { intervalMs, address }: OnAir): boolean {
  return before?.intervalMs === intervalMs && Buffer.compare(before.address, address) === 0;
}
