import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRigFile } from '../src/rigs/hardware-file.js';
import { hardwareRig } from '../src/rigs/hardware-rig.js';
import { mustSkip } from '../src/rigs/require-rig.js';
import { openSimulatedBench, type SimulatedBench } from '../src/rigs/simulated-bench.js';
import { simulatedRig } from '../src/rigs/simulated-rig.js';
import { runScenario } from '../src/runner/session.js';
import { firstFrame } from '../src/scenarios/advertising.js';
import { attenuation } from '../src/scenarios/attenuation.js';
import { recoversUnplugged, unplugged } from '../src/scenarios/faults.js';

const SEED = 1;
/** −59 dBm at 1 m, and the phone 40 cm away (simulated-bench.ts, channel-parameters.ts). */
const LEVEL_AT_0_DBM = -59 - 20 * Math.log10(0.4);
const why = simulatedRig.whyNot();
const skipped = mustSkip('simulated', why);
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacon-hardware-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function writeRigFile(name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
}

describe.skipIf(skipped)(`the hardware rig on one bench of simulators${skipped ? ` (${why})` : ''}`, () => {
  let bench: SimulatedBench;
  let text: string;
  const openingOf = (file: string) => hardwareRig(file).open({ seed: SEED, directory, evidence: directory });

  beforeAll(async () => {
    bench = await openSimulatedBench({ seed: SEED, directory });
    text = await readFile(bench.rigFile, 'utf8');
  });
  afterAll(() => bench?.close());

  it('can do what its file names, and says that nothing is missing', async () => {
    const rig = hardwareRig(bench.rigFile);
    expect(rig.capabilities).toEqual(['intervals', 'connections', 'unplug', 'attenuator', 'observer']);
    expect(rig.whyNot()).toBeUndefined();
    const radiosOnly = await writeRigFile('radios.toml', text.slice(0, text.indexOf('[observer]')));
    expect(hardwareRig(radiosOnly).capabilities).toEqual(['intervals', 'connections']);
  });

  it('says that the beacon is missing where no relay could bring it', async () => {
    const file = await writeRigFile('off.toml', text.slice(0, text.indexOf('[observer]')));
    expect(hardwareRig(file).whyNot()).toBe(`${join(directory, 'beacon')} does not exist`);
  });

  it.each([
    firstFrame,
    unplugged,
    recoversUnplugged,
    firstFrame,
  ])('switches the power of the beacon on and shows $id', (scenario) =>
    runScenario(hardwareRig(bench.rigFile), scenario, { seed: SEED }));

  it('says all that is gone from the bench before anything is opened', async () => {
    const gone = text
      .replace(/(?<=\[attenuator\]\npath = ").*(?=")/, '/dev/gone')
      .replace(/h4:.*(?=\/phone")/, 'h4:/gone');
    const file = await writeRigFile('gone.toml', gone);
    expect(hardwareRig(file).whyNot()).toBe('/gone/phone does not exist; /dev/gone does not exist');
  });

  it.skipIf(process.getuid?.() === 0)('says which port may not be opened', async () => {
    const forbidden = await writeRigFile('forbidden', '');
    await chmod(forbidden, 0o000);
    const file = await writeRigFile('forbidden.toml', text.replace(/(?<=\[relay\]\npath = ").*(?=")/, forbidden));
    expect(hardwareRig(file).whyNot()).toContain(`${forbidden} may not be opened by this user`);
  });

  it('refuses an instrument of another kind, with advice, and lets go of all others', async () => {
    const relay = /(?<=\[relay\]\npath = ").*(?=")/.exec(text)?.[0] as string;
    const file = await writeRigFile('wrong.toml', text.replace(/(?<=\[attenuator\]\npath = ").*(?=")/, relay));
    await expect(openingOf(file)).rejects.toThrow(/is held by another program\. Try: end the other program/);
    const meter = /(?<=\[power_meter\]\npath = ").*(?=")/.exec(text)?.[0] as string;
    const swapped = text.replace(relay, 'RELAY').replace(meter, relay).replace('RELAY', meter);
    const other = await writeRigFile('swapped.toml', swapped);
    await expect(openingOf(other)).rejects.toThrow(/\*IDN\? was answered by .* Try: check that this path is the kind/);
    await (await openingOf(bench.rigFile)).close();
  });

  it('does not take the word of a relay whose beacon still draws current', async () => {
    const onTheOtherRelay = await writeRigFile('other.toml', text.replace('channel = 0', 'channel = 1'));
    await (await openingOf(bench.rigFile)).close();
    const open = await openingOf(onTheOtherRelay);
    await expect(open.unplug?.()).rejects.toThrow('the beacon still draws 25000 µA');
    await open.close();
  });

  it('lets no saboteur onto real wires', async () => {
    const options = { seed: SEED, directory, evidence: directory, sabotage: 'data-frozen' } as const;
    await expect(hardwareRig(bench.rigFile).open(options)).rejects.toThrow('controllers of ours only');
  });
});

describe.skipIf(skipped)('a sweep of the attenuator on the simulated rig', () => {
  it(`shows: ${attenuation.claim}`, async ({ annotate }) => {
    await runScenario(simulatedRig, attenuation, { seed: SEED, evidence: directory });
    const svg = await readFile(join(directory, 'sweep.svg'), 'utf8');
    const [, level, slope] = /<title>fit: (\S+) dBm at 0 dB, (\S+) dB for each dB</.exec(svg) ?? [];
    await annotate(`at 0 dB: ${level} dBm, made with ${LEVEL_AT_0_DBM.toFixed(2)} dBm; slope ${slope}`);
    expect(Math.abs(Number(level) - LEVEL_AT_0_DBM)).toBeLessThan(0.5);
    expect(svg).toContain('dB: nothing heard</title>');
  });

  it(`fails when ${attenuation.saboteur.what}`, async () => {
    const { sabotage, says } = attenuation.saboteur;
    await expect(runScenario(simulatedRig, attenuation, { seed: SEED, sabotage })).rejects.toThrow(says);
  });
});

describe('a rig file', () => {
  const radios = '[beacon]\nradio = "hci:0"\n[phone]\nradio = "h4:/dev/ttyACM0"\n';

  it('is the one in docs/instruments.md', async () => {
    const page = await readFile(new URL('../../docs/instruments.md', import.meta.url), 'utf8');
    const [, example] = /```toml\n([\s\S]*?)```/.exec(page) ?? [];
    expect(parseRigFile(example as string, 'rig.toml')).toMatchObject({
      beaconRadio: expect.stringMatching(/^h4:\/dev\/serial\/by-id\//),
      relay: { kind: 'numato', channel: 0 },
      attenuator: { maxDb: 90 },
      powerMeter: { baud: 115_200 },
      observerRadio: expect.any(String),
    });
  });

  it.each([
    ['', 'rig.toml: beacon: expected a table [beacon] with its radio, and it is missing'],
    ['[beacon]\nradio = "hci:0"', 'rig.toml: phone: expected a table [phone] with its radio, and it is missing'],
    ['beacon = "hci:0"', 'rig.toml: beacon: expected a table, got "hci:0"'],
    ['[beacon]\nradio = "usb:0"', 'rig.toml: beacon.radio: radio "usb:0": it begins with none of the forms.'],
    ['[beacon]\nradio = = 1', 'rig.toml:2:9: '],
    [`${radios}[atenuator]\n`, 'rig.toml: "atenuator" is unknown here; known are beacon, phone, observer, relay, att'],
    [`${radios}[relay]\nport = 1`, 'rig.toml: relay: "port" is unknown here; known are path, kind, channel, baud'],
    [`${radios}[relay]\npath = "/x"\nkind = "usb"`, 'rig.toml: relay.kind: expected "lcus" or "numato", got "usb"'],
    [
      `${radios}[relay]\npath = "/x"\nkind = "lcus"`,
      "rig.toml: relay.channel: expected the relay that carries the beacon's power, 1..8, and",
    ],
    [
      `${radios}[relay]\npath = "/x"\nkind = "lcus"\nchannel = 0`,
      'rig.toml: relay.channel: expected an integer 1..8, got 0',
    ],
    [
      `${radios}[relay]\nkind = "lcus"\nchannel = 1`,
      'rig.toml: relay.path: expected a path, e.g. "/dev/serial/by-id/usb-…", and',
    ],
    [
      `${radios}[attenuator]\npath = ""`,
      'rig.toml: attenuator.path: expected a path, e.g. "/dev/serial/by-id/usb-…", got ""',
    ],
    [
      `${radios}[attenuator]\npath = "/x"\nmax_db = nan`,
      'rig.toml: attenuator.max_db: expected a number 1..200, got NaN',
    ],
    [
      `${radios}[power_meter]\npath = "/x"\nbaud = 9600.5`,
      'rig.toml: power_meter.baud: expected an integer 300..12000000, got 9600.5',
    ],
  ])('is refused: %j', (text, message) => {
    expect(() => parseRigFile(text, 'rig.toml')).toThrow(message);
  });
});

describe('npm run hil -- --rig hardware', () => {
  const program = fileURLToPath(new URL('../bin/deskbeacon-hil.mjs', import.meta.url));
  const run = (...args: readonly string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });

  it.each([[['--rig', 'hardware']], [['--rig', 'virtual', '--rig-file', 'rig.toml']]])('is wrong use as %j', (args) => {
    const { status, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('Try: npm run hil -- --rig hardware --rig-file rig.toml');
  });

  it('cannot run without its file', () => {
    const { status, stderr } = run('--rig', 'hardware', '--rig-file', '/gone/rig.toml');
    expect(status).toBe(69);
    expect(stderr).toContain('cannot read the rig file /gone/rig.toml: ENOENT');
  });
});
