/** deskbeacond(8), from the commands, and deskbeacond.toml(5), from the table of settings; in roff, man(7). */
import { rowsOf } from '../config/settings-docs.js';
import { settings } from '../config/settings-table.js';
import { VERSION } from '../version.js';
import { allNodes, type CommandNode } from './command-tree.js';
import { example, item, toRoff, toRoffSentence } from './roff.js';

export const sections = ['8', '5'] as const;
export type Section = (typeof sections)[number];

/** The exit codes and when; a test compares them with docs/daemon.md. */
export const exits: readonly (readonly [number, string])[] = [
  [0, 'ended by a signal, or done'],
  [2, 'wrong use: options, radio string'],
  [65, 'key damaged, or the state of a later version; the seed is malformed; a secret would be in the support bundle'],
  [66, 'no configuration; `profile` before the first start; the seed cannot be read'],
  [
    69,
    'before the first frame: no such radio, radio lost, controller does not answer, refuses, or has no Bluetooth LE; no daemon answers',
  ],
  [70, 'a bug; the stack is printed'],
  [73, 'state directory, capture or output cannot be written'],
  [75, 'adapter or state directory in use'],
  [77, 'no permission for the adapter or the state; modes too wide'],
  [78, 'a setting is wrong'],
];

export function renderManual(tree: CommandNode, section: Section): string {
  return `${(section === '8' ? programPage(tree) : settingsPage()).join('\n')}\n`;
}

function programPage(tree: CommandNode): readonly string[] {
  return [
    `.TH DESKBEACOND 8 "" "deskbeacond ${VERSION}" "System Administration"`,
    '.SH NAME',
    'deskbeacond \\- puts one desk on the air',
    '.SH SYNOPSIS',
    '.B deskbeacond',
    '.I command',
    '[options]',
    '.SH DESCRIPTION',
    toRoff(tree.description),
    '.SH COMMANDS',
    ...allNodes(tree)
      .filter(({ path, commands }) => path.length > 0 && commands.length === 0)
      .flatMap(describe),
    '.SH EXIT STATUS',
    ...exits.flatMap(([code, meaning]) => item(String(code), toRoffSentence(meaning))),
    '.SH SIGNALS',
    toRoff('SIGTERM, SIGINT and SIGHUP end it: advertising off, data cleared from the controller, floor written.'),
    '.SH ENVIRONMENT',
    ...item(
      'JOURNAL_STREAM',
      toRoff('device and inode of the stream to the journal, set by systemd; where they are those of standard error,'),
      toRoff('lines begin with their priority'),
    ),
    '.SH FILES',
    ...item('/etc/deskbeacon/deskbeacond.toml', toRoff('the usual place of the settings')),
    ...item('/run/deskbeacond/control.sock', toRoff('the usual place of the control socket')),
    '.SH SEE ALSO',
    '.BR deskbeacond.toml (5),',
    '.BR deskbeacon (1)',
  ];
}

function describe({ path, usage, description, arguments: taken, options }: CommandNode): readonly string[] {
  return [
    `.SS ${[...path, toRoff(usage.replace(/\[options\] ?/, ''))].join(' ').trim()}`,
    toRoff(description),
    ...taken
      .filter(({ description: text }) => text !== '')
      .flatMap(({ name, description: text }) => ['.TP', `.I ${toRoff(name)}`, toRoff(text)]),
    ...options
      .filter(({ long }) => long !== '--help')
      .flatMap(({ flags, description: text, choices }) =>
        item(flags, toRoff(choices.length > 0 ? `${text}: ${choices.join(', ')}` : text)),
      ),
  ];
}

function settingsPage(): readonly string[] {
  const required = settings.flatMap((setting) =>
    setting.kind === 'text' && setting.isRequired === true ? [setting] : [],
  );
  return [
    `.TH DESKBEACOND.TOML 5 "" "deskbeacond ${VERSION}" "File Formats"`,
    '.SH NAME',
    'deskbeacond.toml \\- settings of deskbeacond',
    '.SH DESCRIPTION',
    toRoff('TOML. An unknown setting is refused, with its line and the name that may have been meant.'),
    '.B deskbeacond check\\-config',
    toRoff('reads a file without starting and names all that is wrong with it.'),
    toRoff('Once a beacon is claimed, what its owner set over the air wins over'),
    toRoff('organisation_uuid, exponent_k, interval_ms, measured_power_dbm and clock_offset_s.'),
    '.SH SETTINGS',
    ...rowsOf(settings).flatMap(({ name, range, usual, meaning }) =>
      item(name, toRoffSentence(`${range}; default: ${usual}`), toRoffSentence(meaning)),
    ),
    '.SH EXAMPLE',
    ...example([
      ...required.map(({ name, example: value }) => `${name} = ${JSON.stringify(value)}`),
      'control_socket = "/run/deskbeacond/control.sock"',
      'radio = "hci:0"',
    ]),
    '.SH SEE ALSO',
    '.BR deskbeacond (8)',
  ];
}
