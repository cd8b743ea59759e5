import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SerialPort } from 'serialport';
import { afterEach, describe, expect, it } from 'vitest';
import { advertisingType } from '../src/air/advertisement.js';
import { drawNormal } from '../src/air/random.js';
import { createAirServer } from '../src/air/server.js';
import { renderSweep } from '../src/evidence/sweep-plot.js';
import { type Attenuator, openAttenuator } from '../src/instruments/attenuator.js';
import { openObserver } from '../src/instruments/observer.js';
import { integrateCurrent, openPowerMeter } from '../src/instruments/power-meter.js';
import { encodeLcus, openRelayBoard } from '../src/instruments/relay.js';
import { createAttenuatorSimulator } from '../src/instruments/simulators/attenuator-simulator.js';
import { openPty, whyNoPty } from '../src/instruments/simulators/open-pty.js';
import { createPowerMeterSimulator } from '../src/instruments/simulators/power-meter-simulator.js';
import { createLcusSimulator, createNumatoSimulator } from '../src/instruments/simulators/relay-simulator.js';
import { plugInDongle } from '../src/instruments/simulators/serial-dongle.js';
import {
  type ServedDevice,
  type SimulatedDevice,
  serveDevice,
} from '../src/instruments/simulators/simulated-device.js';
import { fitSweep, planSteps, type SweepPoint, sweepAttenuation } from '../src/instruments/sweep.js';
import { mustSkip } from '../src/rigs/require-rig.js';

const ANSWER_LIMIT_MS = 200;
const why = whyNoPty();
const skipped = mustSkip('simulated', why);
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function keep<Kept extends { close(): Promise<void> }>(kept: Kept): Kept {
  cleanUps.push(() => kept.close());
  return kept;
}

async function serve(device: SimulatedDevice): Promise<ServedDevice> {
  return keep(await serveDevice(device));
}

async function openServed(device: SimulatedDevice): Promise<{ attenuator: Attenuator; served: ServedDevice }> {
  const served = await serve(device);
  return { attenuator: keep(await openAttenuator({ path: served.path, answerLimitMs: ANSWER_LIMIT_MS })), served };
}

/** What befalls the answers of a device once `isOn` says so. */
function withMishap(
  device: SimulatedDevice,
  isOn: () => boolean,
  befall: (answer: Uint8Array, say: (octets: Uint8Array) => void) => void,
): SimulatedDevice {
  return (octets, say) => device(octets, (answer) => (isOn() ? befall(answer, say) : say(answer)));
}

const text = (octets: string): Uint8Array => Buffer.from(octets, 'latin1');

describe.skipIf(skipped)(`a pseudo-terminal${skipped ? ` (${why})` : ''}`, () => {
  it('carries every octet both ways as it is, to a real serial port', async () => {
    const all = Uint8Array.from({ length: 1024 }, (_, i) => i & 255);
    const pty = await openPty();
    cleanUps.push(pty.hangUp);
    const [atDevice, atHost]: [number[], number[]] = [[], []];
    pty.onOctets((octets) => atDevice.push(...octets));
    const port = new SerialPort({ path: pty.path, baudRate: 115_200 });
    await new Promise((resolve) => port.once('open', resolve));
    port.on('data', (octets: Uint8Array) => atHost.push(...octets));
    port.write(Buffer.from(all));
    pty.write(all);
    await expect.poll(() => [atDevice.length, atHost.length]).toEqual([all.length, all.length]);
    expect(Uint8Array.from(atDevice)).toEqual(all);
    expect(Uint8Array.from(atHost)).toEqual(all);
    await new Promise((resolve) => port.close(resolve));
  });
});

describe.skipIf(skipped)('the attenuator', () => {
  it.each([
    false,
    true,
  ])('says what it is, and sets what it is told (firmware that names fields: %s)', async (namesFields) => {
    const set: number[] = [];
    const { attenuator, served } = await openServed(
      createAttenuatorSimulator({ namesFields, onSet: (db) => set.push(db) }),
    );
    expect(attenuator.identity).toEqual({ address: served.path, model: 'RUDAT-6000-90', serialNumber: '11400000000' });
    expect(attenuator.maxDb).toBe(90);
    for (const attenuationDb of [0, 12.25, 90]) await attenuator.setAttenuation(attenuationDb);
    expect(set).toEqual([0, 12.25, 90]);
  });

  it('refuses what is out of its range before anything is sent', async () => {
    const set: number[] = [];
    const { attenuator } = await openServed(createAttenuatorSimulator({ maxDb: 30, onSet: (db) => set.push(db) }));
    for (const wrong of [-1, 90.25, 0.1, Number.NaN])
      await expect(attenuator.setAttenuation(wrong)).rejects.toThrow(RangeError);
    expect(set).toEqual([]);
  });

  it('takes an answer that comes octet by octet', async () => {
    let turn: Promise<void> = Promise.resolve();
    const dribble = (answer: Uint8Array, say: (octets: Uint8Array) => void): void => {
      for (const octet of answer) turn = turn.then(() => pause(5)).then(() => say(Uint8Array.of(octet)));
    };
    const { attenuator } = await openServed(withMishap(createAttenuatorSimulator(), () => true, dribble));
    await attenuator.setAttenuation(30);
  });

  it('gives up a line whose answer is late, so that it is never taken for the answer to something else', async () => {
    let isLate = false;
    const { attenuator } = await openServed(
      withMishap(
        createAttenuatorSimulator(),
        () => isLate,
        (answer, say) => void setTimeout(() => say(answer), 2 * ANSWER_LIMIT_MS),
      ),
    );
    isLate = true;
    await expect(attenuator.setAttenuation(30)).rejects.toMatchObject({
      code: 'instrument-timeout',
      message: expect.stringContaining(':SETATT=30'),
    });
    isLate = false;
    await pause(2 * ANSWER_LIMIT_MS);
    await expect(attenuator.setAttenuation(30)).rejects.toMatchObject({ code: 'instrument-timeout' });
  });

  it.each([
    ['is cut short', '1', 'instrument-timeout'],
    ['does not come', '', 'instrument-timeout'],
    ['is a refusal', '0\r\n', 'instrument-answer'],
    ['is garbage', '\u00fe\u00fd\n', 'instrument-answer'],
    ['has no end', '1'.repeat(5000), 'instrument-answer'],
  ])('says so when an answer %s', async (_what, answer, code) => {
    let isWrong = false;
    const { attenuator } = await openServed(
      withMishap(
        createAttenuatorSimulator(),
        () => isWrong,
        (_answer, say) => say(text(answer)),
      ),
    );
    isWrong = true;
    await expect(attenuator.setAttenuation(30)).rejects.toMatchObject({ code });
  });

  it('notices that it reads back something else than was set', async () => {
    const { attenuator } = await openServed(createAttenuatorSimulator({ stepDb: 1 }));
    await expect(attenuator.setAttenuation(30.75)).rejects.toThrow('set to 30.75 dB, it reads back 31 dB');
  });

  it('gives up a line that speaks unasked', async () => {
    const device = createAttenuatorSimulator();
    let speak: (octets: Uint8Array) => void = () => {};
    const { attenuator } = await openServed((octets, say) => {
      speak = say;
      device(octets, say);
    });
    speak(text('hello\r\n'));
    await pause(100);
    await expect(attenuator.setAttenuation(0)).rejects.toThrow('spoke unasked: "hello');
  });

  it('refuses a second request while the first waits', async () => {
    const { attenuator } = await openServed(createAttenuatorSimulator());
    const first = attenuator.setAttenuation(10);
    await expect(attenuator.setAttenuation(20)).rejects.toThrow('one request at a time');
    await first;
  });

  it.each([
    ['at rest', true, 0],
    ['while it waits', false, 20],
    // Between two reads of serialport, which then goes on as if nothing were.
    ['in the instant after it was asked', false, 0],
  ])('names a port that is taken away %s', async (_when, isAtRest, afterMs) => {
    let isSilent = false;
    const device = withMishap(
      createAttenuatorSimulator(),
      () => isSilent,
      () => {},
    );
    const served = await serve(device);
    const attenuator = keep(await openAttenuator({ path: served.path }));
    isSilent = true;
    const lost = { code: 'instrument-lost', message: `${served.path}: the port went away` };
    const waiting = isAtRest ? undefined : expect(attenuator.setAttenuation(1)).rejects.toMatchObject(lost);
    await pause(afterMs);
    await served.close();
    await waiting;
    await expect.poll(() => attenuator.setAttenuation(1).catch((error) => error)).toMatchObject(lost);
  });

  it('is closed twice without harm, and then says that it is closed', async () => {
    const { attenuator } = await openServed(createAttenuatorSimulator());
    await attenuator.close();
    await attenuator.close();
    await expect(attenuator.setAttenuation(1)).rejects.toThrow('it was closed');
  });

  it.each([
    ['a power meter', createPowerMeterSimulator(() => 0), 'instrument-answer'],
    ['a Numato board', createNumatoSimulator(() => {}), 'instrument-answer'],
    ['a board that says nothing', createLcusSimulator(() => {}), 'instrument-timeout'],
  ])('is not taken from %s, and the port is free again', async (_what, device, code) => {
    const { path } = await serve(device);
    for (const _again of [1, 2])
      await expect(openAttenuator({ path, answerLimitMs: ANSWER_LIMIT_MS })).rejects.toMatchObject({ code });
  });
});

describe.skipIf(skipped)('a port that cannot be opened', () => {
  it.each([
    ['is missing', '/dev/deskbeacon-gone', 'instrument-missing'],
    // sysfs lets nobody write to it, not even root.
    ['is forbidden', '/sys/kernel/notes', 'instrument-permission'],
    ['is no serial port', '/dev/null', 'instrument-missing'],
  ])('%s', async (_what, path, code) => {
    await expect(openAttenuator({ path })).rejects.toMatchObject({ code, advice: expect.stringMatching(/^Try: /) });
  });

  it('is busy', async () => {
    const { served } = await openServed(createAttenuatorSimulator());
    await expect(openAttenuator({ path: served.path })).rejects.toMatchObject({ code: 'instrument-busy' });
  });
});

describe.skipIf(skipped)('a relay board', () => {
  it('of the kind numato switches, and reads back', async () => {
    const switched: unknown[] = [];
    const { path } = await serve(createNumatoSimulator((...how) => switched.push(how)));
    const relay = keep(await openRelayBoard({ path, kind: 'numato' }));
    await relay.setRelay(3, true);
    await relay.setRelay(3, false);
    expect(switched).toEqual([
      [3, true],
      [3, false],
    ]);
    await expect(relay.setRelay(10, true)).rejects.toThrow(RangeError);
  });

  it('of the kind numato is told from one that answers nothing', async () => {
    const { path } = await serve(createLcusSimulator(() => {}));
    await expect(openRelayBoard({ path, kind: 'numato', answerLimitMs: ANSWER_LIMIT_MS })).rejects.toMatchObject({
      code: 'instrument-timeout',
    });
  });

  it('of the kind numato has forgotten what an earlier program typed half', async () => {
    const device = createNumatoSimulator(() => {});
    device(text('relay o'), () => {});
    const { path } = await serve(device);
    await keep(await openRelayBoard({ path, kind: 'numato' })).setRelay(0, true);
  });

  it('says so when the relay does not move', async () => {
    const { path } = await serve(createNumatoSimulator(() => {}, 2));
    const relay = keep(await openRelayBoard({ path, kind: 'numato' }));
    await expect(relay.setRelay(2, true)).rejects.toThrow('"relay read 2" was answered by "off", after "relay on 2"');
  });

  it('of the kind lcus switches by whole frames only', async () => {
    const switched: unknown[] = [];
    const board = createLcusSimulator((...how) => switched.push(how));
    board(Uint8Array.of(0xa0, 0x01, 0x01, 0x00, 0xa0), () => {});
    board(encodeLcus(4, true).subarray(1), () => {});
    const { path } = await serve(board);
    const relay = keep(await openRelayBoard({ path, kind: 'lcus' }));
    await relay.setRelay(1, true);
    await relay.setRelay(8, false);
    await expect
      .poll(() => switched)
      .toEqual([
        [4, true],
        [1, true],
        [8, false],
      ]);
    await expect(relay.setRelay(0, true)).rejects.toThrow(RangeError);
  });
});

describe.skipIf(skipped)('the power meter', () => {
  it('measures a current, and the charge of a load that rises', async () => {
    const { path } = await serve(createPowerMeterSimulator((atMs) => 1000 + 10 * atMs));
    const meter = keep(await openPowerMeter({ path }));
    expect(meter.identity).toEqual({ address: path, model: 'simulator', serialNumber: '1' });
    expect(await meter.readCurrent()).toBe(1000);
    const samples = await meter.record(500);
    expect(samples).toHaveLength(500);
    expect(integrateCurrent(samples)).toMatchObject({ durationMs: 499, meanUa: expect.closeTo(1000 + 10 * 249.5, 6) });
    expect(await meter.readCurrent()).toBe(1000);
    await expect(meter.record(0)).rejects.toThrow(RangeError);
  });

  it.each([
    ['a sample was lost', (said: string) => said.replace(/S 7 .*\n/, ''), /END 100 after 99 samples/],
    ['a sample is garbage', (said: string) => said.replace('S 7 ', 'S x '), /RECORD 100 was answered by "S x /],
    ['its clock goes back', (said: string) => said.replace('S 7 ', 'S 3 '), /RECORD 100 was answered by "S 3 /],
    ['it refuses', () => 'ERR busy\n', /RECORD 100 was answered by "ERR busy after 0 samples"/],
  ])('gives no recording when %s', async (_what, spoil, message) => {
    let said = '';
    let isOn = false;
    const { path } = await serve(
      withMishap(
        createPowerMeterSimulator(() => 5),
        () => isOn,
        (answer, say) => {
          said += Buffer.from(answer).toString('latin1');
          if (said.includes('END')) say(text(spoil(said)));
        },
      ),
    );
    const meter = keep(await openPowerMeter({ path }));
    isOn = true;
    await expect(meter.record(100)).rejects.toThrow(message);
  });

  it('is not taken from an attenuator', async () => {
    const { path } = await serve(createAttenuatorSimulator());
    await expect(openPowerMeter({ path })).rejects.toMatchObject({ code: 'instrument-answer' });
  });
});

describe.skipIf(skipped)('the observer', () => {
  it('hears what is on the air through a dongle on a serial port, and says when that is pulled out', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-observer-'));
    cleanUps.push(() => rm(directory, { recursive: true }));
    const air = keep(createAirServer({ seed: 1 }));
    const socketPath = join(directory, 'observer.sock');
    await air.openController({ id: 'observer', socketPath });
    air.transmit({
      id: 'desk',
      intervalUs: 100_000,
      advertisementAt: () => ({
        type: advertisingType.ADV_NONCONN_IND,
        isAddressRandom: true,
        address: Uint8Array.of(0x3a, 0, 0, 0, 0, 1),
        data: Uint8Array.of(2, 1, 6),
      }),
    });
    const dongle = keep(await plugInDongle(socketPath, join(directory, 'usb-observer')));
    const observer = keep(await openObserver(`h4:${dongle.path}`));
    const heard = await observer.listen(1000);
    expect(heard.length).toBeGreaterThan(5);
    expect(heard[0]).toMatchObject({ data: '020106', type: 3, address: '3a:00:00:00:00:01', addressType: 'random' });
    const pulled = expect(observer.listen(500)).rejects.toMatchObject({ code: 'radio-lost' });
    await dongle.close();
    await pulled;
  });
});

/** A receiver behind the simulated attenuator: what arrives at 0 dB, and what it cannot hear any more. */
const AT_0_DBM = -30;
const SENSITIVITY_DBM = -90;
const NOISE_DB = 1;
const PACKETS = 40;

/** A path through the simulated attenuator; it lets through less than it is told where `dbPerDb` is not 1. */
async function sweepOf(dbPerDb: number): Promise<readonly SweepPoint[]> {
  let attenuationDb = 0;
  let packet = 0;
  const { attenuator } = await openServed(createAttenuatorSimulator({ onSet: (db) => (attenuationDb = db * dbPerDb) }));
  return sweepAttenuation({
    attenuator,
    attenuationsDb: planSteps(0, 90, 5),
    readLevels: async () => {
      const levels = Array.from({ length: PACKETS }, () => {
        packet += 1;
        return AT_0_DBM - attenuationDb + NOISE_DB * drawNormal(1, 'path', packet);
      });
      return levels.filter((levelDbm) => levelDbm >= SENSITIVITY_DBM);
    },
  });
}

/** The means that a plot shows, by attenuation, and how far each is off the curve in dB. */
function distancesIn(svg: string, curveAt: (attenuationDb: number) => number): readonly number[] {
  const titles = [...svg.matchAll(/<title>(\S+) dB: (\S+) dBm, (\d+) heard<\/title>/g)];
  const whole = titles.filter(([, , , heard]) => Number(heard) === PACKETS);
  return whole.map(([, attenuationDb, dbm]) => Math.abs(Number(dbm) - curveAt(Number(attenuationDb))));
}

describe.skipIf(skipped)('the plot of a sweep', () => {
  /** Four standard deviations of a mean. */
  const TOLERANCE_DB = (4 * NOISE_DB) / Math.sqrt(PACKETS);
  const curveAt = (attenuationDb: number): number => AT_0_DBM - attenuationDb;

  it("reproduces the simulator's curve, and so does the fit", async ({ annotate }) => {
    const points = await sweepOf(1);
    const svg = renderSweep(points, 'levels < 0 & falling');
    const distances = distancesIn(svg, curveAt);
    await annotate(`worst of ${distances.length} points: ${Math.max(...distances).toFixed(2)} dB`);
    expect(distances.length).toBeGreaterThanOrEqual(11);
    expect(Math.max(...distances)).toBeLessThan(TOLERANCE_DB);
    expect(svg).toContain('<title>65 dB: nothing heard</title>');
    expect(svg).toContain('levels &lt; 0 &amp; falling');
    const fit = fitSweep(points);
    expect(fit?.slope).toBeCloseTo(-1, 1.5);
    expect(Math.abs((fit?.levelAt0Dbm ?? 0) - AT_0_DBM)).toBeLessThan(TOLERANCE_DB);
  });

  it('shows when the curve is another one', async () => {
    const points = await sweepOf(0.9);
    expect(Math.max(...distancesIn(renderSweep(points, 'weak'), curveAt))).toBeGreaterThan(TOLERANCE_DB);
    expect(fitSweep(points)?.slope).toBeCloseTo(-0.9, 1.5);
    const shifted = distancesIn(renderSweep(await sweepOf(1), 'shifted'), (db) => curveAt(db) + 2);
    expect(Math.min(...shifted)).toBeGreaterThan(TOLERANCE_DB);
  });
});
