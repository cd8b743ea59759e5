import type { DaemonConfig } from '../config/config.js';
import type { RadioParts } from '../health/status.js';
import type { OpenState } from '../identity/state-directory.js';
import type { BlenoStack, ConfirmingAdvertiser, ControllerCapabilities, HciLink } from '../radio/index.js';
import type { Allowance } from './allowance.js';
import type { Asked } from './asked.js';
import type { BeaconTime } from './beacon-time.js';
import type { Log } from './log.js';
import type { Sleeper } from './sleep.js';

/** One beacon on one radio that is open. */
export interface RadioService {
  /** The settings as they are now. */
  readonly config: () => DaemonConfig;
  readonly state: OpenState;
  readonly time: BeaconTime;
  readonly link: HciLink;
  readonly asked: Asked;
  /** How often it is checked that the controller answers and advertises, ms. */
  readonly checkEveryMs: number;
  readonly events: RadioEvents;
  /** Ends the service: advertising stops, the controller is left clean, within 2 s. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface RadioEvents {
  /** The stack is ready; the address as bleno writes it, `11:22:33:44:55:66`. */
  readonly onReady: (publicAddress: string) => void;
  /** Stack and advertiser are there, and can be asked how they do. */
  readonly onAtWork?: (parts: Pick<RadioParts, 'roundTrip' | 'alreadyOnCount' | 'malformed'>) => void;
  /** The controller has confirmed that it advertises. */
  readonly onConfirmed: (confirmation: { readonly wasOnAlready: boolean }) => void;
  /** Something went wrong that is being mended on this very link. */
  readonly onFault: (fault: { readonly code: string; readonly text: string }) => void;
  /** The fault that ends the service, told before the cleaning up, which may take a second or two. */
  readonly onFailed: (error: unknown) => void;
  /** A self-check has passed. */
  readonly onChecked: () => void;
}

/** A radio in use: what its parts share while it is. */
export interface RadioAtWork {
  readonly service: RadioService;
  readonly bleno: BlenoStack;
  readonly advertiser: ConfirmingAdvertiser;
  /** Known already where they had to be, to choose how to advertise. */
  readonly capabilities: ControllerCapabilities | undefined;
  readonly sleeper: Sleeper;
  readonly signal: AbortSignal;
  /** Faults that are mended without opening the radio again. */
  readonly allowance: Allowance;
}
