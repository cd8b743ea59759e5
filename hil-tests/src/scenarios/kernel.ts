import type { KernelAdapter, RigSession } from '../rigs/rig.js';
import { endsWith } from './faults.js';
import { hearsExactly } from './on-air.js';
import { claim, type Scenario } from './scenario.js';

/** What a kernel adds: an adapter that the system and other processes reach as well as the daemon does. */

const USUAL_K = 9;
const LISTEN_MS = 3_000;

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
  claim: 'An adapter that is taken down is noticed within 5 s: the daemon names radio-lost and ends with 69.',
  needs: ['kernel'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    await kernelOf(session).setUp(false);
    await endsWith(daemon, 69, 'radio-lost');
  },
  saboteur: {
    what: 'the daemon does not see whether its adapter is up',
    sabotage: 'blind-to-adapter',
    says: /did not name radio-lost|noticed nothing/,
  },
};

export const adapterUpAgain: Scenario = {
  id: 'adapter-up-again',
  claim: 'Started again on an adapter that was down and is up again, the daemon has its old keys and both frames.',
  needs: ['kernel'],
  async run(session) {
    const kernel = kernelOf(session);
    const before = await session.startDaemon(USUAL_K);
    await kernel.setUp(false);
    await endsWith(before, 69, 'radio-lost');
    await kernel.setUp(true);
    await hearsExactly(session, await session.startDaemon(USUAL_K), LISTEN_MS);
  },
  saboteur: { what: 'one bit of every frame is turned', sabotage: 'bit-in-frame', says: /where .* belongs/ },
};

export const anotherNumber: Scenario = {
  id: 'another-number',
  claim:
    'A controller that was unplugged and is back under another number is noticed within 5 s (radio-lost, 69), and the daemon runs on the new one.',
  needs: ['kernel', 'unplug'],
  async run(session) {
    const before = await session.startDaemon(USUAL_K);
    await session.rig.unplug?.();
    const radio = await kernelOf(session).plugIn();
    claim(radio !== session.rig.beaconRadio, `it came back as ${radio}, under its old number`);
    await endsWith(before, 69, 'radio-lost');
    await hearsExactly(session, await session.startDaemon(USUAL_K, radio), LISTEN_MS);
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
    'Advertising that another process switches off is noticed within 5 s: the daemon names radio-shared and ends with 69.',
  needs: ['kernel'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    await kernelOf(session).stopAdvertising();
    await endsWith(daemon, 69, 'radio-shared');
  },
  saboteur: {
    what: 'the daemon does not hear what others tell its controller',
    sabotage: 'deaf-to-others',
    says: /noticed nothing/,
  },
};

function kernelOf({ rig }: RigSession): KernelAdapter {
  if (rig.kernel === undefined) throw new Error('this rig has no kernel, though it says so');
  return rig.kernel;
}
