import type { HciAdvertiser } from './advertiser.js';
import type { AdvertisingSets, ExtendedAdvertiser } from './extended-advertiser.js';
import type { HciLink } from './link.js';
import { createTurns } from './turns.js';

/** By legacy commands, or by extended ones with sets. */
type AnyAdvertiser = HciAdvertiser & Partial<Pick<ExtendedAdvertiser, 'sets' | 'selectedPowerDbm'>>;

/** An advertiser that knows what it has put on the air. */
export interface ConfirmingAdvertiser extends AnyAdvertiser {
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
export function confirmAdvertiser(link: HciLink, advertiser: AnyAdvertiser): ConfirmingAdvertiser {
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

  /** Several at once are set up anew for every change but that of data. */
  const several = (): OnAir => ({ intervalMs: 0, address: new Uint8Array(0) });
  const wrapSets = (sets: AdvertisingSets): AdvertisingSets => ({
    most: sets.most,
    start: (given) => change(() => sets.start(given), several),
    setData: (index, data) => inTurn(() => sets.setData(index, data)),
    pause: () => change(() => sets.pause()),
    changeIdentity: (given) => change(() => sets.changeIdentity(given), several),
  });

  return {
    ...advertiser,
    ...(advertiser.sets === undefined ? {} : { sets: wrapSets(advertiser.sets) }),
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
        await advertiser.switchOnAgain();
        return true;
      }),
    forget,
    close: () => {
      endReset();
      advertiser.close();
    },
  };
}

function isSame(before: OnAir | undefined, { intervalMs, address }: OnAir): boolean {
  return before?.intervalMs === intervalMs && Buffer.compare(before.address, address) === 0;
}
