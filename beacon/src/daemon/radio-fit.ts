import {
  type ControllerCapabilities,
  createAdvertiser,
  createExtendedAdvertiser,
  type ExtendedAdvertiser,
  type HciAdvertiser,
  type HciLink,
  leastIntervalMs,
  parseRadioAddress,
  readCapabilities,
} from '../radio/index.js';
import type { FrameSet } from '../schedule/frame-set.js';
import type { Log } from './log.js';

/** What is asked of a controller, fitted to what it says it can. */

export type DaemonAdvertiser = HciAdvertiser & Partial<Pick<ExtendedAdvertiser, 'sets' | 'selectedPowerDbm'>>;

export interface RadioChoice {
  /** By extended commands; nothing may send a legacy one then. */
  readonly isExtended: boolean;
  /** Already known where they had to be, to choose. */
  readonly capabilities?: ControllerCapabilities;
  makeAdvertiser(): DaemonAdvertiser;
}

/**
 * Chooses between legacy and extended commands, once, right after the controller's reset: whatever it is given first it stays
 * with. A kernel's adapter is not ours alone, the kernel has chosen for it, so there it is always the legacy commands.
 * @throws BeaconError `hci-timeout` and `radio-lost` as `readCapabilities`.
 */
export async function chooseAdvertising(link: HciLink, frames: FrameSet | undefined, log: Log): Promise<RadioChoice> {
  const { extended = false, txPowerDbm } = frames ?? {};
  const legacy: RadioChoice = { isExtended: false, makeAdvertiser: () => createAdvertiser(link) };
  if (!extended) return legacy;
  const { kind } = parseRadioAddress(link.address);
  const isOurs = kind !== 'kernel' && kind !== 'adapter';
  const capabilities = isOurs ? await readCapabilities(link, { prefersExtended: true }) : undefined;
  if (capabilities?.hasExtendedAdvertising !== true) {
    const why = isOurs ? 'this controller has no extended advertising' : 'extended advertising needs an h4: radio';
    const power = txPowerDbm === undefined ? '' : ', with the power that the controller has';
    log({ priority: 4, event: 'no-extended', text: `${why}: all frames take turns on one set${power}` });
    return legacy;
  }
  const options = {
    advertisingSets: capabilities.advertisingSets,
    ...(txPowerDbm === undefined ? {} : { txPowerDbm }),
  };
  return { isExtended: true, capabilities, makeAdvertiser: () => createExtendedAdvertiser(link, options) };
}

/** @returns the interval that this controller can keep, ms; a longer one than was set is told. */
export function intervalFor(intervalMs: number, capabilities: ControllerCapabilities, log: Log): number {
  const leastMs = leastIntervalMs(capabilities);
  if (intervalMs >= leastMs) return intervalMs;
  const text = 'this controller, older than 5.0, cannot advertise as often as is set: set interval_ms to what it can';
  log({ priority: 4, event: 'interval-raised', text, fields: { setMs: intervalMs, intervalMs: leastMs } });
  return leastMs;
}

/** What the log says of the power that frames are sent with: legacy commands only read it, extended ones set it. */
export function powerFields(
  capabilities: ControllerCapabilities | undefined,
  advertiser: DaemonAdvertiser,
): Readonly<Record<string, string | number>> {
  const { sets, selectedPowerDbm } = advertiser;
  const txPowerDbm = selectedPowerDbm?.() ?? capabilities?.txPowerDbm ?? 'unknown';
  return { txPowerDbm, ...(sets === undefined ? {} : { controllerSets: sets.most }) };
}
