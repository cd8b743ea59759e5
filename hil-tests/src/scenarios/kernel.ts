import type { DaemonOnRig } from '../rigs/daemon-on-rig.js';
import type { KernelAdapter, RigSession } from '../rigs/rig.js';
import { isOnAirAgain, namesFault, SEEN_LIMIT_MS } from './faults.js';
import { hearsExactly } from './on-air.js';
import { claim, type Scenario } from './scenario.js';

/** What a kernel adds: an adapter that the system and other processes reach as well as the daemon does. */

const USUAL_K = 9;
const LISTEN_MS = 3_000;
const NOTICE_LIMIT_MS = 5_000;

export const userChannel: Scenario = {
  id: 'user-channel',
  claim: 'On the user channel both frames are on the air, and the system cannot take the adapter down.',
  needs: ['kernel'],
  async run(session) {
    const kernel = kernelOf(session);
    await kernel.setUp(false);
    const daemon = await session.startDaemon(USUAL_K, kernel.userRadio);
    await hearsExactly(session, daemon, LISTEN_MS);
    const isRefused = await kernel.setUp(false).then(
      () => false,
      () => true,
    );
    claim(isRefused, 'the system could take the adapter down while the daemon had it to itself');
    await hearsExactly(session, daemon, LISTEN_MS);
  },
  saboteur: { what: 'one bit of every frame is turned', sabotage: 'bit-in-frame', says: /where .* belongs/ },
};

export const besideBluetoothd: Scenario = {
  id: 'beside-bluetoothd',
  claim: 'On the raw channel beside bluetoothd both frames are on the air, from the private address, and stay there.',
  needs: ['kernel'],
  async run(session) {
    await kernelOf(session).startBluetoothd();
    const daemon = await session.startDaemon(USUAL_K);
    await hearsExactly(session, daemon, LISTEN_MS);
    await hearsExactly(session, daemon, LISTEN_MS);
  },
  saboteur: { what: 'changes of data are answered and dropped', sabotage: 'data-frozen', says: /only one of the two/ },
};

export const adapterDown: Scenario = {
  id: 'adapter-down',
  claim: 'An adapter that is taken down is noticed within 5 s: the daemon names radio-lost and says that it is down.',
  needs: ['kernel'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    const named = namesFault(daemon, 'radio-lost');
    await kernelOf(session).setUp(false);
    await named;
    const ended = await daemon.whenEnded(1);
    claim(ended === undefined, `the daemon ended with ${ended?.exitCode}: ${ended?.said}`);
  },
  saboteur: {
    what: 'the daemon does not see whether its adapter is up',
    sabotage: 'blind-to-adapter',
    says: /did not name radio-lost|noticed nothing/,
  },
};

export const adapterUpAgain: Scenario = {
  id: 'adapter-up-again',
  claim:
    'An adapter that was down and is up again is advertising again by itself within 5 s, with both frames of the old keys.',
  needs: ['kernel'],
  async run(session) {
    const kernel = kernelOf(session);
    const daemon = await session.startDaemon(USUAL_K);
    const named = namesFault(daemon, 'radio-lost');
    await kernel.setUp(false);
    await named;
    await isOnAirOnceUp(session, daemon);
  },
  saboteur: { what: 'one bit of every frame is turned', sabotage: 'bit-in-frame', says: /where .* belongs/ },
};

export const blockedByRfkill: Scenario = {
  id: 'blocked-by-rfkill',
  claim:
    'An adapter that rfkill blocks is said within 5 s to be blocked, with what lets it go; let go and up again, it is advertising again by itself within 5 s.',
  needs: ['kernel'],
  async run(session) {
    const kernel = kernelOf(session);
    const daemon = await session.startDaemon(USUAL_K);
    const named = daemon.says('radio-fault', NOTICE_LIMIT_MS, /rfkill "hci\d+".*rfkill unblock bluetooth/);
    await kernel.block(true);
    claim((await named) !== undefined, `the daemon did not say within ${NOTICE_LIMIT_MS} ms what blocks its adapter`);
    await kernel.block(false);
    await isOnAirOnceUp(session, daemon);
  },
  saboteur: {
    what: "the daemon does not see the machine's switches for radios",
    sabotage: 'blind-to-switches',
    says: /did not say .* what blocks/,
  },
};

export const anotherNumber: Scenario = {
  id: 'another-number',
  claim:
    'A controller that was unplugged and is back under another number is noticed within 5 s (radio-lost), found by its address, and advertising again by itself.',
  needs: ['kernel', 'unplug'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    await kernelOf(session).holdNumber();
    const named = namesFault(daemon, 'radio-lost');
    await session.rig.unplug?.();
    const back = isOnAirAgain(session, daemon, 2 * SEEN_LIMIT_MS);
    const radio = await kernelOf(session).plugIn();
    claim(radio !== session.rig.beaconRadio, `it came back as ${radio}, under its old number`);
    await named;
    await back;
    await hearsExactly(session, daemon, LISTEN_MS);
  },
  saboteur: {
    what: 'the daemon does not see whether its adapter is there',
    sabotage: 'blind-to-adapter',
    says: /did not name radio-lost|noticed nothing/,
  },
};

export const stoppedByAnother: Scenario = {
  id: 'stopped-by-another',
  claim:
    'Advertising that another process switches off is noticed within 5 s, and both frames are on the air again at once.',
  needs: ['kernel'],
  async run(session) {
    await isSwitchedOnAgain(session, await session.startDaemon(USUAL_K));
  },
  saboteur: {
    what: 'the daemon does not hear what others tell its controller',
    sabotage: 'deaf-to-others',
    says: /noticed nothing/,
  },
};

export const stoppedOnUserChannel: Scenario = {
  id: 'stopped-on-user-channel',
  claim:
    'On the user channel too, advertising that another process switches off is noticed within 5 s, and both frames are on the air again at once.',
  needs: ['kernel'],
  async run(session) {
    const kernel = kernelOf(session);
    await kernel.setUp(false);
    await isSwitchedOnAgain(session, await session.startDaemon(USUAL_K, kernel.userRadio));
  },
  saboteur: {
    what: 'the daemon does not hear what its controller answers to others',
    sabotage: 'deaf-to-others',
    says: /noticed nothing/,
  },
};

/** Its adapter is down, and is brought up here. */
async function isOnAirOnceUp(session: RigSession, daemon: DaemonOnRig): Promise<void> {
  const back = isOnAirAgain(session, daemon, SEEN_LIMIT_MS);
  await kernelOf(session).setUp(true);
  await back;
  await hearsExactly(session, daemon, LISTEN_MS);
}

async function isSwitchedOnAgain(session: RigSession, daemon: DaemonOnRig): Promise<void> {
  const noticed = daemon.says('stopped-by-another', NOTICE_LIMIT_MS);
  await kernelOf(session).stopAdvertising();
  claim((await noticed) !== undefined, `the daemon noticed nothing within ${NOTICE_LIMIT_MS} ms`);
  await hearsExactly(session, daemon, LISTEN_MS);
}

function kernelOf({ rig }: RigSession): KernelAdapter {
  if (rig.kernel === undefined) throw new Error('this rig has no kernel, though it says so');
  return rig.kernel;
}
