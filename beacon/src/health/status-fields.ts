/** Every field of `status --json`, once: its JSON Schema, the lines for people, the metrics and docs/daemon.md are made from this. */
import { onAirStates } from './status.js';

export interface StatusField {
  /** Dots lead to what is inside. */
  readonly path: string;
  readonly type: 'boolean' | 'integer' | 'number' | 'string' | 'counts';
  readonly choices?: readonly string[];
  /** What it is in, for people: `s`, `ms`, `Unix ms`. */
  readonly unit?: 's' | 'ms' | 'Unix ms';
  readonly meaning: string;
  /** What stands before it on the screen. */
  readonly label: string;
  /** A daemon may leave it away: it does not know, or there is none. */
  readonly isOptional?: boolean;
  readonly metric?: StatusMetric;
}

/** Prometheus names: base units, counters end in `_total` (prometheus.io/docs/practices/naming). */
export interface StatusMetric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  /** What the value is multiplied by: 0.001 from ms to s. */
  readonly scale?: number;
  /** For counts by name: the label that carries the name. */
  readonly label?: string;
}

const gauge = (name: string, scale?: number): { readonly metric: StatusMetric } => ({
  metric: { name: `deskbeacon_${name}`, type: 'gauge', ...(scale === undefined ? {} : { scale }) },
});
const counter = (name: string): { readonly metric: StatusMetric } => ({
  metric: { name: `deskbeacon_${name}_total`, type: 'counter' },
});
const optional = { isOptional: true } as const;

export const statusFields: readonly StatusField[] = [
  {
    path: 'version',
    type: 'integer',
    label: 'status version',
    meaning: '1; rises when a field changes its meaning or goes, not when one is added',
  },
  {
    path: 'onAir',
    type: 'string',
    choices: onAirStates,
    label: 'on the air',
    meaning:
      '`frames`: both frames, phones at the desk stay quiet; `ring-all`: without the frame that silences; `pairing`: it waits to be paired; `central`: somebody is connected; `silent`: nothing. A change of identity, up to 1 s, does not count as silence',
  },
  {
    path: 'isClaimed',
    type: 'boolean',
    label: 'claimed',
    meaning: 'whether the beacon has an owner',
    ...gauge('claimed'),
  },
  {
    path: 'isRingAll',
    type: 'boolean',
    label: 'ring-all',
    meaning: 'whether every phone is to ring',
    ...gauge('ring_all'),
  },
  { path: 'name', type: 'string', label: 'name', meaning: 'what its owner calls it; empty where there is none' },
  {
    path: 'windowLeftS',
    type: 'integer',
    unit: 's',
    label: 'pairing window, left',
    meaning: 'how long somebody may still connect; 0: nobody',
    ...gauge('pairing_window_remaining_seconds'),
  },
  {
    path: 'unixMs',
    type: 'integer',
    unit: 'Unix ms',
    label: "beacon's time",
    meaning: 'the time that its identities follow',
    ...gauge('time_seconds', 0.001),
  },
  {
    path: 'isClockHeld',
    type: 'boolean',
    label: 'clock held',
    meaning: "whether the system's clock stands behind the beacon's",
    ...gauge('clock_held'),
  },
  {
    path: 'isClockSynchronised',
    type: 'boolean',
    label: 'clock synchronised',
    meaning: "whether the system's clock is proven right, or was confirmed",
    ...gauge('clock_synchronised'),
  },
  {
    path: 'isWaitingForClock',
    type: 'boolean',
    label: 'waits for the clock',
    meaning:
      "whether it is off the air until the time is proven, or stays in its own time though the system's is a day ahead",
    ...gauge('clock_waiting'),
  },
  {
    path: 'needsRekey',
    type: 'boolean',
    label: 'needs new keys',
    meaning: 'whether windows that are still to come were aired: every phone rings until `deskbeacon rotate-keys`',
    ...gauge('rekey_needed'),
  },
  {
    path: 'uptimeS',
    type: 'integer',
    unit: 's',
    label: 'running for',
    meaning: 'since the daemon started',
    ...gauge('uptime_seconds'),
  },
  {
    path: 'isOnAir',
    type: 'boolean',
    ...optional,
    label: 'confirmed on the air',
    meaning: 'whether the controller has confirmed advertising since the last fault',
    ...gauge('on_air_confirmed'),
  },
  {
    path: 'breaks',
    type: 'integer',
    ...optional,
    label: 'breaks',
    meaning: 'how often a fault took the beacon off the air, since the start',
    ...counter('breaks'),
  },
  {
    path: 'darkMs',
    type: 'integer',
    ...optional,
    unit: 'ms',
    label: 'dark in all',
    meaning: 'how long it was off the air for faults, since the start',
    metric: { name: 'deskbeacon_dark_seconds_total', type: 'counter', scale: 0.001 },
  },
  { path: 'daemon.version', type: 'string', label: 'deskbeacond', meaning: 'its version' },
  { path: 'daemon.node', type: 'string', label: 'Node', meaning: 'its version' },
  {
    path: 'radio.address',
    type: 'string',
    ...optional,
    label: 'adapter',
    meaning: 'the radio as it was named',
  },
  {
    path: 'radio.isUp',
    type: 'boolean',
    ...optional,
    label: 'adapter is up',
    meaning: 'whether the controller answers',
    ...gauge('adapter_up'),
  },
  {
    path: 'radio.lastRoundTripMs',
    type: 'number',
    ...optional,
    unit: 'ms',
    label: 'last command took',
    meaning: 'from the last command to its answer',
    ...gauge('hci_command_last_seconds', 0.001),
  },
  {
    path: 'radio.worstRoundTripMs',
    type: 'number',
    ...optional,
    unit: 'ms',
    label: 'slowest of the last 64',
    meaning: 'the slowest of the last 64 commands',
    ...gauge('hci_command_slowest_seconds', 0.001),
  },
  {
    path: 'radio.malformedPackets',
    type: 'integer',
    ...optional,
    label: 'malformed packets',
    meaning: 'packets of the controller that the Bluetooth stack could not read, since the start',
    ...counter('hci_malformed_packets'),
  },
  {
    path: 'radio.disallowedCommands',
    type: 'integer',
    ...optional,
    label: 'answers 0x0C',
    meaning: 'commands that were answered with Command Disallowed (0x0C), since the start',
    ...counter('hci_disallowed_commands'),
  },
  {
    path: 'radio.resets',
    type: 'integer',
    ...optional,
    label: 'resets',
    meaning: 'resets of the controller, since the daemon is on the air',
    ...counter('hci_resets'),
  },
  {
    path: 'advertising.isEnabled',
    type: 'boolean',
    ...optional,
    label: 'advertising enabled',
    meaning: 'by the last answer of the controller',
    ...gauge('advertising_enabled'),
  },
  {
    path: 'advertising.enabledAgoS',
    type: 'number',
    ...optional,
    unit: 's',
    label: 'enable confirmed, ago',
    meaning: 'since the controller confirmed the last switching on',
    ...gauge('advertising_last_enable_age_seconds'),
  },
  {
    path: 'advertising.enables',
    type: 'integer',
    ...optional,
    label: 'enables confirmed',
    meaning: 'how often it confirmed one; at least one for each identity',
    ...counter('advertising_enables'),
  },
  {
    path: 'advertising.alreadyOn',
    type: 'integer',
    ...optional,
    label: 'enables refused as on',
    meaning: 'how often an enable was answered with 0x0C, which means that advertising is on already',
    ...counter('advertising_already_on'),
  },
  {
    path: 'advertising.intervalMs',
    type: 'integer',
    unit: 'ms',
    label: 'interval',
    meaning: "between two advertising events: the owner's setting, or that of the file",
    ...gauge('advertising_interval_seconds', 0.001),
  },
  {
    path: 'identity.exponentK',
    type: 'integer',
    label: 'exponent K',
    meaning: 'an identity lasts 2^K s',
  },
  {
    path: 'identity.counterS',
    type: 'integer',
    unit: 's',
    label: 'T',
    meaning: "the beacon's counter: Unix seconds and its offset, modulo 2^32",
  },
  {
    path: 'identity.windowStartS',
    type: 'integer',
    unit: 's',
    label: 'window since T =',
    meaning: 'the counter at which the present window began',
  },
  {
    path: 'identity.nextChangeS',
    type: 'integer',
    unit: 's',
    label: 'next identity in',
    meaning: 'until the next window',
    ...gauge('identity_remaining_seconds'),
  },
  {
    path: 'pairing.wrongAttempts',
    type: 'integer',
    ...optional,
    label: 'wrong keys tried',
    meaning: 'handshakes with a wrong key, since the start',
    ...counter('pairing_wrong_keys'),
  },
  {
    path: 'central.connectedS',
    type: 'integer',
    ...optional,
    unit: 's',
    label: 'central connected for',
    meaning: 'absent where none is connected; who it is is not kept',
    ...gauge('central_connected_seconds'),
  },
  {
    path: 'incidents',
    type: 'counts',
    ...optional,
    label: 'incidents',
    meaning: 'how often something went wrong and was mended, by its name, since the start',
    metric: { name: 'deskbeacon_incidents_total', type: 'counter', label: 'kind' },
  },
];
