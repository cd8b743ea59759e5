import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { radioBanner, radioPlugin } from './esbuild-plugin.mjs';
import { startScriptedController } from './testing/scripted-controller.js';

const run = promisify(execFile);
const index = fileURLToPath(new URL('./index.ts', import.meta.url));

/** A program that uses both stacks and the advertiser, says what it saw, and ends by itself. */
const program = `
  import { createAdvertiser, openRadio, startBleno, startNoble } from ${JSON.stringify(index)};
  const link = await openRadio(process.argv[2]);
  const bleno = await startBleno(link);
  const noble = await startNoble(link);
  const reported = new Promise((resolve) => noble.onReport(resolve));
  const advertiser = createAdvertiser(link);
  await advertiser.start({ intervalMs: 100, address: Uint8Array.of(1, 2, 3, 4, 5, 6), data: Uint8Array.of(2, 1, 6) });
  await noble.startScanning();
  const { rssiDbm } = await reported;
  console.log(JSON.stringify({ state: bleno.bleno.state, address: bleno.bleno.address, rssiDbm }));
  bleno.close();
  noble.close();
  await link.close();
`;

describe('a bundle made with the plugin', () => {
  test.each([
    { minify: false },
    { minify: true },
  ])('runs outside the tree, with one socket class, $minify', async (options) => {
    const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-bundle-'));
    const entry = join(directory, 'entry.ts');
    const outfile = join(directory, 'entry.mjs');
    await writeFile(entry, program);
    const { warnings } = await build({
      ...options,
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      banner: { js: radioBanner },
      plugins: [radioPlugin()],
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    const controller = await startScriptedController();
    const reporting = setInterval(() => {
      if (!controller.isScanning()) return;
      controller.report({ address: Uint8Array.of(1, 1, 1, 1, 1, 1), data: Uint8Array.of(2, 1, 6), rssiDbm: -42 });
    }, 20);
    const { stdout, stderr } = await run(process.execPath, [outfile, `h4:unix:${controller.path}`], {
      timeout: 15_000,
    });
    clearInterval(reporting);
    expect(JSON.parse(stdout)).toEqual({ state: 'poweredOn', address: '11:22:33:44:55:66', rssiDbm: -42 });
    expect(stderr).toBe('');
    await controller.close();
    await rm(directory, { recursive: true });
  });
});
