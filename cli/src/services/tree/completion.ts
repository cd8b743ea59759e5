import { allNodes, type CommandNode } from './command-tree.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const PROGRAM = 'deskbeacon';

/** @returns a script for the shell to read: what may follow each command, its options, and files elsewhere. */
export function renderCompletion(tree: CommandNode, shell: Shell): string {
  const scripts: Readonly<Record<Shell, (tree: CommandNode) => string>> = { bash, zsh, fish };
  return scripts[shell](tree);
}

function wordsOf(node: CommandNode): readonly string[] {
  return [
    ...node.commands.map(({ path }) => path.at(-1) as string),
    ...node.arguments.flatMap(({ choices }) => choices),
    ...node.options.map(({ long }) => long),
  ];
}

function bash(tree: CommandNode): string {
  const cases = allNodes(tree).map((node) => `    "${node.path.join(' ')}") words="${wordsOf(node).join(' ')}" ;;`);
  return [
    `# bash completion of ${PROGRAM}: ${PROGRAM} completion bash > /etc/bash_completion.d/${PROGRAM}`,
    `_${PROGRAM}() {`,
    `  local current=\${COMP_WORDS[COMP_CWORD]} path="" word words=""`,
    `  local known="|${allNodes(tree)
      .map(({ path }) => path.join(' '))
      .join('|')}|"`,
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    `    local longer="\${path:+$path }$word"`,
    '    [[ $known == *"|$longer|"* ]] && path=$longer',
    '  done',
    '  case "$path" in',
    ...cases,
    '  esac',
    '  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")',
    '}',
    `complete -o default -F _${PROGRAM} ${PROGRAM}`,
    '',
  ].join('\n');
}

/** zsh runs bash's script once its own emulation of `complete` is loaded (zshcompsys, bashcompinit). */
function zsh(tree: CommandNode): string {
  return [
    `#compdef ${PROGRAM}`,
    'autoload -U +X bashcompinit && bashcompinit',
    // mapfile is bash's alone.
    bash(tree).replace(
      'mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")',
      'COMPREPLY=($(compgen -W "$words" -- "$current"))',
    ),
  ].join('\n');
}

function fish(tree: CommandNode): string {
  const quote = (text: string): string => `'${text.replaceAll("'", '’').replaceAll('\\', '')}'`;
  const lines = allNodes(tree).flatMap((node) => {
    const seen = node.path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const condition = node.path.length === 0 ? '__fish_use_subcommand' : seen;
    return [
      ...node.commands.map(
        (child) =>
          `complete -c ${PROGRAM} -f -n ${quote(condition)} -a ${child.path.at(-1)} -d ${quote(child.description)}`,
      ),
      ...node.options.map(
        ({ long, takesValue, description }) =>
          `complete -c ${PROGRAM} -n ${quote(condition)} -l ${long.replace(/^-+/, '')}${takesValue ? ' -r' : ''} -d ${quote(description)}`,
      ),
    ];
  });
  return [`# fish completion of ${PROGRAM}`, ...lines, ''].join('\n');
}
