import { allNodes, type CommandNode, item, toRoff } from '@deskbeacon/beacon/help';

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
    ...exits.flatMap(([code, meaning]) => item(String(code), toRoff(meaning))),
    '.SH ENVIRONMENT',
    ...[
      ['DESKBEACON_REGISTRY', 'as --registry'],
      ['DESKBEACON_PASSPHRASE_FILE', 'as --passphrase-file'],
      ['DESKBEACON_RADIO', 'as --radio'],
      ['NO_COLOR', 'no colours'],
      ['INK_SCREEN_READER', 'lines instead of screens, when true'],
    ].flatMap(([name, meaning]) => item(name as string, toRoff(meaning as string))),
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
      .flatMap(({ flags, description: text }) => item(flags, toRoff(text))),
  ];
}
