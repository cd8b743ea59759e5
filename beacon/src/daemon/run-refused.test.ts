import { expect, it } from 'vitest';
import { opcodes } from '../radio/index.js';
import { startDaemonAtController } from './testing/daemon-at-controller.js';

it('a controller that refuses a command ends the daemon at once, and leaves nothing on the air', async () => {
  const daemon = await startDaemonAtController();
  daemon.controller.deviate({ opcode: opcodes.leSetAdvertisingData, status: 0x1f, times: 1 });
  const sinceMs = performance.now();
  await expect(daemon.ended).rejects.toMatchObject({ name: 'HciRefusal', code: 'hci-refused' });
  expect(performance.now() - sinceMs).toBeLessThan(1000);
  expect(daemon.controller.isAdvertising()).toBe(false);
  expect(daemon.parametersOf(opcodes.leSetAdvertisingData).at(-1)).toEqual(new Uint8Array(32));
  await daemon.clear();
});
