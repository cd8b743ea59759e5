import { randomInt } from 'node:crypto';
import type { BeaconKeys } from '../identity/keys.js';
import type { Advertiser, AdvertisingSets } from '../radio/index.js';
import { type FrameKind, type PacedFrame, pacedFrames, usualFrames } from '../schedule/frame-set.js';
import { type FrameSettings, type Identity, telemetryFrame } from '../schedule/frames.js';
import { dwellFor } from '../schedule/plan.js';
import { createQueue, takeTurn } from '../schedule/queue.js';
import { setIntervalsMs } from '../schedule/set-intervals.js';
import { type AirTelemetry, createSalts } from '../schedule/telemetry.js';

/** How the frames of one identity are on the air: in turn on one advertising set, or each on a set of its own. */
export interface Show {
  /** In order of precedence. */
  readonly frames: readonly PacedFrame[];
  /** After a start of the controller, or a reset. */
  start(identity: Identity): Promise<void>;
  /** While silent: the next identity. */
  change(identity: Identity): Promise<void>;
  /** While on the air: what is due. */
  next(identity: Identity): Promise<void>;
  pause(): Promise<void>;
  /** When something is due; never, where the controller does it all. */
  nextUnixMs(): number;
  /** How long before a pause it has to be done, or is left out, ms. */
  readonly turnMs: number;
}

export interface ShowOptions {
  readonly advertiser: Advertiser & { readonly sets?: AdvertisingSets };
  readonly keys: BeaconKeys;
  readonly settings: FrameSettings & { readonly intervalMs: number };
  readonly telemetry: AirTelemetry;
  readonly provesIdentity: boolean;
  readonly nowUnixMs: () => number;
}

/** Each frame on a set of its own where the controller has as many; else all of them in turn on one. */
export function createShow(options: ShowOptions): Show {
  const { advertiser, settings, provesIdentity } = options;
  const frames = pacedFrames(settings.frames ?? usualFrames, provesIdentity);
  const { sets } = advertiser;
  return sets !== undefined && sets.most >= frames.length
    ? showOnSets(options, frames, sets)
    : showInTurn(options, frames);
}

function showInTurn(options: ShowOptions, frames: readonly PacedFrame[]): Show {
  const { advertiser, settings, telemetry, nowUnixMs } = options;
  const { intervalMs } = settings;
  const turnMs = dwellFor(intervalMs);
  const encode = encoderFor(options);
  let queue = createQueue(
    frames.map(({ pace }) => pace),
    turnMs,
    nowUnixMs(),
  );
  let sinceUnixMs = 0;

  /** What has the next turn. */
  function take(identity: Identity): Uint8Array {
    const turn = takeTurn(queue, nowUnixMs());
    queue = turn.queue;
    return encode(identity, (frames[turn.frame] as PacedFrame).kind);
  }

  return {
    frames,
    turnMs,
    start: async (identity) => {
      telemetry.end();
      await advertiser.start({ intervalMs, address: identity.address, data: take(identity) });
      telemetry.begin(intervalMs);
      sinceUnixMs = nowUnixMs();
    },
    change: async (identity) => {
      await advertiser.changeIdentity({ address: identity.address, data: take(identity) });
      telemetry.begin(intervalMs);
      sinceUnixMs = nowUnixMs();
    },
    next: async (identity) => {
      sinceUnixMs = nowUnixMs();
      await advertiser.setData(take(identity));
    },
    pause: async () => {
      await advertiser.pause();
      telemetry.end();
    },
    nextUnixMs: () => sinceUnixMs + turnMs,
  };
}

/** A change of data that would still be under way when the pause is due is left out. */
const CLEAR_BEFORE_PAUSE_MS = 20;

/** The controller keeps every frame's interval by itself; only telemetry has to be said anew. */
function showOnSets(options: ShowOptions, frames: readonly PacedFrame[], sets: AdvertisingSets): Show {
  const { settings, telemetry, nowUnixMs } = options;
  const { intervalMs } = settings;
  const intervalsMs = setIntervalsMs(
    frames.map(({ pace }) => pace),
    intervalMs,
  );
  const encode = encoderFor(options);
  const telling = frames.findIndex(({ kind }) => kind === 'etlm');
  const everyMs = intervalsMs[telling] ?? Number.POSITIVE_INFINITY;
  let toldUnixMs = 0;
  const onSets = (identity: Identity) =>
    frames.map(({ kind }, i) => ({
      intervalMs: intervalsMs[i] as number,
      address: identity.address,
      data: encode(identity, kind),
    }));
  const begun = (): void => {
    telemetry.begin(intervalMs);
    toldUnixMs = nowUnixMs();
  };
  return {
    frames,
    turnMs: CLEAR_BEFORE_PAUSE_MS,
    start: async (identity) => {
      telemetry.end();
      await sets.start(onSets(identity));
      begun();
    },
    change: async (identity) => {
      await sets.changeIdentity(onSets(identity));
      begun();
    },
    next: async (identity) => {
      toldUnixMs = nowUnixMs();
      await sets.setData(telling, encode(identity, 'etlm'));
    },
    pause: async () => {
      await sets.pause();
      telemetry.end();
    },
    nextUnixMs: () => toldUnixMs + everyMs,
  };
}

function encoderFor({ keys, telemetry }: ShowOptions): (identity: Identity, kind: FrameKind) => Uint8Array {
  const saltFor = createSalts(() => randomInt(0x10000));
  return (identity, kind) =>
    identity.frames.find((frame) => frame.kind === kind)?.data ??
    telemetryFrame(identity, keys, telemetry.take(), saltFor(identity.windowS));
}
