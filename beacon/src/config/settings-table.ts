/**
 * Every setting of the daemon, once: the parser, the JSON Schema, the manual page and the table of docs/daemon.md are made from
 * this. A table of settings of its own (`[name]`) is an entry of kind `table`.
 */
import { type FrameContext, findFrameFault } from './frame-settings.js';
import { framesSchema } from './frames-schema.js';
import { findRadiosFault, radiosConditions, radiosSchema } from './radios-settings.js';
import type { Setting, SettingRule, SettingValues } from './setting-kinds.js';

const UUID = '^[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}$';

export const settings: readonly Setting[] = [
  {
    name: 'organisation_uuid',
    kind: 'text',
    expected: 'a UUID',
    pattern: UUID,
    isRequired: true,
    example: '8b0ca750-e7a7-4e14-bd99-095477cb3e77',
    meaning: 'the same for all beacons of the organisation; phones look for it',
  },
  {
    name: 'state_directory',
    kind: 'text',
    expected: 'a directory',
    isRequired: true,
    example: '/var/lib/deskbeacond',
    meaning: 'key and clock floor; relative to the working directory, so better absolute',
  },
  {
    name: 'exponent_k',
    kind: 'integer',
    least: 0,
    most: 15,
    usual: 9,
    meaning: 'a new identity every 2^K s (9: 512 s)',
  },
  {
    name: 'interval_ms',
    kind: 'integer',
    least: 20,
    most: 10240,
    usual: 100,
    limit: 'at most 400 · 2^K',
    meaning: 'between two advertising events; below 100 only on controllers of Bluetooth 5.0 and newer',
  },
  {
    name: 'measured_power_dbm',
    kind: 'integer',
    least: -100,
    most: 20,
    usual: -59,
    meaning: 'what a phone receives at 1 m; the Eddystone frame states 41 dB more, at most 20',
  },
  {
    name: 'pairing_minutes',
    kind: 'integer',
    least: 0,
    most: 60,
    usual: 10,
    meaning:
      'how long after its start a beacon that nobody owns can be paired over the air; meanwhile it sends no frames. 0 where nobody is to claim it, and its profile comes from `deskbeacond profile`',
  },
  {
    name: 'control_socket',
    kind: 'text',
    expected: 'a path',
    example: '/run/deskbeacond/control.sock',
    meaning:
      'where `status`, `pair-window` and `ring-all` reach the daemon; `/run/deskbeacond/control.sock` is the usual place',
  },
  {
    name: 'metrics_port',
    kind: 'integer',
    least: 1024,
    most: 65535,
    meaning: 'a port of 127.0.0.1 and ::1, never of a network, where Prometheus may read `/metrics`',
  },
  {
    name: 'log_level',
    kind: 'choice',
    choices: ['error', 'warning', 'info', 'debug'],
    usual: 'info',
    meaning: 'the least that is logged; `debug` is what `--verbose` asks for',
  },
  {
    name: 'button',
    kind: 'text',
    expected: 'a path',
    example: '/dev/input/by-path/platform-button@11-event',
    meaning:
      "an input device whose key opens the pairing window for five minutes: with `dtoverlay=gpio-key,gpio=17` on a Pi, `/dev/input/by-path/platform-button@11-event`. The daemon's user has to be in the group `input`",
  },
  {
    name: 'light',
    kind: 'text',
    expected: 'a path',
    example: '/sys/class/leds/ACT',
    meaning:
      "a light that blinks while a beacon is asked to show itself: `/sys/class/leds/ACT` on a Pi; the daemon's user has to be able to write there. Without one the beacon marks itself on the air",
  },
  {
    name: 'seed_file',
    kind: 'text',
    expected: 'a path',
    example: '/boot/firmware/deskbeacon-seed.toml',
    meaning:
      'where the setup code is taken from at the very first start; `/boot/firmware/deskbeacon-seed.toml` is the usual place',
  },
  {
    name: 'synchronised_file',
    kind: 'text',
    expected: 'a path',
    example: '/run/systemd/timesync/synchronized',
    meaning:
      'where the time of this machine comes from elsewhere (a hypervisor, PTP, a GPS receiver): its clock counts as right while this file is there, and nothing else is asked',
  },
  {
    name: 'clock_offset_s',
    kind: 'integer',
    least: 0,
    most: 0xffffffff,
    usual: 0,
    meaning: 'added to Unix seconds, so that not all beacons change at once',
  },
  {
    name: 'radio',
    kind: 'text',
    expected: 'a radio, for example "hci:0"',
    example: 'hci:0',
    meaning: 'used when `--radio` is absent',
  },
  {
    name: 'radios',
    kind: 'foreign',
    schema: radiosSchema,
    meaning: 'several beacons on one machine, in place of `radio`: [a name and a radio each](#several-beacons)',
  },
  {
    name: 'frames',
    kind: 'foreign',
    schema: framesSchema,
    meaning: 'which frames are on the air and how often: [its keys](frames.md#settings)',
  },
];

/** Both frames are to get on the air in each window of 2^K s, with the pause at its end. */
export function longestIntervalMs(exponentK: number): number {
  return 2 ** exponentK * 400;
}

const LONGEST_INTERVAL_MS = 10240;
/** From here on the range of `interval_ms` is the narrower limit. */
const SHORT_WINDOWS = [0, 1, 2, 3, 4].filter((exponentK) => longestIntervalMs(exponentK) < LONGEST_INTERVAL_MS);

export const rules: readonly SettingRule[] = [
  {
    path: ['interval_ms'],
    check: ({ exponent_k: exponentK, interval_ms: intervalMs }) => {
      const mostMs = longestIntervalMs(exponentK as number);
      return (intervalMs as number) > mostMs ? `at most ${mostMs} ms with exponent_k = ${exponentK}` : undefined;
    },
    schema: SHORT_WINDOWS.map((exponentK) => ({
      if: { properties: { exponent_k: { const: exponentK } }, required: ['exponent_k'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: { properties: { interval_ms: { maximum: longestIntervalMs(exponentK) } } },
    })),
  },
  { path: ['radios'], check: findRadiosFault, schema: radiosConditions },
  {
    path: ['frames'],
    check: (values) => (values.frames === undefined ? undefined : findFrameFault(values.frames, contextOf(values))),
    schema: [],
  },
];

/** What the frames have to fit. */
export function contextOf({ exponent_k: exponentK, interval_ms: intervalMs }: SettingValues): FrameContext {
  return { exponentK: exponentK as number, intervalMs: intervalMs as number, longestIntervalMs };
}
