import type { BeaconError } from '../errors.js';
import { type BtsnoopFile, createBtsnoopFile } from './btsnoop-file.js';
import type { SessionLimits } from './controller-session.js';
import { type H4Limits, openH4Link } from './h4-link.js';
import { openKernelLink } from './kernel-link.js';
import type { HciLink } from './link.js';
import { parseRadioAddress, type RadioAddress } from './radio-address.js';

export interface OpenRadioOptions {
  /** Hears when a capture asked for by `btsnoop=FILE` ends early; the link goes on. Without it, Node's warning is emitted. */
  readonly onCaptureFailed?: (error: BeaconError) => void;
  /** For tests: shorter waits. */
  readonly limits?: Partial<SessionLimits & H4Limits>;
}

/**
 * Opens the controller that a radio string names.
 * @param text `hci:N`, `h4:/dev/…`, `h4:unix:PATH` or `h4:tcp:HOST:PORT`, with options as `parseRadioAddress` reads them.
 * @returns a link that is up, or, for a kernel adapter on the raw channel, one whose `isUp()` tells.
 * @throws BeaconError `radio-address`, `radio-unavailable`, `radio-permission`, `radio-busy`, `radio-lost`,
 *   `hci-timeout`, or `state-unwritable` when the capture cannot be created.
 */
export async function openRadio(text: string, options: OpenRadioOptions = {}): Promise<HciLink> {
  const address = parseRadioAddress(text);
  const capture =
    address.btsnoop === undefined
      ? undefined
      : createBtsnoopFile(address.btsnoop, options.onCaptureFailed ?? ((error) => process.emitWarning(error)));
  try {
    const link = await openLink(address, capture, options);
    link.onClosed(() => capture?.close());
    return link;
  } catch (error) {
    capture?.close();
    throw error;
  }
}

function openLink(
  address: RadioAddress,
  capture: BtsnoopFile | undefined,
  options: OpenRadioOptions,
): Promise<HciLink> {
  const { limits = {} } = options;
  const linkOptions = { tap: capture?.write, limits };
  return address.kind === 'kernel' ? openKernelLink(address, linkOptions) : openH4Link(address, linkOptions);
}
