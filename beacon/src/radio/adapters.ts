import { BeaconError } from '../errors.js';
import { createHciCommands } from './hci-commands.js';
import type { HciLink } from './link.js';
import { createNativeSocket, type NativeSocket } from './native-socket.js';
import { opcodes } from './opcodes.js';

/** An adapter that this kernel knows. */
export interface Adapter {
  /** The number N of hciN; one that is plugged in again may have another. */
  readonly deviceId: number;
  readonly isUp: boolean;
}

let listing: NativeSocket | undefined;

/** @returns the adapters of this kernel; nothing where it has no Bluetooth, or where the addon for it does not load. */
export function listAdapters(): readonly Adapter[] | undefined {
  try {
    if (listing === undefined) {
      listing = createNativeSocket('hci');
      listing.on('error', () => {}); // What it cannot list is not there.
    }
    return listing
      .getDeviceList()
      .flatMap(({ devId, devUp }) => (devId === null ? [] : [{ deviceId: devId, isUp: devUp !== false }]));
  } catch {
    return undefined;
  }
}

/**
 * @returns the controller's public address as it is written, `AA:BB:CC:DD:EE:FF`; nothing for a controller that has none
 *   (all zeros), as some have that are known by a static address alone.
 * @throws what `HciCommands.issue` throws.
 */
export async function readPublicAddress(link: HciLink): Promise<string | undefined> {
  const commands = createHciCommands(link);
  try {
    const octets = (await commands.issue(opcodes.readBdAddr)).slice(0, 6);
    if (octets.length < 6 || octets.every((octet) => octet === 0)) return undefined;
    return Array.from(octets.reverse(), (octet) => octet.toString(16).padStart(2, '0'))
      .join(':')
      .toUpperCase();
  } finally {
    commands.close();
  }
}

export interface AdapterSearch {
  readonly publicAddress: string;
  /** Looked at first: the number it had. */
  readonly usualId?: number | undefined;
  readonly adapters: readonly Adapter[];
  readonly open: (deviceId: number) => Promise<HciLink>;
  readonly nowMs: () => number;
}

/** What an adapter was found to be is believed for so long: looking opens it, and costs a thread that stands for a second. */
const KNOWN_MS = 60_000;
const known = new Map<number, { readonly publicAddress: string | undefined; readonly atMs: number }>();

/**
 * Looks for the adapter with an address, whatever its number is now.
 * @returns a link to it; nothing when no adapter that can be opened has the address.
 */
export async function openAdapterWith({
  publicAddress,
  usualId,
  adapters,
  open,
  nowMs,
}: AdapterSearch): Promise<HciLink | undefined> {
  for (const deviceId of [...known.keys()]) {
    const isOld = nowMs() - (known.get(deviceId)?.atMs ?? 0) > KNOWN_MS;
    if (isOld || !adapters.some((adapter) => adapter.deviceId === deviceId)) known.delete(deviceId);
  }
  const inOrder = [...adapters].sort((a, b) => Number(b.deviceId === usualId) - Number(a.deviceId === usualId));
  for (const { deviceId } of inOrder) {
    const before = known.get(deviceId);
    if (before !== undefined && before.publicAddress !== publicAddress) continue;
    const link = await open(deviceId).catch((error: unknown) => {
      if (error instanceof BeaconError) return undefined; // In use, or gone meanwhile: not this one, or not now.
      throw error;
    });
    const found = link === undefined ? undefined : await readPublicAddress(link).catch(() => null);
    if (found === publicAddress) return link;
    if (found !== null && link !== undefined) known.set(deviceId, { publicAddress: found, atMs: nowMs() });
    await link?.close();
  }
  return undefined;
}
