import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** docs/tutorial.md, followed as a reader does: its commands, its files, its output. Only /tmp is a folder of this test. */

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/tutorial.md'), 'utf8');
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
const files = [...page.matchAll(/Write this to `([\w.]+)`:\n\n```js\n([\s\S]*?)^```$/gm)];
const runs = [...page.matchAll(/^```console\n\$ (.*)\n([\s\S]*?)^```$/gm)].map(([, command = '', output = '']) => ({
  command,
  output,
}));

describe('the tutorial', () => {
  let folder: string;
  const run = (command: string, cwd: string): string =>
    execFileSync('sh', ['-ec', command.replaceAll('/tmp/', `${folder}/`).replace(/ \/tmp$/, ` ${folder}`)], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nothing is fetched: the package has no dependencies.
      env: { ...process.env, npm_config_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' },
    });
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tutorial-'));
    const [pack, ...install] = commands;
    run(pack as string, root);
    run(install.join('\n'), root);
    for (const [, name = '', text = ''] of files) writeFileSync(join(folder, 'desk-call', name), text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has the three steps that this test follows', () => {
    expect([commands.length, files.length, runs.length]).toEqual([3, 2, 3]);
    expect(files[1]?.[2]?.trim().split('\n').length, 'an app of forty lines').toBeLessThanOrEqual(45);
  });

  it('installs the package and nothing else', () => {
    const modules = join(folder, 'desk-call/node_modules');
    expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).toEqual(['@deskbeacon']);
    expect(readdirSync(join(modules, '@deskbeacon'))).toEqual(['proximity-core']);
  });

  it.each(runs)('shows what $command prints', ({ command, output }) => {
    expect(run(command, join(folder, 'desk-call'))).toBe(output);
  });
});
