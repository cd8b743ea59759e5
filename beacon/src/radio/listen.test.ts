import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HeardAdvertisement } from './advertising-reports.js';
import type { HciLink } from './link.js';
import { listen } from './listen.js';
import { opcodes, statuses } from './opcodes.js';
import { openRadio } from './open-radio.js';
import { type ScriptedController, startScriptedController } from './testing/scripted-controller.js';
import { until } from './testing/until.js';

const report = { address: Uint8Array.of(1, 2, 3, 4, 5, 6), data: Uint8Array.of(2, 1, 6), rssiDbm: -70 };

let controller: ScriptedController;
let link: HciLink;

beforeEach(async () => {
  controller = await startScriptedController();
  link = await openRadio(`h4:unix:${controller.path}`);
});
afterEach(async () => {
  await link.close();
  await controller.close();
});

describe('listening', () => {
  it('is passive, half of the time, and ends with the signal; what comes in between is heard', async () => {
    const stop = new AbortController();
    const heard: HeardAdvertisement[] = [];
    const listening = listen(link, { forMs: 60_000, signal: stop.signal, onHeard: (one) => heard.push(one) });
    await until('the scan', () => controller.isScanning());
    controller.report(report);
    await until('the report', () => heard.length === 1);
    stop.abort();
    await listening;
    expect(controller.isScanning()).toBe(false);
    expect(heard).toEqual([report]);
    const parameters = controller.received.find(({ opcode }) => opcode === opcodes.leSetScanParameters)?.parameters;
    expect(Buffer.from(parameters ?? []).toString('hex')).toBe('00600030000000');
    // Whoever listens on the link itself hears one more report; the listening does not.
    let reports = 0;
    link.onPacket(() => {
      reports += 1;
    });
    controller.report(report);
    await until('a later report', () => reports === 1);
    expect(heard.length).toBe(1);
  });

  it('ends by itself when its time is up', async () => {
    await listen(link, { forMs: 5, signal: new AbortController().signal, onHeard: () => {} });
    expect(controller.isScanning()).toBe(false);
  });

  it('does not begin where the controller refuses, and says so', async () => {
    controller.deviate({ opcode: opcodes.leSetScanParameters, status: statuses.commandDisallowed });
    const listening = listen(link, { forMs: 5, signal: new AbortController().signal, onHeard: () => {} });
    await expect(listening).rejects.toMatchObject({ code: 'hci-refused' });
    expect(controller.received.some(({ opcode }) => opcode === opcodes.leSetScanEnable)).toBe(false);
  });

  it('takes "it is off already" for an end', async () => {
    const stop = new AbortController();
    const listening = listen(link, { forMs: 60_000, signal: stop.signal, onHeard: () => {} });
    await until('the scan', () => controller.isScanning());
    controller.deviate({ opcode: opcodes.leSetScanEnable, status: statuses.commandDisallowed });
    stop.abort();
    await expect(listening).resolves.toBeUndefined();
  });
});
