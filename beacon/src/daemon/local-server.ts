import type { DaemonConfig } from '../config/config.js';
import { type LocalServer, serveLocally } from '../health/control-socket.js';
import type { IncidentsSnapshot } from '../health/incidents.js';
import type { OpenState } from '../identity/state-directory.js';
import type { BeaconTime } from './beacon-time.js';
import type { Log } from './log.js';

interface Asked {
  readonly config: DaemonConfig;
  readonly state: OpenState;
  readonly time: BeaconTime;
  readonly log: Log;
}

/** What may be asked on this very machine. */
export async function openLocalServer(
  { config, state, time, log }: Asked,
  acts: {
    readonly openWindow: (minutes: number) => void;
    readonly windowUntilMs: () => number;
    /** Keys and settings are on the disk: what is on the air has to follow. */
    readonly changed: () => void;
    readonly health: () => IncidentsSnapshot;
  },
): Promise<LocalServer | undefined> {
  if (config.controlSocket === undefined) return undefined;
  return serveLocally(config.controlSocket, async (request) => {
    if (request.do === 'pair-window') {
      acts.openWindow(request.minutes);
      log({ priority: 6, event: 'pair-window-asked', text: 'a pairing window was asked for on this machine' });
    }
    if (request.do === 'confirm-clock') await time.confirm();
    if (request.do === 'ring-all') {
      try {
        await state.saveOwnership({ ...state.ownership, isRingAll: request.isOn });
      } catch (error) {
        return { ok: false, reason: (error as Error).message };
      }
      acts.changed();
      const text = request.isOn
        ? 'ring-all: the frame that silences phones is off the air until ring-all is switched off'
        : 'ring-all is over: both frames are on the air again';
      log({ priority: 4, event: 'ring-all', text, fields: { isOn: request.isOn } });
    }
    const { owner, isRingAll } = state.ownership;
    return {
      ok: true,
      isClaimed: owner !== undefined,
      isRingAll: isRingAll === true,
      name: owner?.settings.name ?? '',
      windowLeftS: Math.max(0, Math.round((acts.windowUntilMs() - performance.now()) / 1000)),
      unixMs: Math.round(time.clock.nowUnixMs()),
      ...time.status(),
      uptimeS: Math.floor(process.uptime()),
      isOnAir: acts.health().onAirSinceUnixMs !== undefined,
      breaks: acts.health().breaks,
      darkMs: acts.health().darkMs,
    };
  });
}
