import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opcodes } from './radio/index.js';
import { type ScriptedController, startScriptedController } from './radio/testing/scripted-controller.js';
import { until } from './radio/testing/until.js';

const launcher = fileURLToPath(new URL('../bin/deskbeacond.mjs', import.meta.url));
/** Plants a bug into the daemon's process: at SIGUSR2 an error that nobody catches. */
const bugs = {
  'an exception that nobody catches': 'throw new Error("planted")',
  'a rejection that nobody handles': 'Promise.reject(new Error("planted"))',
};

let directory: string;
let config: string;
let controller: ScriptedController;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacond-'));
  config = join(directory, 'desk.toml');
  await writeFile(
    config,
    `organisation_uuid = "8b0ca750-e7a7-4e14-bd99-095477cb3e77"\nstate_directory = "${join(directory, 'state')}"\npairing_minutes = 0`,
  );
  controller = await startScriptedController();
});
afterEach(async () => {
  await controller.close();
  await rm(directory, { recursive: true, force: true });
});

function start(args: readonly string[], nodeOptions = ''): { child: ChildProcess; stderr: () => string } {
  const env = { ...process.env, NODE_OPTIONS: nodeOptions };
  const child = spawn(process.execPath, [launcher, ...args, '--config', config], { env });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return { child, stderr: () => stderr };
}

describe('a bug in the daemon', () => {
  it.each(
    Object.entries(bugs),
  )('%s ends it with 70 and its stack, and leaves the controller silent', async (_, bug) => {
    const preload = `data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${bug} })`)}`;
    const { child, stderr } = start(['run', '--radio', `h4:unix:${controller.path}`], `--import ${preload}`);
    await until('it advertises', controller.isAdvertising, 10_000);
    child.kill('SIGUSR2');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(70);
    expect(stderr()).toContain('this is a bug');
    expect(stderr()).toContain('Error: planted');
    expect(stderr().split('this is a bug')).toHaveLength(2);
    expect(controller.isAdvertising()).toBe(false);
    const data = controller.received.filter(({ opcode }) => opcode === opcodes.leSetAdvertisingData).at(-1);
    expect(data?.parameters).toEqual(new Uint8Array(32));
  });
});

describe('a profile into a pipe that nobody reads', () => {
  it('is no bug', async () => {
    const daemon = start(['run', '--radio', `h4:unix:${controller.path}`]);
    await until('it advertises', controller.isAdvertising, 10_000);
    daemon.child.kill('SIGTERM');
    await once(daemon.child, 'close');
    const { child, stderr } = start(['profile', '--desk', 'd-12', '--days', '30']);
    child.stdout?.destroy();
    const [code] = (await once(child, 'close')) as [number];
    expect(stderr()).not.toContain('bug');
    expect(stderr()).toContain('[output-unwritable]');
    expect(code).toBe(73);
  });
});
