import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { programs } from './programs.js';

/** A program in a real terminal of 24 rows, as a person has it before them: script(1) makes the terminal. */
export interface TerminalSession {
  /** Everything that was drawn. */
  drawn(): string;
  /** Waits until this was drawn after what was waited for before. */
  until(part: string): Promise<void>;
  type(text: string): void;
  readonly exitCode: Promise<number>;
}

const SCRIPT = '/usr/bin/script';
const DRAWN_LIMIT_MS = 30_000;
export const hasTerminal = existsSync(SCRIPT);
if (!hasTerminal && process.env.CI === 'true') throw new Error('CI has to have script(1), of bsdutils');

/**
 * @param env for the program; nothing of CI, so that it draws as it would for a person.
 * @param columns of the terminal.
 * @param program the command line, where no other is named.
 */
export function openTerminal(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  columns = 80,
  program: string = programs.cli,
): TerminalSession {
  const { CI: _ci, ...usual } = env;
  const command = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn(SCRIPT, ['-qfec', `stty cols ${columns} rows 24; exec ${command}`, '/dev/null'], {
    env: { TERM: 'xterm-256color', SHELL: '/bin/sh', ...usual },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let all = '';
  let seen = 0;
  let look = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    all += text;
    look();
  });
  return {
    drawn: () => all,
    type: (text) => void child.stdin.write(text),
    exitCode: new Promise((resolve) => child.once('exit', (code) => resolve(code ?? -1))),
    until: (part) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`did not draw "${part}": ${all}`)), DRAWN_LIMIT_MS);
        look = () => {
          const at = stripVTControlCharacters(all).indexOf(part, seen);
          if (at < 0) return;
          clearTimeout(timer);
          seen = at + part.length;
          look = () => {};
          resolve();
        };
        look();
      }),
  };
}
