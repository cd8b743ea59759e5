import { longestIntervalMs } from '../config/settings-table.js';
import type { BeaconClock } from '../identity/clock.js';
import { drawOwnership, type Owner, type Ownership } from '../identity/ownership.js';
import type { OpenState } from '../identity/state-directory.js';
import type { Attempts } from './attempts.js';
import type { Answer, AnswerStatus, Asked } from './requests.js';
import { type BeaconSettings, encodeStatus, encodeUnixMs } from './settings.js';

export interface CarryOutOptions {
  readonly state: Pick<OpenState, 'ownership' | 'saveOwnership'>;
  readonly clock: Pick<BeaconClock, 'nowUnixMs' | 'set' | 'isTrusted'>;
  /** What is on the air while nobody owns the beacon. */
  readonly unownedSettings: BeaconSettings;
  readonly attempts: () => Attempts;
  readonly uptimeS: () => number;
  /** Shows a person which beacon this is; rejects where it has nothing to show it with. */
  readonly identify: (seconds: number) => Promise<void>;
  /** Told when keys, owner or settings have changed, after they are on the disk. */
  readonly onChanged: (what: 'claimed' | 'configured' | 'keys-rotated' | 'released') => void;
}

type Done = Pick<Answer, 'status' | 'body'>;

/** Does what an admitted asker asks. Nothing is answered with `done` before it is on the disk. */
export function createCarryOut(options: CarryOutOptions): (asked: Asked) => Promise<Done> {
  const { state, clock, unownedSettings, attempts, uptimeS, identify, onChanged } = options;

  async function save(ownership: Ownership, what: Parameters<CarryOutOptions['onChanged']>[0]): Promise<Done> {
    await state.saveOwnership(ownership);
    onChanged(what);
    return answer('done');
  }

  /** What only makes sense with an owner; the session has let nobody else in. */
  async function asOwner(act: (owner: Owner) => Promise<Done>): Promise<Done> {
    const { owner } = state.ownership;
    return owner === undefined ? answer('not-claimed') : act(owner);
  }

  async function claim({ ownerKey, rootKey, settings }: Extract<Asked, { asks: 'claim' }>): Promise<Done> {
    const { owner, setupCode } = state.ownership;
    // Somebody who did not hear the answer asks again.
    if (owner !== undefined) return answer(isSame(owner.key, ownerKey) ? 'done' : 'claimed-already');
    if (settings.intervalMs > longestIntervalMs(settings.exponentK)) return answer('out-of-range');
    return save({ ...state.ownership, rootKey, setupCode, owner: { key: ownerKey, settings } }, 'claimed');
  }

  async function act(asked: Asked): Promise<Done> {
    switch (asked.asks) {
      case 'status': {
        const { owner } = state.ownership;
        const { organisationUuid: _uuid, ...settings } = owner?.settings ?? unownedSettings;
        const unixMs = clock.nowUnixMs();
        const told = { isClaimed: owner !== undefined, isClockSynchronised: clock.isTrusted() };
        const wrongAttempts = attempts().wrong;
        return answer('done', encodeStatus({ ...settings, ...told, unixMs, uptimeS: uptimeS(), wrongAttempts }));
      }
      case 'identify':
        await identify(asked.seconds);
        return answer('done');
      case 'claim':
        return claim(asked);
      case 'configure':
        return asOwner(async (owner) => {
          if (asked.settings.intervalMs > longestIntervalMs(asked.settings.exponentK)) return answer('out-of-range');
          // A smaller offset is a counter that runs backwards: windows that were on the air would come again.
          if (asked.settings.clockOffsetS < owner.settings.clockOffsetS) return answer('clock-jump');
          return save({ ...state.ownership, owner: { ...owner, settings: asked.settings } }, 'configured');
        });
      case 'set-clock': {
        const before = clock.nowUnixMs();
        return clock.set(asked.unixMs) ? answer('done', encodeUnixMs(before)) : answer('clock-jump');
      }
      case 'rotate-keys':
        return asOwner(() => save({ ...state.ownership, rootKey: asked.rootKey }, 'keys-rotated'));
      case 'release':
        return asOwner(() => save(drawOwnership(), 'released'));
    }
  }

  return async (asked) => {
    try {
      return await act(asked);
    } catch {
      // A disk that is full, no light to blink: what the asker can know of it is that it was not done.
      return answer('failed');
    }
  };
}

function answer(status: AnswerStatus, body: Uint8Array = new Uint8Array(0)): Done {
  return { status, body };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] ?? 0);
  return difference === 0;
}
