import type { AdvertisingReport } from '@deskbeacon/beacon/radio';
import type { DaemonOnRig } from './daemon-on-rig.js';

/** What a rig may be able to do; a scenario names what it needs. */
export type Capability =
  /** Advertising events are reported one by one, with real intervals, and not once when scanning is switched on. */
  | 'intervals'
  /** Command answers can be refused, delayed, lost and duplicated at the controller. */
  | 'command-faults'
  /** The beacon's controller can be taken away. */
  | 'unplug';

export type RigName = 'virtual' | 'btvirt';

export interface Rig {
  readonly name: RigName;
  readonly capabilities: readonly Capability[];
  /** Whether the controllers are made by us: a claim shown only on such a rig is marked. */
  readonly isOurs: boolean;
  /** @returns why it cannot run here; nothing when it can. */
  readonly whyNot: () => string | undefined;
  /** Brings up two controllers that hear each other. */
  readonly open: (options: RigOptions) => Promise<OpenRig>;
}

export interface RigOptions {
  readonly seed: number;
  /** For sockets and whatever the rig's programs write. */
  readonly directory: string;
}

export interface OpenRig {
  /** Radio strings, as `--radio` takes them. */
  readonly beaconRadio: string;
  readonly phoneRadio: string;
  /** Breaks the answers of the beacon's controller; only with `command-faults`. */
  readonly breakCommands?: (fault: CommandFault) => Promise<void>;
  /** Takes the beacon's controller away; only with `unplug`. */
  readonly unplug?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface CommandFault {
  readonly kind: 'refuse' | 'late' | 'lost' | 'duplicate';
  readonly opcode: number;
  readonly times: number;
  readonly delayMs?: number;
}

/** What a scenario has in its hands: a rig that is up, the daemon on it, and a listener. */
export interface RigSession {
  readonly rig: OpenRig;
  /** Starts the daemon on the beacon's controller. */
  readonly startDaemon: (exponentK: number) => Promise<DaemonOnRig>;
  /** Listens with noble for so long. On a rig without intervals, scanning is restarted again and again. */
  readonly listen: (forMs: number) => Promise<readonly Heard[]>;
}

/** One packet as noble heard it. */
export interface Heard {
  readonly unixMs: number;
  readonly address: string;
  readonly addressType: AdvertisingReport['addressType'];
  readonly type: number;
  /** Hexadecimal. */
  readonly data: string;
  readonly rssiDbm: number;
}
