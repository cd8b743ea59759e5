import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { opcodes } from '../radio/index.js';
import { startDaemonAtController } from './testing/daemon-at-controller.js';

it('a controller that answers nothing any more ends the daemon with its code within 5 s', async () => {
  const daemon = await startDaemonAtController();
  for (const opcode of Object.values(opcodes)) daemon.controller.deviate({ opcode, answer: 'drop' });
  const sinceMs = performance.now();
  await expect(daemon.ended).rejects.toMatchObject({
    name: 'BeaconError',
    code: expect.stringMatching(/^(hci-timeout|radio-lost)$/),
  });
  expect(performance.now() - sinceMs).toBeLessThan(5000);
  expect(await readdir(daemon.stateDirectory)).not.toContain('lock');
  await daemon.clear();
});
