import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../bin/deskbeacon.mjs', import.meta.url));
const code = '000G-40R4-0M30-E209-185G-R38E-1WFA';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskbeacon-cli-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], input = ''): Ran {
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', input, cwd: directory });
}

describe('deskbeacon labels', () => {
  it('takes codes from standard input and names the file it wrote', () => {
    const ran = run(['labels', '--codes', '-', '--output', 'labels.pdf'], `Desk 12\t${code}\n`);
    expect(ran).toMatchObject({ status: 0, stdout: 'labels.pdf\n', stderr: '' });
    expect(readFileSync(join(directory, 'labels.pdf'), 'latin1')).toMatch(/^%PDF-/);
  });

  it('tells as JSON what it wrote', () => {
    const args = ['--sheet', 'brother-dk-11209', '--format', 'svg', '--output', 'l.svg', '--json'];
    const { stdout } = run(['labels', '--codes', '-', ...args], `a\t${code}\nb\t${code}\n`);
    expect(JSON.parse(stdout)).toEqual({ labels: 2, sheet: 'brother-dk-11209', files: ['l-1.svg', 'l-2.svg'] });
  });

  it.each([
    [2, ['labels', '--output', 'l.pdf'], "required option '--codes <file>'"],
    [2, ['labels', '--codes', '-', '--output', 'l.pdf', '--sheet', 'avery-l4731'], 'Allowed choices are avery-3490'],
    [2, ['labels', '--codes', '-', '--output', 'l.pdf', '--skip', '-1'], 'a whole number, 0 to 999'],
    [2, ['labels', '--codes', '-', '--output', 'l.pdf', '--skip', '24'], 'expected at most 23 labels to skip, got 24'],
    [65, ['labels', '--codes', '-', '--output', 'l.pdf', '--font', program], 'cannot be used in a PDF'],
    [66, ['labels', '--codes', 'none.tsv', '--output', 'l.pdf'], 'none.tsv: cannot be read'],
    [73, ['labels', '--codes', '-', '--output', 'none/l.pdf'], 'none/l.pdf: cannot be written'],
  ])('ends with exit code %i, says why, and writes nothing: %j', (status, args, said) => {
    const ran = run(args, `Desk 12\t${code}\n`);
    expect(ran).toMatchObject({ status, stdout: '' });
    expect(ran.stderr).toContain(said);
    expect(ran.stderr).not.toContain('this is a bug');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('never tells a code that is wrong', () => {
    const ran = run(['labels', '--codes', '-', '--output', 'l.pdf'], `Desk 12\t${code}0\n`);
    expect(ran.status).toBe(65);
    expect(ran.stderr).toContain('-:1: expected 28 letters');
    expect(ran.stderr).not.toContain('40R4');
  });
});

describe('deskbeacon image-seed', () => {
  it('turns a plan into folders and labels, and prints no code', () => {
    writeFileSync(join(directory, 'plan.csv'), 'desk,extension,name\nd-1,42,Desk 1\nd-2,42,Desk 2\n');
    const ran = run(['image-seed', 'plan.csv', '--output', 'seeds']);
    expect(ran.status).toBe(0);
    expect(ran.stderr).toBe('plan.csv:3: extension 42 stands in line 2, too\n');
    expect(ran.stdout.split('\n')).toEqual([
      expect.stringMatching(/^d-1\t[0-9a-f]{8}\tseeds\/deskbeacon-d-1$/),
      expect.stringMatching(/^d-2\t[0-9a-f]{8}\tseeds\/deskbeacon-d-2$/),
      'seeds/labels.svg',
      'seeds/labels.pdf',
      '',
    ]);
    const again = run(['image-seed', 'plan.csv', '--output', 'seeds', '--json']);
    expect(again).toMatchObject({ status: 73, stdout: '' });
    expect(again.stderr).toContain('nothing was written\nTry: ');
    const replaced = run(['image-seed', 'plan.csv', '--output', 'seeds', '--json', '--replace']);
    expect(JSON.parse(replaced.stdout)).toMatchObject({
      beacons: [{ desk: 'd-1', hostname: 'deskbeacon-d-1' }, { desk: 'd-2' }],
      sheets: ['seeds/labels.svg', 'seeds/labels.pdf'],
      warnings: [{ line: 3 }],
    });
    const seed = readFileSync(join(directory, 'seeds/deskbeacon-d-1/deskbeacon-seed.toml'), 'utf8');
    const [drawn] = /[0-9A-Z]{4}(-[0-9A-Z]{4}){6}/.exec(seed) ?? [];
    expect(drawn).toHaveLength(34);
    expect(replaced.stdout).not.toContain(drawn);
  });

  it('ends with 65 and every finding of a plan, and writes nothing', () => {
    const ran = run(['image-seed', '-', '--output', 'seeds'], 'desk,name\n,x\nd-1,a\nd-1,b\n');
    expect(ran).toMatchObject({ status: 65, stdout: '' });
    expect(ran.stderr).toMatch(/-:2: desk: .*\n {2}-:4: desk: .*\nTry: /);
    expect(readdirSync(directory)).toEqual([]);
  });
});
