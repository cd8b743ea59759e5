import type { DaemonConfig } from '../config/config.js';
import { type LocalServer, serveLocally } from '../health/control-socket.js';
import type { BeaconClock } from '../identity/clock.js';
import type { OpenState } from '../identity/state-directory.js';
import type { Log } from './log.js';

interface Asked {
  readonly config: DaemonConfig;
  readonly state: OpenState;
  readonly clock: BeaconClock;
  readonly log: Log;
}

/** What may be asked on this very machine. */
export async function openLocalServer(
  { config, state, clock, log }: Asked,
  openWindow: (minutes: number) => void,
  windowUntilMs: () => number,
): Promise<LocalServer | undefined> {
  if (config.controlSocket === undefined) return undefined;
  return serveLocally(config.controlSocket, async (request) => {
    if (request.do === 'pair-window') {
      openWindow(request.minutes);
      log({ priority: 6, event: 'pair-window-asked', text: 'a pairing window was asked for on this machine' });
    }
    const { owner } = state.ownership;
    return {
      ok: true,
      isClaimed: owner !== undefined,
      name: owner?.settings.name ?? '',
      windowLeftS: Math.max(0, Math.round((windowUntilMs() - performance.now()) / 1000)),
      unixMs: Math.round(clock.nowUnixMs()),
      isClockHeld: clock.isHeld(),
      uptimeS: Math.floor(process.uptime()),
    };
  });
}
