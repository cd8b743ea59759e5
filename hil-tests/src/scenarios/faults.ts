import { opcodes } from '@deskbeacon/beacon/radio';
import type { DaemonOnRig } from '../rigs/daemon-on-rig.js';
import type { RigSession } from '../rigs/rig.js';
import { bothFramesAreHeard, hearsExactly } from './on-air.js';
import { claim, type Scenario } from './scenario.js';

/** Faults of the controller. The daemon has to notice, name the fault, and be on the air again by itself. */

const USUAL_K = 9;
const NOTICE_LIMIT_MS = 5_000;
const LISTEN_MS = 2_000;
/** From the loss of an answer to advertising again, less the time of listening for it. */
const RESET_LIMIT_MS = 6_000;
/** After what was wrong is mended; where it is seen from outside that it is, and where only another try can tell. */
export const SEEN_LIMIT_MS = 5_000;
const TRIED_LIMIT_MS = 20_000;
const EVERY_COMMAND = 100_000;

export const unplugged: Scenario = {
  id: 'unplugged',
  claim: 'A controller that is taken away is noticed within 5 s: the daemon names radio-lost and goes on without it.',
  needs: ['unplug'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    const named = namesFault(daemon, 'radio-lost');
    await session.rig.unplug?.();
    await named;
    await runsOn(daemon);
  },
  saboteur: {
    what: 'somebody answers in the place of the controller that is gone',
    sabotage: 'all-is-well',
    says: /noticed nothing/,
  },
};

export const recoversUnplugged: Scenario = {
  id: 'recovers-unplugged',
  claim:
    'A controller that was unplugged and is back, under whatever number, is advertising again by itself within 5 s.',
  needs: ['unplug'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    const [named, back] = [
      namesFault(daemon, 'radio-lost'),
      isOnAirAgain(session, daemon, NOTICE_LIMIT_MS + SEEN_LIMIT_MS),
    ];
    await session.rig.unplug?.();
    await session.rig.plugIn?.();
    await named;
    await back;
    await hearsExactly(session, daemon, LISTEN_MS);
  },
  saboteur: {
    what: 'somebody answers in the place of the controller that is gone',
    sabotage: 'all-is-well',
    says: /noticed nothing/,
  },
};

export const refusedCommand: Scenario = {
  id: 'command-refused',
  claim:
    'A command that the controller refuses again and again is named hci-refused within 5 s, and both frames are heard again when it no longer does.',
  needs: ['command-faults'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    const [named, back] = [namesFault(daemon, 'hci-refused'), isOnAirAgain(session, daemon, TRIED_LIMIT_MS)];
    await session.rig.breakCommands?.({ kind: 'refuse', opcode: opcodes.leSetAdvertisingData, times: 8 });
    await named;
    await back;
    await hearsExactly(session, daemon, LISTEN_MS);
  },
  saboteur: { what: 'refusals are turned into success', sabotage: 'all-is-well', says: /noticed nothing/ },
};

export const stalled: Scenario = {
  id: 'stalled',
  claim:
    'A controller that answers nothing any more is noticed within 5 s, and both frames are heard again by themselves when it answers again.',
  needs: ['command-faults'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    const named = namesFault(daemon, 'hci-timeout', 'radio-lost');
    await session.rig.breakCommands?.({ kind: 'lost', times: EVERY_COMMAND });
    await named;
    const back = isOnAirAgain(session, daemon, TRIED_LIMIT_MS);
    await session.rig.mendCommands?.();
    await back;
    await hearsExactly(session, daemon, LISTEN_MS);
  },
  saboteur: {
    what: 'changes of data are answered and dropped',
    sabotage: 'data-frozen',
    says: /only one of the two|noticed nothing/,
  },
};

export const lateAnswer: Scenario = {
  id: 'command-late',
  claim: 'An answer that comes 300 ms late is waited for, and both frames go on.',
  needs: ['command-faults'],
  run: (session) =>
    goesOnThrough(session, { kind: 'late', opcode: opcodes.leSetAdvertisingData, times: 3, delayMs: 300 }),
  saboteur: {
    what: 'changes of data are answered and dropped',
    sabotage: 'data-frozen',
    says: /heard 1 kinds of frames/,
  },
};

export const duplicatedAnswer: Scenario = {
  id: 'command-duplicated',
  claim: 'An answer that comes twice confuses nothing: both frames go on.',
  needs: ['command-faults'],
  run: (session) => goesOnThrough(session, { kind: 'duplicate', opcode: opcodes.leSetAdvertisingData, times: 5 }),
  saboteur: {
    what: 'changes of data are answered and dropped',
    sabotage: 'data-frozen',
    says: /heard 1 kinds of frames/,
  },
};

export const lostAnswer: Scenario = {
  id: 'command-lost',
  claim:
    "After an answer that never comes both frames are heard again within 8 s, from a controller of the daemon's own and from one that the kernel shares.",
  needs: ['command-faults'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    await session.rig.breakCommands?.({ kind: 'lost', opcode: opcodes.leSetAdvertisingData, times: 1 });
    await runsOn(daemon, RESET_LIMIT_MS);
    await bothFramesAreHeard(session, LISTEN_MS);
  },
  saboteur: {
    what: 'changes of data are answered and dropped',
    sabotage: 'data-frozen',
    says: /heard 1 kinds of frames/,
  },
};

async function goesOnThrough(
  session: RigSession,
  fault: Parameters<NonNullable<RigSession['rig']['breakCommands']>>[0],
): Promise<void> {
  const daemon = await session.startDaemon(USUAL_K);
  await session.rig.breakCommands?.(fault);
  await session.listen(LISTEN_MS);
  await bothFramesAreHeard(session, LISTEN_MS);
  await runsOn(daemon);
}

/** The daemon names the fault of its radio within 5 s. Begun before the fault is made. */
export function namesFault(daemon: DaemonOnRig, ...codes: readonly string[]): Promise<void> {
  const named = daemon.says('radio-fault', NOTICE_LIMIT_MS).then((said) => {
    if (said === undefined) throw new Error(`the daemon noticed nothing within ${NOTICE_LIMIT_MS} ms`);
    claim(codes.includes(said.code ?? ''), `the daemon did not name ${codes.join(' or ')}: ${said.code}, ${said.text}`);
  });
  named.catch(() => {}); // What fails before it is awaited is what the scenario fails of.
  return named;
}

/** Begun before what was wrong is mended. */
export function isOnAirAgain({ slowdown }: RigSession, daemon: DaemonOnRig, limitMs: number): Promise<void> {
  const back = daemon.says('recovered', limitMs * slowdown).then((said) => {
    if (said === undefined) throw new Error(`the daemon was not on the air again within ${limitMs * slowdown} ms`);
  });
  back.catch(() => {}); // As above.
  return back;
}

/** It has not ended, and does not within so long. */
async function runsOn(daemon: DaemonOnRig, forMs = 1): Promise<void> {
  const ended = await daemon.whenEnded(forMs);
  claim(ended === undefined, `the daemon ended with ${ended?.exitCode}: ${ended?.said}`);
}
