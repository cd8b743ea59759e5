import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { settings } from '../config/settings-table.js';
import { beaconErrorCodes, exitCodeFor } from '../errors.js';
import { exits } from './manual.js';

const launcher = fileURLToPath(new URL('../../bin/deskbeacond.mjs', import.meta.url));
const run = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [launcher, ...args], { encoding: 'utf8' });
const page = readFileSync(new URL('../../../docs/daemon.md', import.meta.url), 'utf8');
const commands = [...run('--help').matchAll(/^ {2}([a-z-]+) (?:\[|<| )/gm)]
  .map(([, name]) => name as string)
  .filter((name) => name !== 'help');

/** What bash would offer after these words. */
function complete(...words: readonly string[]): readonly string[] {
  const script = `${run('completion', 'bash')}
COMP_WORDS=(deskbeacond ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_deskbeacond
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
}

describe('completion of deskbeacond', () => {
  it('offers commands, their choices and options, and leaves the values of options to the shell', () => {
    expect(complete('')).toEqual(expect.arrayContaining(commands));
    expect(complete('st')).toEqual(['status']);
    expect(complete('ring-all', 'o')).toEqual(['on', 'off']);
    expect(complete('status', '--w')).toEqual(['--watch']);
    expect(complete('run', '--config', 'x', '--log-format', '')).toEqual(['text', 'json']);
    expect(complete('run', '--config', '')).toEqual(['']);
    expect(complete('man', '')).toEqual(expect.arrayContaining(['8', '5']));
  });

  it.each(['bash', 'zsh', 'fish'])('is a script that %s can read', (shell) => {
    const script = run('completion', shell);
    expect(script).toContain('deskbeacond');
    if (spawnSync(shell, ['--version']).status !== 0) return;
    expect(spawnSync(shell, ['-n'], { input: script }).status).toBe(0);
  });
});

describe('the manual pages', () => {
  it.each(['8', '5'])('of section %s have no line that groff or mandoc does not know', (section) => {
    const roff = run('man', section);
    expect(roff).toMatch(/^\.TH DESKBEACOND(\.TOML)? [85] /);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: only ASCII is the same in every locale.
    expect(roff).toMatch(/^[\x0a\x20-\x7e]*$/);
    for (const [program, ...args] of [
      ['groff', '-man', '-Tutf8', '-ww'],
      ['mandoc', '-T', 'lint', '-W', 'warning'],
    ] as const) {
      if (spawnSync(program, ['--version']).error !== undefined) continue;
      const { stdout, stderr } = spawnSync(program, args, { input: roff, encoding: 'utf8' });
      expect(program === 'groff' ? stderr : stdout + stderr).toBe('');
    }
  });

  it('tell of every command with its options, and of every setting', () => {
    const [program, file] = [run('man'), run('man', '5')];
    expect(commands.length).toBeGreaterThan(8);
    for (const name of commands) expect(program).toMatch(new RegExp(`^\\.SS ${name}( |$)`, 'm'));
    expect(program).toContain('.B \\-\\-log\\-format <format>');
    for (const { name } of settings) expect(file).toContain(`\n.B ${name}\n`);
  });

  it('have the exit codes of the program and of docs/daemon.md', () => {
    for (const [code, meaning] of exits) expect(page).toContain(`| ${code} | ${meaning} |`);
    for (const code of beaconErrorCodes) expect(exits.map(([known]) => known)).toContain(exitCodeFor(code));
  });
});

describe('docs/daemon.md', () => {
  it('tells of every command', () => {
    for (const name of commands) expect(page, name).toContain(`deskbeacond ${name}`);
  });
});
