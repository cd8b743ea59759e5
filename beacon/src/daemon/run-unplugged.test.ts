import { expect, it } from 'vitest';
import { startDaemonAtController } from './testing/daemon-at-controller.js';

it('a link that closes ends the daemon at once with radio-lost', async () => {
  const daemon = await startDaemonAtController();
  const sinceMs = performance.now();
  daemon.controller.unplug();
  await expect(daemon.ended).rejects.toMatchObject({ name: 'BeaconError', code: 'radio-lost' });
  expect(performance.now() - sinceMs).toBeLessThan(1000);
  await daemon.clear();
});
