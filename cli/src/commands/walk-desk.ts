import { setTimeout as pause } from 'node:timers/promises';
import type { SiteProfile } from '@deskbeacon/proximity-core';
import { CliError } from '../errors/cli-error.js';
import type { CalibrateDeskResult } from '../services/calibrate/calibrate-desk.js';
import type { Recording } from '../services/calibrate/recording.js';
import type { Session } from '../services/open-session.js';
import type { Terminal } from '../terminal.js';
import type { RadioFlags } from './options.js';

export interface CalibrateFlags extends RadioFlags {
  readonly desk?: string;
  readonly traces?: string;
  readonly showDb?: boolean;
  readonly dryRun?: boolean;
  readonly listen?: number;
  readonly seconds: number;
}

/** How a desk is walked: on the screen or in lines, by this computer, by a phone on the network, or from a folder. */

interface Where {
  readonly desk: string;
  readonly floor: string;
}

/** On a screen where there is one and somebody walks now; in lines otherwise. */
export async function walkDesk(
  terminal: Terminal,
  session: Session,
  flags: CalibrateFlags,
  { profile, ...where }: Where & { readonly profile: SiteProfile },
): Promise<CalibrateDeskResult> {
  const { calibrateDesk } = await import('../services/calibrate/calibrate-desk.js');
  const { canvas } = terminal;
  if (canvas !== undefined && terminal.isInteractive && !flags.json && !flags.plain && flags.traces === undefined)
    return walkHere(terminal, session, flags, { ...where, profile, canvas });
  const recordings = await readRecordings(terminal, session, flags, where);
  terminal.say(`${recordings.length} recordings; fitting …`);
  return calibrateDesk({ desk: where.desk, recordings, profile });
}

/** The screen, fed by this computer's radio or by a phone on the network. */
async function walkHere(
  terminal: Terminal,
  session: Session,
  flags: CalibrateFlags,
  { profile, canvas, ...where }: Where & { readonly profile: SiteProfile; readonly canvas: NodeJS.WriteStream },
): Promise<CalibrateDeskResult> {
  const [{ walkOnScreen }, { calibrateDesk }] = await Promise.all([
    import('../screens/calibrate/walk-on-screen.js'),
    import('../services/calibrate/calibrate-desk.js'),
  ]);
  const { actor } = session.by('calibrate');
  const common = {
    ...where,
    walker: actor,
    canvas,
    showDb: flags.showDb === true,
    signal: terminal.signal,
    calibrate: (recordings: readonly Recording[]) => calibrateDesk({ desk: where.desk, recordings, profile }),
  };
  if (flags.listen !== undefined) {
    const [{ openLiveReceiver }, { levelsOf }] = await Promise.all([
      import('../services/calibrate/live-receiver.js'),
      import('../services/calibrate/levels-of.js'),
    ]);
    let take: (recordings: readonly Recording[]) => void = () => {};
    const receiver = await openLiveReceiver({
      port: flags.listen,
      defaults: { ...where, walker: actor },
      onRecordings: (taken) => take(taken),
    });
    try {
      const connectTo = { address: `port ${receiver.port} of this computer`, code: receiver.code };
      const onRecordings = (taker: typeof take): void => {
        take = taker;
      };
      const levels = (recording: Recording) => levelsOf(recording, profile);
      return await walkOnScreen({ ...common, phone: { connectTo, onRecordings, levelsOf: levels } });
    } finally {
      await receiver.close();
    }
  }
  const [{ openListener }, { createWalkRecorder }] = await Promise.all([
    import('../services/pairing/listener.js'),
    import('../services/calibrate/walk-recorder.js'),
  ]);
  const listener = await openListener(flags.radio);
  try {
    return await listener.listening(() =>
      walkOnScreen({
        ...common,
        openRecorder: (onHeard) => createWalkRecorder(listener, profile, { nowUnixMs: () => session.nowMs(), onHeard }),
      }),
    );
  } finally {
    await listener.close();
  }
}

/** From a folder, from a phone on the network, or from this computer as it is carried about. */
async function readRecordings(
  terminal: Terminal,
  session: Session,
  flags: CalibrateFlags,
  where: Where,
): Promise<readonly Recording[]> {
  if (flags.traces !== undefined) {
    const { readWalk } = await import('../services/calibrate/read-walk.js');
    const { recordings, faults } = await readWalk(flags.traces);
    for (const fault of faults.slice(0, 20)) terminal.say(`left out: ${fault.message}`);
    return recordings;
  }
  if (flags.listen !== undefined) return listenToPhone(terminal, flags.listen, flags.seconds, where);
  if (!terminal.isInteractive)
    throw new CliError('bad-usage', 'nobody can be led through a walk: name a recorded one with --traces, or --listen');
  return walk(terminal, session, flags, where);
}

/** Takes recordings of a phone on the same network until somebody says that the walk is over. */
async function listenToPhone(
  terminal: Terminal,
  port: number,
  seconds: number,
  where: Where,
): Promise<readonly Recording[]> {
  const { openLiveReceiver } = await import('../services/calibrate/live-receiver.js');
  const recordings: Recording[] = [];
  const over = new AbortController();
  const receiver = await openLiveReceiver({
    port,
    defaults: { ...where },
    onRecordings: (taken) => {
      recordings.push(...taken);
      for (const { label, events } of taken)
        terminal.say(`${recordings.length}: ${label.pose} (${label.place}), ${events.length} events`);
    },
    onLocked: () => over.abort(new CliError('beacon-refused', 'ten wrong codes: nothing is taken any more')),
  });
  try {
    terminal.say(
      `recorder: port ${receiver.port}, code ${receiver.code}; ${seconds} s, or Enter when the walk is over`,
    );
    const signal = AbortSignal.any([terminal.signal, over.signal]);
    const asked = terminal.isInteractive ? [terminal.askSecret('')] : [];
    await Promise.race([pause(seconds * 1000, undefined, { signal, ref: true }), ...asked]);
    return recordings;
  } finally {
    await receiver.close();
  }
}

/** Leads a person from place to place; this computer listens at each. */
async function walk(
  terminal: Terminal,
  session: Session,
  flags: CalibrateFlags,
  where: Where,
): Promise<readonly Recording[]> {
  const [{ openListener }, { guidedWalk, recordPose, POSE_MS }] = await Promise.all([
    import('../services/pairing/listener.js'),
    import('../services/calibrate/record-pose.js'),
  ]);
  const listener = await openListener(flags.radio);
  const { actor } = session.by('calibrate');
  try {
    const recordings: Recording[] = [];
    for (const [i, pose] of guidedWalk.entries()) {
      const answer = await terminal.askSecret(
        `${i + 1} of ${guidedWalk.length}: ${pose.instruction}\n   Enter listens for ${POSE_MS / 1000} s, s skips: `,
      );
      if (answer.trim().toLowerCase() === 's') continue;
      const recorded = await recordPose(listener, pose, {
        ...where,
        walker: actor,
        nowUnixMs: session.nowMs(),
        signal: terminal.signal,
      });
      terminal.say(`   ${recorded.events.length - 2} packets`);
      recordings.push(recorded);
    }
    return recordings;
  } finally {
    await listener.close();
  }
}
