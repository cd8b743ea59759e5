import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BeaconError, type BeaconErrorCode } from '../errors.js';
import { createIncidents } from '../health/incidents.js';
import { createServiceManager, type Message } from '../health/service-manager.js';
import type { HciLink } from '../radio/index.js';
import { makeSilentLink } from '../radio/testing/silent-link.js';
import { pause } from './aborts.js';
import type { LogEntry } from './log.js';
import type { RadioEvents } from './radio-service.js';
import type { RadioView } from './radio-view.js';
import { superviseRadio } from './supervise.js';
import { type SimulatedTime, simulateTime } from './testing/simulated-time.js';

let time: SimulatedTime;
beforeEach(() => {
  time = simulateTime();
});
afterEach(() => time.restore());

interface World {
  /** Why the radio cannot be opened; it can when absent. */
  fault: BeaconErrorCode | undefined;
  view: RadioView;
  address: string;
  readonly tries: { readonly atMs: number; readonly isAgain: boolean; readonly publicAddress?: string }[];
  readonly log: LogEntry[];
  readonly told: Message[];
  outcome: string;
  /** Ends the service that runs with this error. */
  fail(code: BeaconErrorCode): void;
  stop(): void;
  readonly incidents: ReturnType<typeof createIncidents>;
}

/** A supervised radio that is on the air as soon as it can be opened. */
function supervise({
  isManaged = false,
  suspect,
  fault,
}: {
  readonly isManaged?: boolean;
  readonly suspect?: string;
  readonly fault?: BeaconErrorCode;
} = {}): World {
  const end = new AbortController();
  let fail = (_error: Error): void => {};
  const world: World = {
    fault,
    view: { signature: 'a' },
    address: '11:22:33:44:55:66',
    tries: [],
    log: [],
    told: [],
    outcome: 'running',
    fail: (code) => fail(new BeaconError(code, `hci:0: ${code}`)),
    stop: () => end.abort(),
    incidents: createIncidents({ unixMs: time.nowMs, monotonicMs: time.nowMs }),
  };
  const serve = async (_link: HciLink, events: RadioEvents): Promise<void> => {
    events.onReady(world.address);
    events.onConfirmed({ wasOnAlready: false });
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    failed.catch(events.onFailed);
    await Promise.race([failed, pause(10_000_000, end.signal)]);
  };
  superviseRadio({
    open: async (again) => {
      world.tries.push({ atMs: time.nowMs(), ...again });
      if (world.fault !== undefined) throw new BeaconError(world.fault, `hci:0: ${world.fault}`);
      return makeSilentLink().link;
    },
    serve,
    look: async () => world.view,
    suspect: async () => suspect,
    random: () => 1,
    isPatient: isManaged,
    incidents: world.incidents,
    manager: createServiceManager({
      socket: isManaged ? 'there' : undefined,
      onState: () => {},
      send: async (message) => void world.told.push(message),
    }),
    checkEveryMs: 15_000,
    signal: end.signal,
    log: (entry) => void world.log.push(entry),
  }).then(
    () => {
      world.outcome = 'ended';
    },
    (error: Error) => {
      world.outcome = error.message;
    },
  );
  return world;
}

const gaps = ({ tries }: World): readonly number[] =>
  tries.slice(1).map(({ atMs }, i) => Math.round(atMs - (tries[i]?.atMs ?? 0)));
const warnings = ({ log }: World): readonly string[] =>
  log.filter(({ event, priority }) => event === 'radio-fault' && priority === 4).map(({ text }) => text);

describe('a supervised radio', () => {
  it('is tried again after half a second, then after twice as long each time, up to half a minute', async () => {
    const world = supervise();
    await time.pass(1000);
    world.fault = 'radio-busy';
    world.fail('radio-lost');
    await time.pass(120_000);
    // The first gap counts from the first opening, which was a second earlier.
    expect(gaps(world).slice(0, 7)).toEqual([1500, 1000, 2000, 4000, 8000, 16_000, 30_000]);
    expect(world.outcome).toBe('running');
    world.stop();
    await time.pass(10);
    expect(world.outcome).toBe('ended');
  });

  it('says the same fault once, then every ten minutes, and another one at once, or the same after it was back', async () => {
    const world = supervise({ suspect: 'bluetoothd (process 7) is there' });
    await time.pass(1000);
    world.fault = 'radio-busy';
    world.fail('radio-lost');
    await time.pass(300_000);
    const others = 'bluetoothd (process 7) is there';
    expect(warnings(world)).toEqual([
      'hci:0: radio-lost; it is tried again',
      `hci:0: radio-lost; ${others}; it is tried again`,
      'hci:0: radio-busy; it is tried again',
      `hci:0: radio-busy; ${others}; it is tried again`,
    ]);
    await time.pass(400_000);
    expect(warnings(world).length).toBe(6);
    world.fault = undefined;
    await time.pass(31_000);
    world.fail('radio-lost');
    await time.pass(10);
    expect(warnings(world).length).toBe(8);
  });

  it('is not tried while something is seen to stand in the way, and at once when that is gone', async () => {
    const world = supervise({ isManaged: true });
    await time.pass(1000);
    world.view = { signature: 'b', obstacle: 'hci0 is down' };
    world.fail('radio-lost');
    await time.pass(3_600_000);
    expect(world.tries.length).toBe(1);
    expect(warnings(world).slice(0, 2)).toEqual([
      'hci:0: radio-lost; it is tried again',
      'hci:0: radio-lost; hci0 is down; it is tried again when that is gone',
    ]);
    // A fresh process would see the same, and so nobody is asked to end this one.
    expect(world.told.filter(({ WATCHDOG }) => WATCHDOG === '1').length).toBeGreaterThan(200);
    const mendedMs = time.nowMs();
    world.view = { signature: 'c' };
    await time.passUntil(() => world.tries.length === 2, 10_000);
    expect(time.nowMs() - mendedMs).toBeLessThanOrEqual(500);
    await time.pass(10);
    expect(world.log.at(-1)).toMatchObject({ event: 'recovered', fields: { after: 'radio-lost' } });
    expect(world.incidents.snapshot()).toMatchObject({ breaks: 1, counts: { 'radio-lost': 1 } });
  });

  it('gives no sign of life for a fault without a cause that can be seen', async () => {
    const world = supervise({ isManaged: true });
    await time.pass(1000);
    world.fault = 'hci-timeout';
    world.fail('hci-timeout');
    await time.pass(300_000);
    expect(world.told.filter(({ WATCHDOG }) => WATCHDOG === '1')).toEqual([]);
    expect(world.told.some(({ STATUS }) => STATUS === 'dark, hci-timeout: hci:0: hci-timeout')).toBe(true);
  });

  it('is tried at once when something changes that may help, and not more often than three times a second', async () => {
    const world = supervise();
    await time.pass(1000);
    world.fault = 'radio-unavailable';
    world.fail('radio-lost');
    await time.pass(31_000);
    const before = world.tries.length;
    world.view = { signature: 'plugged' };
    await time.pass(500);
    expect(world.tries.length).toBe(before + 1);
    const sinceMs = time.nowMs();
    const flapping = (): boolean => {
      world.view = { signature: String(time.nowMs()) };
      return time.nowMs() - sinceMs >= 10_000;
    };
    await time.passUntil(flapping, 20_000);
    expect(world.tries.length - before).toBeLessThan(35);
  });

  it('is opened again with the address it had, unless it has none', async () => {
    const world = supervise();
    await time.pass(1000);
    world.address = '00:00:00:00:00:00';
    world.fail('radio-lost');
    await time.pass(1000);
    world.fail('radio-lost');
    await time.pass(2000);
    expect(world.tries.map(({ isAgain, publicAddress }) => [isAgain, publicAddress])).toEqual([
      [false, undefined],
      [true, '11:22:33:44:55:66'],
      [true, undefined],
    ]);
  });

  it('ends with a fault before its first frame, unless somebody asks for patience', async () => {
    const impatient = supervise({ fault: 'radio-permission' });
    const patient = supervise({ fault: 'radio-permission', isManaged: true });
    await time.pass(5000);
    expect([impatient.outcome, patient.outcome]).toEqual(['hci:0: radio-permission', 'running']);
    expect(patient.tries.length).toBeGreaterThan(2);
    expect(patient.told.some(({ READY }) => READY !== undefined)).toBe(false);
    patient.stop();
  });

  it('ends with what is no fault of a radio, whenever it comes', async () => {
    const world = supervise({ isManaged: true });
    await time.pass(1000);
    world.fail('state-unwritable');
    await time.pass(10);
    expect(world.outcome).toBe('hci:0: state-unwritable');
  });
});
