import { counterAt, deriveRecognitionId } from '@deskbeacon/proximity-core';
import type { DaemonConfig } from '../config/config.js';
import { BeaconError } from '../errors.js';
import { keyTagOf } from '../identity/clock-record.js';
import { deriveKeys } from '../identity/keys.js';
import type { OpenState } from '../identity/state-directory.js';
import { type HciLink, listen } from '../radio/index.js';
import { nextChangeUnixMs } from '../schedule/frames.js';
import type { BeaconTime } from './beacon-time.js';
import type { Log } from './log.js';
import { createNightlyListener, type Listened } from './nightly.js';

/** What `deskbeacond neighbours` prints (docs/links.md). */
export interface NeighbourReport {
  readonly version: 1;
  readonly unixMs: number;
  /** Who says so: what its own iBeacon-format frame has in this window. */
  readonly major: number;
  readonly minor: number;
  /** Absent until it has listened since its start. */
  readonly listened?: Listened;
}

/** The other beacons, as this one hears them: at night, and when it is asked. */
export interface Neighbourhood {
  /** The radio that is open; nothing while there is none. */
  use(link: HciLink | undefined): void;
  /** To be called every minute or so. */
  tick(): void;
  /** @throws BeaconError where it cannot listen now. */
  report(listensNow: boolean): Promise<NeighbourReport>;
}

export interface NeighbourhoodOptions {
  readonly state: Pick<OpenState, 'ownership'>;
  readonly config: () => DaemonConfig;
  readonly time: Pick<BeaconTime, 'clock'>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

const TAG_SIZE = 2 ** 32;

export function createNeighbourhood({ state, config, time, signal, log }: NeighbourhoodOptions): Neighbourhood {
  let link: HciLink | undefined;
  const { clock } = time;
  const settings = () => state.ownership.owner?.settings ?? config();
  const nightly = createNightlyListener(
    {
      listen: async (listening) => {
        if (link === undefined) throw new BeaconError('radio-lost', 'no radio is open now');
        await listen(link, listening);
      },
      nowUnixMs: clock.nowUnixMs,
      boundaryUnixMs: () => {
        const { frames } = config();
        return nextChangeUnixMs(clock.nowUnixMs(), { ...settings(), ...(frames === undefined ? {} : { frames }) });
      },
      organisationUuid: () => settings().organisationUuid,
      signal,
      log,
    },
    // Each at another minute, and always at the same.
    Number.parseInt(keyTagOf(state.ownership.rootKey), 16) / TAG_SIZE,
  );
  return {
    use(next) {
      link = next;
    },
    tick: () => void nightly.listenWhenDue(),
    async report(listensNow) {
      const listened = listensNow ? await nightly.listenNow() : nightly.latest();
      const unixMs = clock.nowUnixMs();
      const { exponentK, clockOffsetS } = settings();
      const { recognitionKey } = deriveKeys(state.ownership.rootKey);
      const { major, minor } = deriveRecognitionId(recognitionKey, counterAt(unixMs, clockOffsetS), exponentK);
      return { version: 1, unixMs, major, minor, ...(listened === undefined ? {} : { listened }) };
    },
  };
}
