import { afterEach, describe, expect, it } from 'vitest';
import { opcodes } from '../radio/index.js';
import { until } from '../radio/testing/until.js';
import { usualFrames } from '../schedule/frame-set.js';
import { type DaemonAtController, startDaemonAtController } from './testing/daemon-at-controller.js';

/** The daemon at a controller that takes extended commands and, as the specification says, no legacy one after them. */

const legacy: readonly number[] = [
  opcodes.leSetAdvertisingParameters,
  opcodes.leReadAdvertisingPhysicalChannelTxPower,
  opcodes.leSetAdvertisingData,
  opcodes.leSetScanResponseData,
  opcodes.leSetAdvertisingEnable,
];

describe('the daemon at a controller with advertising sets', () => {
  let daemon: DaemonAtController;
  afterEach(() => daemon.clear());

  it('gives each frame a set of its own and sends no legacy command: neither its own nor bleno’s', async () => {
    const frames = { ...usualFrames, etlm: { everyMs: 1000 }, extended: true, txPowerDbm: -8 };
    daemon = await startDaemonAtController({ advertisingSets: 3, frames, exponentK: 3 });
    const { controller, log, parametersOf } = daemon;
    const enabled = parametersOf(opcodes.leSetExtendedAdvertisingEnable).filter(([isOn]) => isOn === 1);
    expect([...(enabled[0] ?? [])]).toEqual([1, 3, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]);
    expect(log.find(({ event }) => event === 'advertising')?.fields).toMatchObject({
      controllerSets: 3,
      txPowerDbm: -4,
      frames: 'ibeacon eid etlm',
    });
    const told = (): number =>
      parametersOf(opcodes.leSetExtendedAdvertisingData).filter(([handle]) => handle === 2).length;
    await until('telemetry is told anew', () => told() >= 3, 5000);
    await until('the identity changes', () => log.some(({ event }) => event === 'identity-changed'), 10_000);
    expect(controller.received.filter(({ opcode }) => legacy.includes(opcode))).toEqual([]);
    daemon.stop();
    await daemon.ended;
    expect(controller.isAdvertising()).toBe(false);
    expect(controller.received.at(-1)?.opcode).toBe(opcodes.leClearAdvertisingSets);
    expect(controller.received.filter(({ opcode }) => legacy.includes(opcode))).toEqual([]);
  }, 30_000);
});
