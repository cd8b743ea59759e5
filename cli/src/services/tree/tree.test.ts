import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cliErrorCodes, exitCodeFor } from '../../errors/cli-error.js';
import { exitMeanings } from '../../errors/exit-codes.js';

const cli = fileURLToPath(new URL('../../../bin/deskbeacon.mjs', import.meta.url));
const run = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8' });

/** What bash would offer after these words. */
function complete(words: readonly string[]): readonly string[] {
  const script = `${run('completion', 'bash')}
COMP_WORDS=(deskbeacon ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_deskbeacon
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
}

describe('completion', () => {
  it('offers commands, their commands, their choices and their options', () => {
    expect(complete(['pa'])).toEqual(['pair']);
    expect(complete(['profile', ''])).toEqual(expect.arrayContaining(['export', 'verify', 'key']));
    expect(complete(['ring-all', 'office', 'o'])).toEqual(['on', 'off']);
    expect(complete(['profile', 'export', '1001', '--d'])).toEqual(['--days']);
    expect(complete(['pair', '1001', '--code-'])).toEqual(['--code-file']);
  });

  it.each(['bash', 'zsh', 'fish'])('is a script that %s can read', (shell) => {
    const script = run('completion', shell);
    expect(script).toContain('deskbeacon');
    if (spawnSync(shell, ['--version']).status !== 0) return;
    expect(spawnSync(shell, ['-n'], { input: script }).status).toBe(0);
  });
});

describe('the manual', () => {
  it('has every command and every option of the tree, and no line that groff does not know', () => {
    const page = run('man');
    for (const name of ['pair', 'profile export', 'ring\\-all', 'calibrate'])
      expect(page).toContain(`.SS ${name.replace('\\', '')}`.replace('\\-', '-'));
    expect(page).toContain('.B \\-\\-code\\-file <file>');
    if (!existsSync('/usr/bin/groff')) return;
    const { stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww'], { input: page, encoding: 'utf8' });
    expect(stderr).toBe('');
  });

  it('explains every exit code that the program ends with', () => {
    const explained = exitMeanings.map(([code]) => code as number);
    for (const code of cliErrorCodes) expect(explained).toContain(exitCodeFor(code));
  });
});

describe('every command', () => {
  it('takes --json and --plain, and refuses both at once', () => {
    const sections = run('man')
      .split(/^\.SS /m)
      .slice(1);
    const commands = sections.filter((section) => !/^(completion|man) /.test(section));
    expect(commands.length).toBeGreaterThan(45);
    expect(sections.length - commands.length).toBe(2);
    for (const section of commands) {
      expect(section).toContain('.B \\-\\-json\n');
      expect(section).toContain('.B \\-\\-plain\n');
    }
    const { status, stderr } = spawnSync(process.execPath, [cli, 'list', '--json', '--plain'], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain('--plain');
  });
});

describe('docs/cli.md', () => {
  it('has the exit codes of the program', () => {
    const page = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8');
    for (const [code, meaning] of exitMeanings) expect(page).toContain(`| ${code} | ${meaning} |`);
  });

  it('tells of every command', () => {
    const page = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8');
    const names = [...run('man').matchAll(/^\.SS ([a-z\\-]+)/gm)].map(([, name = '']) => name.replaceAll('\\', ''));
    expect(names.length).toBeGreaterThan(30);
    for (const name of names) expect(page, name).toContain(name);
  });
});
