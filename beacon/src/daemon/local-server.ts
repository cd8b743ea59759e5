import type { DaemonConfig } from '../config/config.js';
import { watchAir } from '../health/air-watch.js';
import { type LocalAnswer, type LocalRequest, type LocalServer, serveLocally } from '../health/control-socket.js';
import { renderMetrics } from '../health/metrics.js';
import { serveMetrics } from '../health/metrics-server.js';
import { assembleStatus, type DaemonStatus, type StatusParts } from '../health/status.js';
import type { BeaconClock } from '../identity/clock.js';
import type { OpenState } from '../identity/state-directory.js';
import type { BlenoStack, HciAdvertiser, HciLink } from '../radio/index.js';
import type { Log } from './log.js';

interface Asked {
  readonly config: DaemonConfig;
  readonly state: OpenState;
  readonly clock: BeaconClock;
  readonly link: HciLink;
  readonly bleno: Pick<BlenoStack, 'malformed'>;
  readonly advertiser: Pick<HciAdvertiser, 'roundTrip' | 'alreadyOnCount'>;
  readonly log: Log;
}

interface Acts {
  readonly openWindow: (minutes: number) => void;
  readonly windowUntilMs: () => number;
  /** Since the start. */
  readonly wrongAttempts: () => number;
  /** Keys and settings are on the disk: what is on the air has to follow. */
  readonly changed: () => void;
  /** What else there is to tell: `synchronisation`, `incidents`. */
  readonly parts?: Partial<StatusParts>;
}

/** What may be asked on this very machine: by the control socket, and by Prometheus. */
export async function openLocalServer(asked: Asked, acts: Acts): Promise<LocalServer> {
  const { config, log } = asked;
  const air = watchAir(asked.link, () => performance.now());
  const status = (): DaemonStatus => assembleStatus({ ...partsOf(asked, acts, air.snapshot), ...acts.parts });
  const { controlSocket, metricsPort } = config;
  try {
    const local =
      controlSocket === undefined
        ? undefined
        : await serveLocally(controlSocket, (request) => answer(request, asked, acts, status));
    const metrics = metricsPort === undefined ? undefined : await openMetrics(metricsPort, status, log);
    return {
      close: async () => {
        air.stop();
        await Promise.all([local?.close(), metrics?.close()]);
      },
    };
  } catch (error) {
    air.stop();
    throw error;
  }
}

function partsOf(
  { config, state, clock, link, bleno, advertiser }: Asked,
  acts: Acts,
  air: StatusParts['air'],
): StatusParts {
  return {
    ownership: () => state.ownership,
    clock,
    settings: config,
    windowLeftMs: () => acts.windowUntilMs() - performance.now(),
    uptimeS: () => Math.floor(process.uptime()),
    radio: link,
    ...(air === undefined ? {} : { air }),
    roundTrip: advertiser.roundTrip,
    alreadyOnCount: advertiser.alreadyOnCount,
    malformed: bleno.malformed,
    wrongAttempts: acts.wrongAttempts,
  };
}

async function answer(
  request: LocalRequest,
  { state, log }: Asked,
  acts: Acts,
  status: () => DaemonStatus,
): Promise<LocalAnswer> {
  if (request.do === 'pair-window') {
    acts.openWindow(request.minutes);
    log({ priority: 6, event: 'pair-window-asked', text: 'a pairing window was asked for on this machine' });
  }
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
  return { ok: true, ...status() };
}

/** A port that somebody else has is no reason to leave the air. */
async function openMetrics(port: number, status: () => DaemonStatus, log: Log): Promise<LocalServer | undefined> {
  try {
    return await serveMetrics({ port, render: () => renderMetrics({ ...status() }) });
  } catch (error) {
    const text = `there are no metrics: ${(error as Error).message}`;
    log({ priority: 4, event: 'no-metrics', text, fields: { port } });
    return undefined;
  }
}
