import type { Attenuator } from '../instruments/attenuator.js';
import type { Heard } from '../instruments/listener.js';
import type { Observer } from '../instruments/observer.js';
import type { AirProcess } from './air-process.js';
import type { DaemonOnRig } from './daemon-on-rig.js';
import type { PhoneOnRig } from './phone-on-rig.js';
import type { WireSabotage } from './saboteur.js';

/** What a rig may be able to do; a scenario names what it needs. */
export type Capability =
  /** Advertising events are reported one by one, with real intervals, and not once when scanning is switched on. */
  | 'intervals'
  /** One controller can connect to the other; btvirt's engine for both kinds of radio answers the command and never completes it. */
  | 'connections'
  /** Command answers can be refused, delayed, lost and duplicated at the controller. */
  | 'command-faults'
  /** The beacon's controller can be taken away. */
  | 'unplug'
  /** Both controllers are adapters of a Linux kernel, which other processes reach as well. */
  | 'kernel'
  /** Walls, places, poses and other transmitters can be put into the air. */
  | 'air'
  /** A programmable attenuator lies between the beacon and the phone. */
  | 'attenuator'
  /** A third controller hears the beacon, past whatever lies between it and the phone. */
  | 'observer';

export type RigName = 'virtual' | 'btvirt' | 'kernel' | 'simulated' | 'hardware';

export interface Rig {
  readonly name: RigName;
  /** Whose controllers they are, on a rig that has a choice. */
  readonly engine?: string;
  readonly capabilities: readonly Capability[];
  /** Whether the controllers are made by us: a claim shown only on such a rig is marked. */
  readonly isOurs: boolean;
  /** How much longer than elsewhere programs take on it; 1 where absent. Limits of milliseconds stretch by it. */
  readonly slowdown?: number;
  /** @returns why it cannot run here; nothing when it can. */
  readonly whyNot: () => string | undefined;
  /** What a reader has to know of it to repeat a run, e.g. the version of what it starts. */
  readonly facts?: () => Promise<Readonly<Record<string, string>>>;
  /** Brings up two controllers that hear each other. */
  readonly open: (options: RigOptions) => Promise<OpenRig>;
}

export interface RigOptions {
  readonly seed: number;
  /** For sockets and whatever the rig's programs write. */
  readonly directory: string;
  /** What is to be kept of the run goes here. */
  readonly evidence: string;
  /** What a saboteur does on the wire to the desk's or the phone's controller; only with controllers of ours. */
  readonly sabotage?: WireSabotage;
}

export interface OpenRig {
  /** Radio strings, as `--radio` takes them. */
  readonly beaconRadio: string;
  readonly phoneRadio: string;
  /** Breaks the answers of the beacon's controller; only with `command-faults`. */
  readonly breakCommands?: (fault: CommandFault) => Promise<void>;
  /** Ends what `breakCommands` began. */
  readonly mendCommands?: () => Promise<void>;
  /** Takes the beacon's controller away; only with `unplug`. */
  readonly unplug?: () => Promise<void>;
  /** Brings it back; absent where it is there again by itself, as a socket of the air is. */
  readonly plugIn?: () => Promise<void>;
  /** Only with `kernel`. */
  readonly kernel?: KernelAdapter;
  /** Only with `air`: the controllers are there as `desk` and `phone`. */
  readonly air?: AirProcess;
  /** Only with `attenuator`; at 0 dB when the rig is opened. */
  readonly attenuator?: Pick<Attenuator, 'maxDb' | 'setAttenuation'>;
  /** Only with `observer`. */
  readonly observer?: Pick<Observer, 'listen'>;
  /** @returns what of the rig itself has ended unasked, in words; nothing while all of it stands. */
  readonly whatEnded?: () => string | undefined;
  readonly close: () => Promise<void>;
}

/** What the system and other processes can do to the beacon's adapter. */
export interface KernelAdapter {
  /** The same adapter on the user channel, which keeps all others out but for raw sockets of root; it has to be down. */
  readonly userRadio: string;
  setUp(isUp: boolean): Promise<void>;
  /** Has rfkill block the adapter, which takes it down, or let it go, which does not bring it up. */
  block(isBlocked: boolean): Promise<void>;
  /** Plugs the beacon's controller in again. @returns its radio string, with another number while the old one is held. */
  plugIn(): Promise<string>;
  /** Another process keeps the number of the beacon's adapter in use, also once the adapter is gone. */
  holdNumber(): Promise<void>;
  /** Starts BlueZ's own daemon, and waits until it has taken both adapters. */
  startBluetoothd(): Promise<void>;
  /** Another process switches advertising off with a command of its own. */
  stopAdvertising(): Promise<void>;
}

export interface CommandFault {
  readonly kind: 'refuse' | 'late' | 'lost' | 'duplicate';
  /** The command it befalls; any command where absent. */
  readonly opcode?: number;
  readonly times: number;
  readonly delayMs?: number;
}

/** What a scenario has in its hands: a rig that is up, the daemon on it, and a listener. */
export interface RigSession {
  readonly rig: OpenRig;
  readonly seed: number;
  /** See `Rig.slowdown`. */
  readonly slowdown: number;
  /** A folder for what a scenario measures, beside the captures of both links. */
  readonly evidence: string;
  /** Starts the daemon on the beacon's controller, with the keys it had where it ran in this session before. */
  readonly startDaemon: (exponentK: number, radio?: string) => Promise<DaemonOnRig>;
  /** Starts a phone that carries the profile of one desk. */
  readonly startPhone: (own: DaemonOnRig) => Promise<PhoneOnRig>;
  /** Listens with noble for so long. On a rig without intervals, scanning is restarted again and again. */
  readonly listen: (forMs: number) => Promise<readonly Heard[]>;
}
