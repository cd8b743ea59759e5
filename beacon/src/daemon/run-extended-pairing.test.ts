import { afterEach, describe, expect, it } from 'vitest';
import { opcodes } from '../radio/index.js';
import { usualFrames } from '../schedule/frame-set.js';
import { type DaemonAtController, startDaemonAtController } from './testing/daemon-at-controller.js';

describe('the pairing window at a controller with advertising sets', () => {
  let daemon: DaemonAtController;
  afterEach(() => daemon.clear());

  it('is one connectable set with its scan response, by extended commands alone', async () => {
    const frames = { ...usualFrames, extended: true };
    daemon = await startDaemonAtController({ advertisingSets: 3, frames, pairingMinutes: 1 });
    const { controller, parametersOf } = daemon;
    // ADV_IND in a legacy PDU (§7.8.53) from the public address.
    const [parameters] = parametersOf(opcodes.leSetExtendedAdvertisingParameters);
    expect([parameters?.[1], parameters?.[10]]).toEqual([0x13, 0]);
    expect(parametersOf(opcodes.leSetExtendedScanResponseData)).toHaveLength(1);
    const legacy: readonly number[] = [opcodes.leSetAdvertisingParameters, opcodes.leSetAdvertisingEnable];
    expect(controller.received.filter(({ opcode }) => legacy.includes(opcode))).toEqual([]);
  }, 20_000);
});
