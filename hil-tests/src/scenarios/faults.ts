import { opcodes } from '@deskbeacon/beacon/radio';
import type { DaemonOnRig, EndedDaemon } from '../rigs/daemon-on-rig.js';
import type { RigSession } from '../rigs/rig.js';
import { bothFramesAreHeard } from './on-air.js';
import { claim, type Scenario } from './scenario.js';

/** Faults of the controller. Until the daemon recovers by itself, it has to notice, name the fault, and end. */

const USUAL_K = 9;
const NOTICE_LIMIT_MS = 5_000;
const LISTEN_MS = 2_000;
/** From the loss of an answer to advertising again, less the time of listening for it. */
const RESET_LIMIT_MS = 6_000;

export const unplugged: Scenario = {
  id: 'unplugged',
  claim: 'A controller that is taken away is noticed within 5 s: the daemon names radio-lost and ends with 69.',
  needs: ['unplug'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    await session.rig.unplug?.();
    await endsWith(daemon, 69, 'radio-lost');
  },
  saboteur: {
    what: 'somebody answers in the place of the controller that is gone',
    sabotage: 'all-is-well',
    says: /noticed nothing/,
  },
};

export const refusedCommand: Scenario = {
  id: 'command-refused',
  claim: 'A command that the controller refuses ends the daemon within 5 s with hci-refused and 69.',
  needs: ['command-faults'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    await session.rig.breakCommands?.({ kind: 'refuse', opcode: opcodes.leSetAdvertisingData, times: 20 });
    await endsWith(daemon, 69, 'hci-refused');
  },
  saboteur: { what: 'refusals are turned into success', sabotage: 'all-is-well', says: /noticed nothing/ },
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
    'After an answer that never comes the daemon either resets its controller and both frames are heard again, or names hci-timeout and ends with 69, within 8 s.',
  needs: ['command-faults'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    await session.rig.breakCommands?.({ kind: 'lost', opcode: opcodes.leSetAdvertisingData, times: 1 });
    // A controller of the daemon's own is reset; one that the kernel shares is the kernel's to reset.
    const ended = await daemon.whenEnded(RESET_LIMIT_MS);
    if (ended === undefined) await bothFramesAreHeard(session, LISTEN_MS);
    else isEnd(ended, 69, 'hci-timeout');
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
  const ended = await daemon.whenEnded(1);
  claim(ended === undefined, `the daemon ended with ${ended?.exitCode}: ${ended?.said}`);
}

/** The daemon ends by itself within 5 s, with this exit code and for this reason. */
export async function endsWith(daemon: DaemonOnRig, exitCode: number, code: string): Promise<void> {
  const ended = await daemon.whenEnded(NOTICE_LIMIT_MS);
  if (ended === undefined) throw new Error(`the daemon noticed nothing within ${NOTICE_LIMIT_MS} ms`);
  isEnd(ended, exitCode, code);
}

function isEnd(ended: EndedDaemon, exitCode: number, code: string): void {
  claim(ended.exitCode === exitCode, `the daemon ended with ${ended.exitCode}, expected ${exitCode}: ${ended.said}`);
  claim(ended.said.includes(`[${code}]`), `the daemon did not name ${code}: ${ended.said}`);
}
