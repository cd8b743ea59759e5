import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHciCommands, type HciCommands, HciRefusal } from './hci-commands.js';
import { encodeCommand } from './hci-packets.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';
import { openRadio } from './open-radio.js';
import { type ScriptedController, startScriptedController } from './testing/scripted-controller.js';
import { until } from './testing/until.js';

let controller: ScriptedController;
let link: HciLink;
let commands: HciCommands;

beforeEach(async () => {
  controller = await startScriptedController();
  link = await openRadio(`h4:unix:${controller.path}`);
  commands = createHciCommands(link);
});
afterEach(async () => {
  commands.close();
  await link.close();
  await controller.close();
});

describe('a command', () => {
  test('resolves with what follows the status', async () => {
    expect(await commands.issue(opcodes.readBdAddr)).toEqual(Uint8Array.of(0x66, 0x55, 0x44, 0x33, 0x22, 0x11));
    expect(commands.roundTrip()?.lastMs).toBeGreaterThan(0);
  });

  test('resolves with nothing on a Command Status of success', async () => {
    controller.deviate({ opcode: opcodes.leRand, answer: 'status', status: 0 });
    expect(await commands.issue(opcodes.leRand)).toEqual(new Uint8Array(0));
  });

  test.each([
    'complete',
    'status',
  ] as const)('refused in a Command %s rejects with its name and status', async (answer) => {
    controller.deviate({ opcode: opcodes.leSetRandomAddress, answer, status: 0x0c });
    const issued = commands.issue(opcodes.leSetRandomAddress, new Uint8Array(6));
    await expect(issued).rejects.toBeInstanceOf(HciRefusal);
    await expect(issued).rejects.toMatchObject({ code: 'hci-refused', opcode: 0x2005, status: 0x0c });
    await expect(issued).rejects.toThrow('leSetRandomAddress (0x2005): Command Disallowed (0x0c)');
  });

  test('waits for the one before it, and a refusal does not hold up the next', async () => {
    controller.grant(5);
    controller.deviate({ opcode: opcodes.leRand, delayMs: 10 });
    controller.deviate({ opcode: opcodes.leSetRandomAddress, status: 0x12 });
    const outcomes = await Promise.allSettled([
      commands.issue(opcodes.leRand),
      commands.issue(opcodes.leSetRandomAddress),
      commands.issue(opcodes.leRand),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(controller.mostUnderWay()).toBe(1);
  });

  test('is not taken as answered by the answer to the same opcode of another user of the link', async () => {
    controller.deviate({ opcode: opcodes.leSetAdvertisingEnable, status: 0x0c, delayMs: 5, times: 1 });
    // bleno writes this one; it is refused. Ours comes after it and is not.
    link.send(encodeCommand(opcodes.leSetAdvertisingEnable, Uint8Array.of(0)));
    expect(await commands.issue(opcodes.leSetAdvertisingEnable, Uint8Array.of(1))).toEqual(new Uint8Array(0));
    expect(controller.received.slice(1).map(({ parameters }) => parameters[0])).toEqual([0, 1]);
  });

  test('rejects with hci-timeout after 1 s, and its late answer is not taken for that of the next', async () => {
    controller.deviate({ opcode: opcodes.leRand, delayMs: 1100, status: 0x0c, times: 1 });
    await expect(commands.issue(opcodes.leRand)).rejects.toMatchObject({ code: 'hci-timeout' });
    expect(await commands.issue(opcodes.leRand)).toHaveLength(8);
  });

  test('whose answer is lost does not take the answers of those after it, where nobody resets the controller', async () => {
    controller.grant(5);
    const shared = createHciCommands(neverReset(link));
    await shared.issue(opcodes.readBdAddr);
    controller.deviate({ opcode: opcodes.leRand, answer: 'drop', times: 1 });
    await expect(shared.issue(opcodes.leRand)).rejects.toMatchObject({ code: 'hci-timeout' });
    expect(await shared.issue(opcodes.readBdAddr)).toHaveLength(6);
    expect(await shared.issue(opcodes.leRand)).toHaveLength(8);
    shared.close();
  });

  test('rejects at once when the link closes', async () => {
    controller.deviate({ opcode: opcodes.leRand, answer: 'drop' });
    const issued = commands.issue(opcodes.leRand);
    const queued = commands.issue(opcodes.readBdAddr);
    controller.unplug();
    await expect(issued).rejects.toMatchObject({ code: 'radio-lost' });
    await expect(queued).rejects.toMatchObject({ code: 'radio-lost' });
    await expect(commands.issue(opcodes.leRand)).rejects.toMatchObject({ code: 'radio-lost' });
  });

  test('rejects at once when the controller is reset meanwhile', async () => {
    controller.deviate({ opcode: opcodes.leRand, answer: 'drop', times: 1 });
    const issued = commands.issue(opcodes.leRand);
    await until('the command', () => controller.received.length === 2);
    controller.sendOctets(Uint8Array.of(0xff));
    await expect(issued).rejects.toThrow(/the controller was reset/);
    expect(await commands.issue(opcodes.leRand)).toHaveLength(8);
  });

  test('is refused when 32 wait already', async () => {
    controller.deviate({ opcode: opcodes.leRand, delayMs: 50, times: 1 });
    const issued = Array.from({ length: 33 }, () => commands.issue(opcodes.leRand));
    await expect(commands.issue(opcodes.leRand)).rejects.toThrow(/32 commands wait/);
    await Promise.all(issued);
  });
});

/** A link as it is on a kernel that others use too: whatever became of a command, nobody resets the controller. */
function neverReset(link: HciLink): HciLink {
  return {
    address: link.address,
    send: (packet) => link.send(packet),
    onPacket: (listener) => link.onPacket(listener),
    onSent: (listener) => link.onSent(listener),
    onReset: () => () => {},
    onClosed: (listener) => link.onClosed(listener),
    isUp: () => true,
    close: () => link.close(),
  };
}
