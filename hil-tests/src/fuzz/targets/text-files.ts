import { isDeepStrictEqual } from 'node:util';
import { formatSeed, parseSeed } from '@deskbeacon/beacon/control';
import { BeaconError, parseConfig, readRequest } from '@deskbeacon/beacon/testing';
import { CliError, parsePlan } from '@deskbeacon/cli/testing';
import { type FuzzTarget, mustHold, octetsOf } from '../target.js';
import { encodeJson, jsonDictionary, mutateJson } from './json-inputs.js';

const textOf = (input: Uint8Array): string => Buffer.from(input).toString('utf8');
const tomlDictionary = octetsOf(
  ...[' = ', '\n', '"', "'", '"""', "'''", '[', ']', '[[', ']]', '{', '}', ',', '.', '#', '0x', '1e9', 'nan', '-inf'],
  ...['1979-05-27T07:32:00Z', 'true', '__proto__', 'constructor', '\\u0000', '\\uD800', '1_000', '9223372036854775807'],
);

const config = [
  'organisation_uuid = "0f8fad5b-d9cb-469f-a165-70867728950e"',
  'state_directory = "/var/lib/deskbeacond"',
];
const settings = [
  ...['exponent_k = 9', 'interval_ms = 100', 'measured_power_dbm = -59', 'clock_offset_s = 7', 'pairing_minutes = 10'],
  ...['control_socket = "/run/c"', 'button = "/dev/input/x"', 'light = "/sys/class/leds/ACT"', 'seed_file = "/boot/s"'],
  'radio = "hci:0"',
];
const fileName = 'fuzz-input';

/** The daemon's settings: they are taken, each within its range, or refused with the one error that names the file. */
export const toml: FuzzTarget = {
  name: 'toml',
  mostOctets: 4096,
  dictionary: [...tomlDictionary, ...octetsOf(...config, ...settings)],
  seeds: () => octetsOf(config.join('\n'), [...config, ...settings].join('\n')),
  run(input) {
    let taken: ReturnType<typeof parseConfig>;
    try {
      taken = parseConfig(textOf(input), fileName);
    } catch (error) {
      if (!(error instanceof BeaconError)) throw error;
      mustHold(error.code === 'config-invalid', `settings are refused with ${error.code}`);
      mustHold(error.message.includes(fileName), `a refusal that does not name the file: ${error.message}`);
      return;
    }
    mustHold(taken.organisationUuid.length === 16 && taken.stateDirectory !== '', 'settings without what is required');
    mustHold(taken.exponentK >= 0 && taken.exponentK <= 15, `exponent_k ${taken.exponentK}`);
    mustHold(
      taken.intervalMs >= 20 && taken.intervalMs <= 400 * 2 ** taken.exponentK,
      `interval_ms ${taken.intervalMs}`,
    );
    mustHold(taken.pairingMinutes >= 0 && taken.pairingMinutes <= 60, `pairing_minutes ${taken.pairingMinutes}`);
  },
};

const seedText = formatSeed({ setupCode: new Uint8Array(16).fill(9), desk: 'd-1', name: 'Desk 1' });

/** A card's seed: it is taken, and is the same when it is written and read again, or refused with the one error. */
export const seedFile: FuzzTarget = {
  name: 'seed-file',
  mostOctets: 1024,
  dictionary: [...tomlDictionary, ...octetsOf('version = 1', 'setup_code', 'desk', 'name', ...seedText.split('\n'))],
  seeds: () => octetsOf(seedText, seedText.replace('desk = "d-1"\n', '')),
  run(input) {
    try {
      const seed = parseSeed(textOf(input), fileName);
      mustHold(
        isDeepStrictEqual(parseSeed(formatSeed(seed), fileName), seed),
        'a seed is another one when it is read again',
      );
    } catch (error) {
      if (!(error instanceof BeaconError)) throw error;
      mustHold(
        error.code === 'seed-invalid' && error.message.includes(fileName),
        `a seed is refused with ${error.code}: ${error.message}`,
      );
    }
  },
};

/** A plan of labels: every row is a label, or the one error has a line for what is wrong. */
export const plan: FuzzTarget = {
  name: 'plan',
  mostOctets: 4096,
  dictionary: octetsOf(
    ...['desk', 'extension', 'name', ',', ';', '\t', '\n', '\r\n', '"', '""', 'sep=;\n', '\ufeff', 'ä'],
  ),
  seeds: () =>
    octetsOf('desk,extension,name\nd-1,1001,Ada\nd-2,,Bo\n', 'sep=;\r\ndesk;name\r\n"d;1";"a ""b"""\r\nd-2;c\r\n'),
  async run(input) {
    try {
      const { rows } = await parsePlan(textOf(input), fileName);
      mustHold(rows.length > 0, 'a plan without a desk is taken');
      mustHold(new Set(rows.map(({ hostname }) => hostname)).size === rows.length, 'two beacons of one host name');
      for (const row of rows) {
        mustHold(Buffer.byteLength(row.name) <= 48 && row.desk !== '', 'a label that a beacon cannot carry');
        mustHold(row.hostname.length <= 63 && /^[a-z0-9-]+$/.test(row.hostname), `the host name ${row.hostname}`);
      }
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      mustHold(
        error.code === 'bad-desk-plan' && error.message.includes(fileName),
        `a plan is refused with ${error.code}: ${error.message}`,
      );
    }
  },
};

const requests = [
  { do: 'status' },
  { do: 'confirm-clock' },
  { do: 'pair-window', minutes: 5 },
  { do: 'ring-all', isOn: true },
];

/** A line at the daemon's own door: it is one of four requests, within its range, or none. */
export const localRequest: FuzzTarget = {
  name: 'local-request',
  mostOctets: 4096,
  dictionary: [
    ...jsonDictionary,
    ...octetsOf('"do":', '"status"', '"pair-window"', '"minutes":', '"ring-all"', '"isOn":'),
  ],
  seeds: () => requests.map(encodeJson),
  generate: (random) => encodeJson(mutateJson(requests[Math.floor(random.uniform() * requests.length)], random)),
  run(input) {
    const request = readRequest(textOf(input));
    if (
      request === undefined ||
      request.do === 'status' ||
      request.do === 'confirm-clock' ||
      request.do === 'neighbours'
    )
      return;
    if (request.do === 'ring-all') mustHold(typeof request.isOn === 'boolean', 'ring-all without a yes or no');
    else mustHold(request.minutes > 0 && request.minutes <= 60, `a window of ${request.minutes} minutes`);
  },
};
