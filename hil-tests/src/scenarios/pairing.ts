import { randomBytes } from 'node:crypto';
import type { Peripheral } from '@abandonware/noble';
import {
  type BeaconSettings,
  type ControlClient,
  connectControl,
  controlUuids,
  decodeStatus,
  parseSetupCode,
} from '@deskbeacon/beacon/control';
import { profileBeacon } from '@deskbeacon/beacon/identity';
import { type NobleStack, openRadio, startNoble } from '@deskbeacon/beacon/radio';
import { encodeHex } from '@deskbeacon/proximity-core';
import { framesOf } from '../rigs/frames-of.js';
import type { RigSession } from '../rigs/rig.js';
import { claim, type Scenario } from './scenario.js';

/** Whose a beacon is, over GATT. */

const USUAL_K = 9;
const FIND_LIMIT_MS = 10_000;
/** Where a controller reports only when scanning is switched on. */
const RESTART_MS = 500;
const settings: BeaconSettings = {
  organisationUuid: new Uint8Array(randomBytes(16)),
  exponentK: USUAL_K,
  measuredPowerDbm: -61,
  intervalMs: 100,
  clockOffsetS: 4711,
  name: 'Desk 12',
};

export const pairing: Scenario = {
  id: 'pairing',
  claim:
    "A beacon that nobody owns is claimed over GATT with the code of its label and with no other, is then on the air with its owner's keys, and in its next window admits the owner alone.",
  needs: ['connections'],
  async run(session) {
    const daemon = await session.startDaemon(USUAL_K);
    const code = codeOf(await daemon.ask('setup-code'));
    const [ownerKey, rootKey] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
    await withPhone(session, async (phone) => {
      await daemon.ask('pair-window', '--minutes', '2');
      const wrong = await refusalOf(phone, 'setup-code', new Uint8Array(16));
      claim(wrong === 'control-refused', `another code came to ${wrong}`);
      await connected(phone, 'setup-code', code, async (client) => {
        const before = decodeStatus((await client.ask({ asks: 'status' })).body);
        claim(before?.isClaimed === false && before.wrongAttempts === 1, `its status says ${JSON.stringify(before)}`);
        const { status } = await client.ask({ asks: 'claim', ownerKey, rootKey, settings });
        claim(status === 'done', `the claim was answered with ${status}`);
      });
      await hearsKeys(phone, session, rootKey);
      await daemon.ask('pair-window', '--minutes', '2');
      const old = await refusalOf(phone, 'setup-code', code);
      claim(old === 'control-refused', `the code of the label came to ${old} after the claim`);
      await connected(phone, 'owner-key', ownerKey, async (client) => {
        const { status } = await client.ask({ asks: 'release' });
        claim(status === 'done', `the release was answered with ${status}`);
      });
      claim(encodeHex(codeOf(await daemon.ask('setup-code'))) !== encodeHex(code), 'the old code is its code again');
    });
  },
  saboteur: {
    what: 'one bit of every frame is turned on its way to the controller',
    sabotage: 'bit-in-frame',
    says: /no window was heard/,
  },
};

interface Phone {
  readonly noble: NobleStack;
  readonly find: () => Promise<Peripheral>;
}

async function withPhone(session: RigSession, work: (phone: Phone) => Promise<void>): Promise<void> {
  const link = await openRadio(session.rig.phoneRadio);
  try {
    const noble = await startNoble(link);
    try {
      await work({ noble, find: () => findWindow(noble, session) });
    } finally {
      noble.close();
    }
  } finally {
    await link.close();
  }
}

function codeOf(told: unknown): Uint8Array {
  const parsed = parseSetupCode((told as { readonly qr: string }).qr);
  if (!parsed.ok) throw new Error(`the daemon told a code with a ${parsed.reason}`);
  return parsed.code;
}

async function connected(
  { find }: Phone,
  credential: 'setup-code' | 'owner-key',
  secret: Uint8Array,
  work: (client: ControlClient) => Promise<void>,
): Promise<void> {
  const client = await connectControl(await find(), credential, secret);
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

async function refusalOf(phone: Phone, credential: 'setup-code', secret: Uint8Array): Promise<string> {
  try {
    await connected(phone, credential, secret, async () => {});
    return 'admitted';
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === undefined) throw error;
    return code;
  }
}

/** What advertises the service; scanning has ended when it is told. */
async function findWindow(noble: NobleStack, { slowdown }: RigSession): Promise<Peripheral> {
  let found: Peripheral | undefined;
  const take = (peripheral: Peripheral): void => {
    if (peripheral.advertisement.serviceUuids?.includes(controlUuids.service)) found = peripheral;
  };
  noble.noble.on('discover', take);
  try {
    await scanUntil(noble, () => found !== undefined, FIND_LIMIT_MS * slowdown);
  } finally {
    noble.noble.removeListener('discover', take);
  }
  if (found === undefined) throw new Error('no window was heard');
  return found;
}

async function hearsKeys({ noble }: Phone, { slowdown }: RigSession, rootKey: Uint8Array): Promise<void> {
  const owner = profileBeacon({ ...settings, rootKey, desk: 'd-12', days: 1, nowUnixMs: Date.now() });
  const expected = new Set(framesOf(owner, encodeHex(settings.organisationUuid), Date.now()).data);
  const stop = noble.onReport(({ data }) => expected.delete(encodeHex(data)));
  try {
    await scanUntil(noble, () => expected.size === 0, FIND_LIMIT_MS * slowdown);
  } finally {
    stop();
  }
  claim(expected.size === 0, `${expected.size} of the two frames of its owner's keys were not heard`);
}

async function scanUntil(noble: NobleStack, isDone: () => boolean, limitMs: number): Promise<void> {
  const lastMs = performance.now() + limitMs;
  while (!isDone() && performance.now() < lastMs) {
    await noble.startScanning();
    const endMs = performance.now() + RESTART_MS;
    while (!isDone() && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 20));
    await noble.stopScanning();
  }
}
