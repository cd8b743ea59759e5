import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { DaemonConfig } from '../config/config.js';
import { BeaconError } from '../errors.js';
import { createServiceManager, type Message } from '../health/service-manager.js';
import { opcodes, openRadio } from '../radio/index.js';
import { until } from '../radio/testing/until.js';
import type { LogEntry } from './log.js';
import { runDaemon } from './run.js';
import { type DaemonAtController, startDaemonAtController } from './testing/daemon-at-controller.js';

let daemon: DaemonAtController | undefined;
afterEach(async () => {
  await daemon?.clear();
  daemon = undefined;
});

/** The shortest waits there are. */
const random = (): number => 0;
const START_LIMIT_MS = 10_000;

function makeManager() {
  const told: Message[] = [];
  const manager = createServiceManager({
    socket: '/run/notify',
    onState: () => {},
    send: async (message) => void told.push(message),
  });
  return { told, manager };
}

const hex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex');
const events = ({ log }: DaemonAtController): readonly string[] => log.map(({ event }) => event);

/** Both frames go on the air from now on. */
async function alternates({ controller, parametersOf }: DaemonAtController): Promise<void> {
  const from = parametersOf(opcodes.leSetAdvertisingData).length;
  const since = (): readonly string[] => parametersOf(opcodes.leSetAdvertisingData).slice(from).map(hex);
  await until('both frames', () => controller.isAdvertising() && new Set(since()).size >= 2, START_LIMIT_MS);
}

describe('a daemon whose radio fails', () => {
  it('opens it again when the connection ends, with the same keys, and says how long it was dark', async () => {
    daemon = await startDaemonAtController({ random });
    const frames = new Set(daemon.parametersOf(opcodes.leSetAdvertisingData).map(hex));
    const sinceMs = performance.now();
    daemon.controller.unplug();
    await until('it is on the air again', () => events(daemon as DaemonAtController).includes('recovered'));
    expect(performance.now() - sinceMs).toBeLessThan(2500);
    await alternates(daemon);
    for (const frame of daemon.parametersOf(opcodes.leSetAdvertisingData).slice(-2))
      expect(frames).toContain(hex(frame));
    const fault = daemon.log.find(({ event }) => event === 'radio-fault');
    expect(fault).toMatchObject({
      priority: 4,
      fields: { code: 'radio-lost', advice: expect.stringMatching(/^Try: /) },
    });
    const recovered = daemon.log.find(({ event }) => event === 'recovered');
    expect(recovered?.fields).toMatchObject({ after: 'radio-lost' });
    expect(recovered?.fields?.darkMs).toBeGreaterThan(300);
  });

  it('sets up everything anew after one refusal, over the same connection', async () => {
    daemon = await startDaemonAtController({ random });
    const resets = daemon.parametersOf(opcodes.reset).length;
    daemon.controller.deviate({ opcode: opcodes.leSetAdvertisingData, status: 0x1f, times: 1 });
    await until('the refusal', () => events(daemon as DaemonAtController).includes('refused'));
    await alternates(daemon);
    expect(daemon.parametersOf(opcodes.reset).length).toBe(resets);
    expect(events(daemon)).not.toContain('radio-fault');
  });

  it('opens the radio anew when it goes on refusing', async () => {
    daemon = await startDaemonAtController({ random });
    daemon.controller.deviate({ opcode: opcodes.leSetAdvertisingData, status: 0x1f });
    await until('the fault', () => events(daemon as DaemonAtController).includes('radio-fault'));
    expect(daemon.controller.isAdvertising()).toBe(false);
    daemon.controller.behave();
    await alternates(daemon);
    expect(events(daemon).filter((event) => event === 'refused').length).toBeGreaterThanOrEqual(5);
  });

  it('notices within 5 s that nothing is answered any more, and is back when it is answered again', async () => {
    daemon = await startDaemonAtController({ random });
    for (const opcode of Object.values(opcodes)) daemon.controller.deviate({ opcode, answer: 'drop' });
    await until('the fault', () => events(daemon as DaemonAtController).includes('radio-fault'), 5000);
    daemon.controller.behave();
    await alternates(daemon);
  });

  it('ends in time at the signal while it waits, with its lock given back', async () => {
    daemon = await startDaemonAtController({ random });
    await daemon.controller.close();
    await until('the fault', () => events(daemon as DaemonAtController).includes('radio-fault'));
    const sinceMs = performance.now();
    daemon.stop();
    await daemon.ended;
    expect(performance.now() - sinceMs).toBeLessThan(1000);
    expect(await readdir(daemon.stateDirectory)).not.toContain('lock');
  });

  it('is told to the service manager: ready with the first frame, dark with the reason, ready again, stopping', async () => {
    const { told, manager } = makeManager();
    daemon = await startDaemonAtController({ random, manager, checkEveryMs: 100 });
    await until('a check has passed', () => told.some(({ WATCHDOG }) => WATCHDOG === '1'), 5000);
    expect(told[0]).toMatchObject({ READY: '1' });
    daemon.controller.unplug();
    await until('it is back', () => told.filter(({ READY }) => READY === '1').length === 2);
    expect(told.map(({ STATUS }) => STATUS).filter((status) => status?.startsWith('dark, radio-lost:'))).not.toEqual(
      [],
    );
    daemon.stop();
    await daemon.ended;
    expect(told.at(-1)).toMatchObject({ STOPPING: '1' });
  });
});

describe('a daemon whose advertising another process switches off', () => {
  /** The raw channel of a kernel shows the commands of other processes; the user channel shows the answers to them alone. */
  function makeSharedRadio(channel: 'raw' | 'user') {
    let tell: ((packet: Uint8Array) => void) | undefined;
    const openLink: typeof openRadio = async (text, options) => {
      const link = await openRadio(text, options);
      const listeners = new Set<(packet: Uint8Array, atMs: number) => void>();
      tell = (packet) => {
        link.send(packet); // It reaches the controller, whoever writes it.
        if (channel === 'raw') for (const listener of [...listeners]) listener(packet, performance.now());
      };
      return {
        address: `hci:0?channel=${channel}`,
        send: (packet) => link.send(packet),
        onPacket: (listener) => {
          const end = link.onPacket(listener);
          listeners.add(listener);
          return () => {
            end();
            listeners.delete(listener);
          };
        },
        // The kernel does not show a process its own commands; what the other one sent is none of ours.
        onSent: (listener) => link.onSent((packet, atMs) => packet !== switchOff && listener(packet, atMs)),
        onReset: (listener) => link.onReset(listener),
        onClosed: (listener) => link.onClosed(listener),
        isUp: () => link.isUp(),
        close: () => link.close(),
      };
    };
    const switchOff = Uint8Array.of(1, 0x0a, 0x20, 1, 0);
    return { openLink, switchOff: () => tell?.(switchOff) };
  }

  it.each([
    'raw',
    'user',
  ] as const)('on the %s channel switches it on again at once, five times in a minute, and then opens its radio anew at growing intervals', async (channel) => {
    const { openLink, switchOff } = makeSharedRadio(channel);
    daemon = await startDaemonAtController({ random, openLink });
    const { controller } = daemon;
    const resets = daemon.parametersOf(opcodes.reset).length;
    const ons = (): number =>
      (daemon?.parametersOf(opcodes.leSetAdvertisingEnable) ?? []).filter(([isOn]) => isOn === 1).length;
    for (let i = 1; i <= 5; i += 1) {
      const before = ons();
      switchOff();
      await until('it is on again', () => ons() > before && controller.isAdvertising());
      expect(events(daemon).filter((event) => event === 'stopped-by-another').length).toBe(i);
    }
    await alternates(daemon);
    expect(daemon.parametersOf(opcodes.reset).length).toBe(resets);
    switchOff();
    await until('the fault', () => events(daemon as DaemonAtController).includes('radio-fault'));
    expect(daemon.log.find(({ event }) => event === 'radio-fault')).toMatchObject({
      text: expect.stringMatching(/more than 5 times within a minute/),
      fields: { code: 'radio-shared', advice: expect.stringMatching(/channel=user/) },
    });
    await alternates(daemon);
    expect(daemon.parametersOf(opcodes.reset).length).toBe(resets + 1);
  });
});

describe('a daemon that has not been on the air yet', () => {
  const missing = join(tmpdir(), 'deskbeacon-no-such-controller.sock');
  async function runAt(
    radio: string,
    extra: object,
  ): Promise<{ readonly ended: Promise<void>; stop(): void; log: LogEntry[] }> {
    const stateDirectory = await mkdtemp(join(tmpdir(), 'deskbeacon-daemon-'));
    const end = new AbortController();
    const log: LogEntry[] = [];
    const config = {
      stateDirectory,
      exponentK: 15,
      intervalMs: 100,
      measuredPowerDbm: -59,
      clockOffsetS: 0,
      pairingMinutes: 0,
    };
    const ended = runDaemon({
      config: { ...config, organisationUuid: new Uint8Array(16).fill(9) },
      radio,
      signal: end.signal,
      log: (entry) => log.push(entry),
      ...extra,
    }).finally(() => rm(stateDirectory, { recursive: true, force: true }));
    ended.catch(() => {}); // Each test looks at it.
    return { ended, stop: () => end.abort(), log };
  }

  it('ends with what is wrong, for a person at a terminal', async () => {
    const { ended } = await runAt(`h4:unix:${missing}`, {});
    await expect(ended).rejects.toMatchObject({ code: 'radio-unavailable' });
  });

  it('waits for its radio where a service manager started it, says why, and is no sign of life', async () => {
    const { told, manager } = makeManager();
    const { ended, stop, log } = await runAt(`h4:unix:${missing}`, { manager, random });
    await until('it says why', () => told.some(({ STATUS }) => STATUS?.includes('is not there') === true));
    expect(told.some(({ EXTEND_TIMEOUT_USEC }) => EXTEND_TIMEOUT_USEC !== undefined)).toBe(true);
    expect(told.every((message) => message.READY === undefined && message.WATCHDOG === undefined)).toBe(true);
    const said = log.filter(({ event }) => event === 'radio-fault').map(({ text }) => text);
    expect(said.at(-1)).toMatch(/is not there; it is tried again when that is gone$/);
    stop();
    await ended;
  });

  it('ends for a wrong radio string also where a service manager started it', async () => {
    const { manager } = makeManager();
    const { ended } = await runAt('hci0', { manager });
    await expect(ended).rejects.toMatchObject({ code: 'radio-address' });
  });
});

describe('a daemon whose settings are read again', () => {
  function makeReloads(read: () => Promise<DaemonConfig>) {
    let ask = (): void => {};
    const onAsked = (listener: () => void): (() => void) => {
      ask = listener;
      return () => {};
    };
    return { reloads: { onAsked, read }, ask: () => ask() };
  }

  it('puts new data on the air without a gap, and a new interval with one of a few commands', async () => {
    const base = { exponentK: 15, measuredPowerDbm: -59, clockOffsetS: 0, pairingMinutes: 0 };
    let next: DaemonConfig | undefined;
    const { reloads, ask } = makeReloads(async () => {
      if (next === undefined) throw new BeaconError('config-invalid', 'desk.toml: interval_ms: expected an integer');
      return next;
    });
    daemon = await startDaemonAtController({ reloads });
    const { stateDirectory, controller } = daemon;
    ask();
    await until('the refusal', () => events(daemon as DaemonAtController).includes('reload-refused'));
    expect(daemon.log.find(({ event }) => event === 'reload-refused')?.text).toMatch(/interval_ms.*stay as they were$/);

    const enables = daemon.parametersOf(opcodes.leSetAdvertisingEnable).length;
    next = { ...base, stateDirectory, intervalMs: 100, organisationUuid: new Uint8Array(16).fill(7) };
    const newer = hex(new Uint8Array(16).fill(7));
    ask();
    const isNew = (): boolean => hex(daemon?.parametersOf(opcodes.leSetAdvertisingData).at(-1)).includes(newer);
    await until('the new organisation', isNew);
    expect(daemon.parametersOf(opcodes.leSetAdvertisingEnable).length).toBe(enables);
    expect(daemon.log.find(({ event }) => event === 'reloaded')?.text).toMatch(/changed: organisation_uuid$/);
    await alternates(daemon);

    next = { ...next, intervalMs: 200, stateDirectory: '/elsewhere', controlSocket: '/run/x.sock' };
    const before = controller.received.length;
    ask();
    await until('the new interval', () =>
      hex(daemon?.parametersOf(opcodes.leSetAdvertisingParameters).at(-1)).startsWith('4001'),
    );
    await until('it is on again', controller.isAdvertising);
    const switches = controller.received
      .slice(before)
      .filter(({ opcode }) => opcode === opcodes.leSetAdvertisingEnable);
    expect(switches.map(({ parameters }) => parameters[0])).toEqual([0, 1]);
    expect(daemon.log.find(({ event }) => event === 'needs-restart')?.text).toMatch(
      /: state_directory, control_socket$/,
    );
    await alternates(daemon);
  });
});
