import { BeaconError } from '../errors.js';
import { listAdapters, openAdapterWith } from './adapters.js';
import { type BtsnoopFile, createBtsnoopFile } from './btsnoop-file.js';
import type { SessionLimits } from './controller-session.js';
import { type H4Limits, openH4Link } from './h4-link.js';
import { openKernelLink } from './kernel-link.js';
import type { HciLink } from './link.js';
import type { LinkTap } from './link-hub.js';
import { type AdapterAddress, type KernelAddress, parseRadioAddress, type RadioAddress } from './radio-address.js';

export interface OpenRadioOptions {
  /** Hears when a capture asked for by `btsnoop=FILE` ends early; the link goes on. Without it, Node's warning is emitted. */
  readonly onCaptureFailed?: (error: BeaconError) => void;
  /** A capture goes on in the file that there is, as when a radio that was lost is opened again. */
  readonly continuesCapture?: boolean;
  /**
   * The public address that the adapter of `hci:N` had when it was open before. The adapter with that address is opened,
   * whatever number it has now; when there is none, the one with the number N.
   */
  readonly publicAddress?: string;
  /** For tests: shorter waits. */
  readonly limits?: Partial<SessionLimits & H4Limits>;
}

/**
 * Opens the controller that a radio string names.
 * @param text `hci:N`, `hci:AA:BB:CC:DD:EE:FF`, `h4:/dev/…`, `h4:unix:PATH` or `h4:tcp:HOST:PORT`, with options as `parseRadioAddress` reads them.
 * @returns a link that is up, or, for a kernel adapter on the raw channel, one whose `isUp()` tells.
 * @throws BeaconError `radio-address`, `radio-unavailable`, `radio-permission`, `radio-busy`, `radio-lost`,
 *   `hci-timeout`, or `state-unwritable` when the capture cannot be created.
 */
export async function openRadio(text: string, options: OpenRadioOptions = {}): Promise<HciLink> {
  const address = parseRadioAddress(text);
  const capture =
    address.btsnoop === undefined
      ? undefined
      : createBtsnoopFile(
          address.btsnoop,
          options.onCaptureFailed ?? ((error) => process.emitWarning(error)),
          options.continuesCapture,
        );
  try {
    const link = await openLink(address, capture, options);
    link.onClosed(() => capture?.close());
    return link;
  } catch (error) {
    capture?.close();
    throw error;
  }
}

interface LinkOptions {
  readonly tap: LinkTap | undefined;
  readonly limits: Partial<SessionLimits & H4Limits>;
}

function openLink(
  address: RadioAddress,
  capture: BtsnoopFile | undefined,
  { limits = {}, publicAddress }: OpenRadioOptions,
): Promise<HciLink> {
  const linkOptions = { tap: capture?.write, limits };
  if (address.kind === 'adapter') return openByAddress(address, address.publicAddress, linkOptions);
  if (address.kind !== 'kernel') return openH4Link(address, linkOptions);
  if (publicAddress === undefined) return openKernelLink(address, linkOptions);
  return openByAddress(address, publicAddress, linkOptions);
}

async function openByAddress(
  address: KernelAddress | AdapterAddress,
  publicAddress: string,
  options: LinkOptions,
): Promise<HciLink> {
  const { channel } = address;
  const usualId = address.kind === 'kernel' ? address.deviceId : undefined;
  const open = (deviceId: number): Promise<HciLink> =>
    openKernelLink({ kind: 'kernel', deviceId, channel, text: nameOf(address, deviceId) }, options);
  // One that is down answers nothing on the raw channel; on the user channel it has to be down.
  const adapters = (listAdapters() ?? []).filter(({ isUp }) => isUp || channel === 'user');
  const link = await openAdapterWith({ publicAddress, usualId, adapters, open, nowMs: () => performance.now() });
  if (link !== undefined) return link;
  if (usualId !== undefined && adapters.some(({ deviceId }) => deviceId === usualId)) return open(usualId);
  const wanted = usualId === undefined ? publicAddress : `hci${usualId} (${publicAddress})`;
  throw new BeaconError('radio-unavailable', `radio "${address.text}": ${wanted} is not there, or is down`);
}

/** The radio string under which an adapter could be opened as it is now. */
function nameOf({ text }: KernelAddress | AdapterAddress, deviceId: number): string {
  return text.replace(/^hci:[^?]+/, `hci:${deviceId}`);
}
