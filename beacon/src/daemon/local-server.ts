import type { DaemonConfig } from '../config/config.js';
import { type LocalAnswer, type LocalRequest, type LocalServer, serveLocally } from '../health/control-socket.js';
import type { IncidentsSnapshot } from '../health/incidents.js';
import { renderMetrics } from '../health/metrics.js';
import { serveMetrics } from '../health/metrics-server.js';
import { assembleStatus, type DaemonStatus, type RadioParts } from '../health/status.js';
import type { OpenState } from '../identity/state-directory.js';
import type { BeaconTime } from './beacon-time.js';
import type { Log } from './log.js';
import type { Neighbourhood } from './neighbourhood.js';

interface Daemon {
  readonly config: () => DaemonConfig;
  readonly state: OpenState;
  readonly time: BeaconTime;
  readonly neighbourhood: Pick<Neighbourhood, 'report'>;
  /** The radio that is open. */
  readonly radio: () => RadioParts | undefined;
  readonly health: () => IncidentsSnapshot;
  readonly log: Log;
}

interface Acts {
  readonly openWindow: (minutes: number) => void;
  readonly windowUntilMs: () => number;
  /** Since the start. */
  readonly wrongAttempts: () => number;
  /** Keys and settings are on the disk: what is on the air has to follow. */
  readonly changed: () => void;
}

/** What may be asked on this very machine: by the control socket, and by Prometheus. It outlives every radio. */
export async function openLocalServer(daemon: Daemon, acts: Acts): Promise<LocalServer> {
  const { log } = daemon;
  const status = (): DaemonStatus => statusOf(daemon, acts);
  const { controlSocket, metricsPort } = daemon.config();
  const local =
    controlSocket === undefined
      ? undefined
      : await serveLocally(controlSocket, (request) => answer(request, daemon, acts, status));
  const metrics = metricsPort === undefined ? undefined : await openMetrics(metricsPort, status, log);
  return { close: async () => void (await Promise.all([local?.close(), metrics?.close()])) };
}

function statusOf({ config, state, time, radio, health }: Daemon, acts: Acts): DaemonStatus {
  return assembleStatus({
    ownership: () => state.ownership,
    clock: time.clock,
    time: time.status,
    settings: config(),
    windowLeftMs: () => acts.windowUntilMs() - performance.now(),
    uptimeS: () => Math.floor(process.uptime()),
    wrongAttempts: acts.wrongAttempts,
    incidents: health,
    ...radio(),
  });
}

async function answer(
  request: LocalRequest,
  { state, time, neighbourhood, log }: Daemon,
  acts: Acts,
  status: () => DaemonStatus,
): Promise<LocalAnswer> {
  if (request.do === 'pair-window') {
    acts.openWindow(request.minutes);
    log({ priority: 6, event: 'pair-window-asked', text: 'a pairing window was asked for on this machine' });
  }
  if (request.do === 'confirm-clock') await time.confirm();
  if (request.do === 'neighbours') {
    try {
      return { ok: true, ...(await neighbourhood.report(request.listens)) };
    } catch (error) {
      return { ok: false, reason: `it cannot listen now: ${(error as Error).message}` };
    }
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
      : 'ring-all is over: all frames are on the air again';
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
