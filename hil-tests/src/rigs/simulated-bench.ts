import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAir } from '../air/air.js';
import { type ChannelParameters, defaultChannelParameters } from '../air/channel-parameters.js';
import { connectController } from '../air/connect-controller.js';
import { type HostPort, openHostPort } from '../air/host-port.js';
import { createPump } from '../air/pump.js';
import { createAttenuatorSimulator } from '../instruments/simulators/attenuator-simulator.js';
import { createPowerMeterSimulator } from '../instruments/simulators/power-meter-simulator.js';
import { createNumatoSimulator } from '../instruments/simulators/relay-simulator.js';
import { plugInDongle } from '../instruments/simulators/serial-dongle.js';
import { type ServedDevice, type SimulatedDevice, serveDevice } from '../instruments/simulators/simulated-device.js';
import type { RigOptions } from './rig.js';
import { startSaboteur, wireOf } from './saboteur.js';

/** A bench without hardware, and the rig file that describes it. */
export interface SimulatedBench {
  readonly rigFile: string;
  close(): Promise<void>;
}

/** Where each controller lies on its line, in metres: the attenuator is between the beacon and the phone only. */
const PLACES = { observer: -0.4, desk: 0, phone: 0.4 } as const;
const ATTENUATOR_X = 0.2;
const MOST_DB = 90;
const RELAY_CHANNEL = 0;
const ON_UA = 25_000;
const OFF_UA = 3;

/** Radios that are joined by cables, as round an attenuator: nothing fades, and a level wavers by 1 dB. */
const cable: ChannelParameters = {
  ...defaultChannelParameters,
  linkShadowSdDb: 0,
  receiverOffsetSdDb: 0,
  packetNoiseSdDb: 1,
  poses: { ...defaultChannelParameters.poses, desk: { ...defaultChannelParameters.poses.desk, directionSdDb: 0 } },
  ricianKByDistance: [{ distanceM: 0, k: 1e6 }],
};

/**
 * Three of our controllers as serial dongles. The relay carries the power of the beacon's, which is off at first; the meter
 * measures its current; the attenuator, at its greatest at first, lies between the beacon and the phone.
 */
export async function openSimulatedBench(options: Omit<RigOptions, 'evidence'>): Promise<SimulatedBench> {
  const { seed, directory, sabotage } = options;
  const air = createAir({ seed, parameters: cable });
  const pump = createPump(air);
  const cleanUps: (() => Promise<void>)[] = [async () => pump.stop()];
  const close = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  /** @returns the socket at which the controller is served over H4. */
  const openController = async (id: keyof typeof PLACES): Promise<string> => {
    const path = join(directory, `${id}.sock`);
    let port: HostPort | undefined;
    const controller = connectController(air, seed, { id, onEvent: (packet) => port?.sendEvent(packet) });
    port = await openHostPort({ path, controller, pump });
    cleanUps.push(port.close);
    air.place({ id, xM: PLACES[id], yM: 0 });
    if (sabotage === undefined || wireOf(sabotage) !== id) return path;
    const saboteur = await startSaboteur(sabotage, path, join(directory, `${id}.sabotaged.sock`));
    cleanUps.push(saboteur.close);
    return saboteur.socket;
  };
  const plugIn = async (name: string, socket: string): Promise<ServedDevice> => {
    const dongle = await plugInDongle(socket, join(directory, name));
    cleanUps.push(dongle.close);
    return dongle;
  };
  const serve = async (device: SimulatedDevice): Promise<string> => {
    const served = await serveDevice(device);
    cleanUps.push(served.close);
    return served.path;
  };
  const setAttenuation = (lossDb: number): void => {
    pump.catchUp();
    air.setWalls([{ x1M: ATTENUATOR_X, y1M: -1, x2M: ATTENUATOR_X, y2M: 1, lossDb }]);
  };
  try {
    const desk = await openController('desk');
    const phone = await plugIn('phone', await openController('phone'));
    const observer = await plugIn('observer', await openController('observer'));
    setAttenuation(MOST_DB);

    let beacon: ServedDevice | undefined;
    let turn: Promise<void> = Promise.resolve();
    const setPower = async (isOn: boolean): Promise<void> => {
      if (isOn === (beacon !== undefined)) return;
      await beacon?.close();
      beacon = isOn ? await plugIn('beacon', desk) : undefined;
    };
    const relay = createNumatoSimulator((channel, isOn) => {
      if (channel === RELAY_CHANNEL) turn = turn.then(() => setPower(isOn));
    });
    cleanUps.push(() => turn);
    const meter = createPowerMeterSimulator(() => (beacon === undefined ? OFF_UA : ON_UA));

    const tables = [
      ['beacon', `radio = "h4:${join(directory, 'beacon')}"`],
      ['phone', `radio = "h4:${phone.path}"`],
      ['observer', `radio = "h4:${observer.path}"`],
      ['relay', `path = "${await serve(relay)}"`, 'kind = "numato"', `channel = ${RELAY_CHANNEL}`],
      ['attenuator', `path = "${await serve(createAttenuatorSimulator({ maxDb: MOST_DB, onSet: setAttenuation }))}"`],
      ['power_meter', `path = "${await serve(meter)}"`],
    ];
    const rigFile = join(directory, 'rig.toml');
    await writeFile(rigFile, tables.map(([name, ...lines]) => `[${name}]\n${lines.join('\n')}\n`).join('\n'));
    return { rigFile, close };
  } catch (error) {
    await close();
    throw error;
  }
}
