import { allNodes, type CommandNode } from './command-tree.js';

/** @returns the manual page in roff (man(7)). @param exits code and meaning. */
export function renderManual(
  tree: CommandNode,
  { version, exits }: { readonly version: string; readonly exits: readonly (readonly [number, string])[] },
): string {
  return [
    `.TH DESKBEACON 1 "" "deskbeacon ${version}" "User Commands"`,
    '.SH NAME',
    `deskbeacon \\- ${toRoff(tree.description)}`,
    '.SH SYNOPSIS',
    '.B deskbeacon',
    '.I command',
    '[options]',
    '.SH COMMANDS',
    ...allNodes(tree)
      .filter(({ path, commands }) => path.length > 0 && commands.length === 0)
      .flatMap(describe),
    '.SH EXIT STATUS',
    ...exits.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, toRoff(meaning)]),
    '.SH ENVIRONMENT',
    ...[
      ['DESKBEACON_REGISTRY', 'as --registry'],
      ['DESKBEACON_PASSPHRASE_FILE', 'as --passphrase-file'],
      ['DESKBEACON_RADIO', 'as --radio'],
      ['NO_COLOR', 'no colours'],
      ['INK_SCREEN_READER', 'lines instead of screens, when true'],
    ].flatMap(([name, meaning]) => ['.TP', `.B ${name}`, toRoff(meaning as string)]),
    '.SH SEE ALSO',
    '.BR deskbeacond (1)',
    '',
  ].join('\n');
}

function describe({ path, usage, description, arguments: taken, options }: CommandNode): readonly string[] {
  return [
    `.SS ${path.join(' ')} ${toRoff(usage.replace('[options] ', ''))}`,
    toRoff(description),
    ...taken
      .filter(({ description: text }) => text !== '')
      .flatMap(({ name, description: text }) => ['.TP', `.I ${name}`, toRoff(text)]),
    ...options
      .filter(({ long }) => long !== '--help')
      .flatMap(({ flags, description: text }) => ['.TP', `.B ${toRoff(flags)}`, toRoff(text)]),
  ];
}

/** A hyphen is one to copy, other letters than ASCII's have names, a line must not begin with a control character. */
function toRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/[^\x20-\x7e]/gu, (letter) => `\\[u${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(/^([.'])/, '\\&$1');
}
