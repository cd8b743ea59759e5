/** Scripts that complete commands, options, their choices, and files elsewhere. */
import { allNodes, type CommandNode, type OptionNode } from './command-tree.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** @param program its name. @returns a script for the shell to read. */
export function renderCompletion(program: string, tree: CommandNode, shell: Shell): string {
  const scripts = { bash, zsh, fish };
  return scripts[shell](program, tree);
}

function bash(program: string, tree: CommandNode): string {
  const nodes = allNodes(tree);
  const own = nodes.flatMap((node) => node.options.map((option) => [node, option] as const));
  const choices = own.filter(([, { choices: offered }]) => offered.length > 0);
  const files = own.filter(([, { takesValue, choices: offered }]) => takesValue && offered.length === 0);
  const at = ([{ path }, { long }]: readonly [CommandNode, OptionNode]): string => `"${path.join(' ')} ${long}"`;
  return [
    `# bash completion of ${program}: ${program} completion bash > /usr/share/bash-completion/completions/${program}`,
    `_${program}() {`,
    `  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path="" word words=""`,
    `  local known="|${nodes.map(({ path }) => path.join(' ')).join('|')}|"`,
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    `    local longer="\${path:+$path }$word"`,
    '    [[ $known == *"|$longer|"* ]] && path=$longer',
    '  done',
    '  COMPREPLY=()',
    // After an option with a value the shell completes files by itself.
    ...(files.length > 0 ? ['  case "$path $before" in', `    ${files.map(at).join('|')}) return ;;`, '  esac'] : []),
    '  case "$path" in',
    ...nodes.map((node) => `    "${node.path.join(' ')}") words="${wordsOf(node).join(' ')}" ;;`),
    '  esac',
    ...(choices.length > 0
      ? [
          '  case "$path $before" in',
          ...choices.map((choice) => `    ${at(choice)}) words="${choice[1].choices.join(' ')}" ;;`),
          '  esac',
        ]
      : []),
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    `complete -o default -F _${program} ${program}`,
    '',
  ].join('\n');
}

/** zsh runs bash's script once its own emulation of `complete` is loaded (zshcompsys, bashcompinit). */
function zsh(program: string, tree: CommandNode): string {
  return [`#compdef ${program}`, 'autoload -U +X bashcompinit && bashcompinit', bash(program, tree)].join('\n');
}

function fish(program: string, tree: CommandNode): string {
  const lines = allNodes(tree).flatMap((node) => {
    const seen = node.path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const when = `complete -c ${program} -n ${quote(node.path.length === 0 ? '__fish_use_subcommand' : seen)}`;
    return [
      ...node.commands.map((child) => `${when} -f -a ${child.path.at(-1)} -d ${quote(child.description)}`),
      ...node.arguments
        .filter(({ choices }) => choices.length > 0)
        .map(({ choices }) => `${when} -f -a ${quote(choices.join(' '))}`),
      ...node.options.map(({ long, takesValue, choices, description }) => {
        const value = choices.length > 0 ? ` -x -a ${quote(choices.join(' '))}` : takesValue ? ' -r' : '';
        return `${when} -l ${long.replace(/^-+/, '')}${value} -d ${quote(description)}`;
      }),
    ];
  });
  return [`# fish completion of ${program}`, ...lines, ''].join('\n');
}

function wordsOf(node: CommandNode): readonly string[] {
  return [
    ...node.commands.map(({ path }) => path.at(-1) as string),
    ...node.arguments.flatMap(({ choices }) => choices),
    ...node.options.map(({ long }) => long),
  ];
}

/** Fish knows two escapes between single quotes. */
function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
