import { describe, expect, it } from 'vitest';
import { BeaconError } from '../errors.js';
import { openAdapterWith, readPublicAddress } from './adapters.js';
import type { HciLink } from './link.js';
import { makeSilentLink } from './testing/silent-link.js';

const MINE = '11:22:33:44:55:66';
const OTHER = 'AA:BB:CC:DD:EE:FF';

/** A link whose controller answers Read BD_ADDR (Core Vol 4 Part E §7.4.6) and nothing else. */
function linkWith(publicAddress: string): { readonly link: HciLink; readonly isClosed: () => boolean } {
  const { hub, link } = makeSilentLink();
  const octets = publicAddress
    .split(':')
    .map((octet) => Number.parseInt(octet, 16))
    .reverse();
  const answering: HciLink = {
    ...link,
    send: (packet) => {
      hub.emitSent(packet, 0);
      queueMicrotask(() => hub.emitPacket(Uint8Array.of(0x04, 0x0e, 10, 1, 0x09, 0x10, 0, ...octets), 1));
    },
  };
  return { link: answering, isClosed: () => !link.isUp() };
}

describe('the address of a controller', () => {
  it('is read and written as people write it', async () => {
    expect(await readPublicAddress(linkWith(MINE).link)).toBe(MINE);
  });

  it('is absent where the controller has none', async () => {
    expect(await readPublicAddress(linkWith('00:00:00:00:00:00').link)).toBeUndefined();
  });
});

describe('the search for an adapter by its address', () => {
  const up = (...ids: readonly number[]) => ids.map((deviceId) => ({ deviceId, isUp: true }));

  /** Adapters by number; those that are missing refuse to be opened. */
  function makeKernel(addresses: Readonly<Record<number, string>>) {
    const opened: number[] = [];
    const links = new Map<number, ReturnType<typeof linkWith>>();
    const open = async (deviceId: number): Promise<HciLink> => {
      opened.push(deviceId);
      const address = addresses[deviceId];
      if (address === undefined) throw new BeaconError('radio-busy', `hci${deviceId}`);
      const one = linkWith(address);
      links.set(deviceId, one);
      return one.link;
    };
    return { opened, links, open };
  }

  it('looks at the usual number first, and at no other when that is it', async () => {
    const { opened, open } = makeKernel({ 20: OTHER, 21: MINE });
    const link = await openAdapterWith({
      publicAddress: MINE,
      usualId: 21,
      adapters: up(20, 21),
      open,
      nowMs: () => 0,
    });
    expect([link?.isUp(), opened]).toEqual([true, [21]]);
  });

  it('finds it under another number, past one that cannot be opened, and closes what it is not', async () => {
    const { opened, links, open } = makeKernel({ 31: OTHER, 32: MINE });
    const search = { publicAddress: MINE, usualId: 30, adapters: up(30, 31, 32), open };
    const link = await openAdapterWith({ ...search, nowMs: () => 0 });
    expect(link).toBe(links.get(32)?.link);
    expect(links.get(31)?.isClosed()).toBe(true);
    expect(opened).toEqual([30, 31, 32]);
  });

  it('looks at what it knows to be another only after a minute, or when it has been gone', async () => {
    const { opened, open } = makeKernel({ 41: OTHER });
    const search = { publicAddress: MINE, adapters: up(41), open };
    for (const nowMs of [0, 1000, 59_000]) await openAdapterWith({ ...search, nowMs: () => nowMs });
    expect(opened).toEqual([41]);
    await openAdapterWith({ ...search, nowMs: () => 61_000 });
    expect(opened).toEqual([41, 41]);
    await openAdapterWith({ ...search, adapters: [], nowMs: () => 62_000 });
    expect(await openAdapterWith({ ...search, nowMs: () => 63_000 })).toBeUndefined();
    expect(opened).toEqual([41, 41, 41]);
  });
});
