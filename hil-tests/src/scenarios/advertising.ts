import { counterAt, windowStart } from '@deskbeacon/proximity-core';
import type { Heard } from '../instruments/listener.js';
import type { DaemonOnRig } from '../rigs/daemon-on-rig.js';
import { fromBeacons, hearsExactly, isOfItsInstant } from './on-air.js';
import { claim, type Scenario } from './scenario.js';

/** K = 3: a new identity every 8 s. */
const SHORT_K = 3;
const WINDOW_AND_A_HALF_MS = 12_000;
const USUAL_K = 9;

export const firstFrame: Scenario = {
  id: 'first-frame',
  claim:
    'The daemon puts both frames of its present identity on the air, byte for byte as its keys say, non-connectable, from its private address.',
  needs: [],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    for (const packet of await hearsExactly(session, daemon, 3_000)) {
      claim(packet.addressType === 'random', `heard from a ${packet.addressType} address`);
      claim(packet.type === 3, `heard a PDU of type ${packet.type}, not ADV_NONCONN_IND`);
    }
  },
  saboteur: {
    what: 'one bit of every frame is turned on its way to the controller',
    sabotage: 'bit-in-frame',
    says: /where .* belongs/,
  },
};

export const dataChange: Scenario = {
  id: 'data-change',
  claim: 'Data changes while advertising goes on, again and again, from one address.',
  needs: [],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    const heard = fromBeacons(await session.listen(4_000));
    const changes = heard.filter((packet, i) => i > 0 && packet.data !== heard[i - 1]?.data).length;
    claim(changes >= 8, `heard ${changes} changes of data in 4 s, expected 8 or more`);
    for (const packet of heard) isOfItsInstant(session, daemon, packet);
  },
  saboteur: { what: 'changes of data are answered and dropped', sabotage: 'data-frozen', says: /0 changes of data/ },
};

export const frameShares: Scenario = {
  id: 'frame-shares',
  claim: 'Each of the two frames has between 40 and 60 hundredths of the advertising events.',
  needs: ['intervals'],
  async run(session) {
    await session.startDaemon(USUAL_K);
    const heard = fromBeacons(await session.listen(10_000));
    const share = heard.filter(({ data }) => data.includes('4c000215')).length / heard.length;
    claim(
      share > 0.4 && share < 0.6,
      `the iBeacon-format frame had ${Math.round(share * 100)} of 100 of ${heard.length} events`,
    );
  },
  saboteur: {
    what: 'every second change of data is answered and dropped',
    sabotage: 'unfair-shares',
    says: /of 100 of/,
  },
};

export const identityChange: Scenario = {
  id: 'identity-change',
  claim: 'At the end of a window identity and data change in one instant, and no frame is heard outside its window.',
  needs: ['intervals'],
  async run(session) {
    const daemon = await session.startDaemon(SHORT_K);
    const heard = fromBeacons(await session.listen(WINDOW_AND_A_HALF_MS));
    for (const packet of heard) isOfItsInstant(session, daemon, packet);
    claim(windowsOf(daemon, heard) >= 2, 'no change of identity was heard in 12 s');
  },
  saboteur: { what: 'the first frame stays on the air for ever', sabotage: 'data-frozen', says: /where .* belongs/ },
};

export const addressChange: Scenario = {
  id: 'address-change',
  claim: 'Every identity has an address of its own.',
  needs: ['intervals'],
  async run(session) {
    const daemon = await session.startDaemon(SHORT_K);
    const heard = fromBeacons(await session.listen(WINDOW_AND_A_HALF_MS));
    const addresses = new Set(heard.map(({ address }) => address)).size;
    const windows = windowsOf(daemon, heard);
    claim(windows >= 2 && addresses === windows, `heard ${addresses} addresses in ${windows} windows`);
  },
  saboteur: {
    what: 'changes of the address are answered and dropped',
    sabotage: 'address-frozen',
    says: /addresses in/,
  },
};

function windowsOf(daemon: DaemonOnRig, heard: readonly Heard[]): number {
  const { clockOffsetS, exponentK } = daemon.profileBeacon;
  return new Set(heard.map(({ unixMs }) => windowStart(counterAt(unixMs, clockOffsetS), exponentK))).size;
}
