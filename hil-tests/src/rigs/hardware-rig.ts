import { accessSync, constants, existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseRadioAddress } from '@deskbeacon/beacon/radio';
import { openAttenuator } from '../instruments/attenuator.js';
import type { Instrument } from '../instruments/instrument.js';
import { InstrumentError } from '../instruments/instrument-error.js';
import { openObserver } from '../instruments/observer.js';
import { openPowerMeter, type PowerMeter } from '../instruments/power-meter.js';
import { openRelayBoard } from '../instruments/relay.js';
import { type RigFile, RigFileError, readRigFile } from './hardware-file.js';
import type { Capability, OpenRig, Rig } from './rig.js';

/** A dongle that gets its power back is a serial port again after about a second; a whole Pi takes longer, and is not meant. */
const PLUG_LIMIT_MS = 10_000;
const CURRENT_LIMIT_MS = 2_000;
/** Less than any radio draws, more than the leak of a relay board and the offset of a meter. */
const OFF_BELOW_UA = 1_000;
const POLL_MS = 50;

/** The rig of real devices that a file describes: two radios, and the instruments it has. */
export function hardwareRig(file: string): Rig {
  const reading = tryReading(file);
  return {
    name: 'hardware',
    capabilities: reading instanceof RigFileError ? [] : capabilitiesOf(reading),
    isOurs: false,
    whyNot: () => (reading instanceof RigFileError ? reading.message : whyNotHere(reading)),
    open: async ({ sabotage }) => {
      if (reading instanceof RigFileError) throw reading;
      if (sabotage !== undefined) throw new Error('a saboteur stands on the wire of controllers of ours only');
      return openBench(reading);
    },
  };
}

function tryReading(file: string): RigFile | RigFileError {
  try {
    return readRigFile(file);
  } catch (error) {
    if (error instanceof RigFileError) return error;
    throw error;
  }
}

function capabilitiesOf({ relay, attenuator, observerRadio }: RigFile): readonly Capability[] {
  const capabilities: Capability[] = ['intervals', 'connections'];
  if (relay !== undefined) capabilities.push('unplug');
  if (attenuator !== undefined) capabilities.push('attenuator');
  if (observerRadio !== undefined) capabilities.push('observer');
  return capabilities;
}

/** A beacon whose power a relay carries may be off now, and its port away: that is seen when the rig is opened. */
function whyNotHere({ beaconRadio, phoneRadio, observerRadio, relay, attenuator, powerMeter }: RigFile) {
  const radios = [relay === undefined ? beaconRadio : undefined, phoneRadio, observerRadio];
  const reasons = [
    ...radios.map((radio) => (radio === undefined ? undefined : whyNoRadio(radio))),
    ...[relay, attenuator, powerMeter].map((port) => (port === undefined ? undefined : whyNoPort(port.path))),
  ].filter((reason) => reason !== undefined);
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

function whyNoRadio(radio: string): string | undefined {
  const address = parseRadioAddress(radio);
  if (address.kind === 'tcp') return undefined;
  if (address.kind === 'adapter')
    return existsSync('/sys/class/bluetooth') ? undefined : 'this kernel has no Bluetooth';
  if (address.kind !== 'kernel') return whyNoPort(address.path);
  return existsSync(`/sys/class/bluetooth/hci${address.deviceId}`) ? undefined : `there is no hci${address.deviceId}`;
}

function whyNoPort(path: string): string | undefined {
  if (!existsSync(path)) return `${path} does not exist`;
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return `${path} may not be opened by this user (is it in the group dialout?)`;
  }
}

async function openBench(bench: RigFile): Promise<OpenRig> {
  const { beaconRadio, phoneRadio, observerRadio, relay: relayOptions } = bench;
  const opened: Instrument[] = [];
  const keep = <Kind extends Instrument>(instrument: Kind): Kind => {
    opened.unshift(instrument);
    return instrument;
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((instrument) => instrument.close()));
  };
  try {
    const meter = bench.powerMeter && keep(await openPowerMeter(bench.powerMeter));
    const relay = relayOptions && keep(await openRelayBoard(relayOptions));
    const setPower = async (isOn: boolean): Promise<void> => {
      if (relayOptions === undefined) return;
      await relay?.setRelay(relayOptions.channel, isOn);
      if (isOn) await untilPlugged(beaconRadio);
      else if (meter !== undefined) await untilOff(meter);
    };
    await setPower(true);
    const attenuator = bench.attenuator && keep(await openAttenuator(bench.attenuator));
    await attenuator?.setAttenuation(0);
    const observer = observerRadio === undefined ? undefined : keep(await openObserver(observerRadio));
    return {
      beaconRadio,
      phoneRadio,
      ...(relay && { unplug: () => setPower(false), plugIn: () => setPower(true) }),
      ...(attenuator && { attenuator }),
      ...(observer && { observer }),
      close,
    };
  } catch (error) {
    await close();
    if (error instanceof InstrumentError) throw new Error(`${error.message}. ${error.advice}`, { cause: error });
    throw error;
  }
}

async function untilPlugged(radio: string): Promise<void> {
  const lastMs = performance.now() + PLUG_LIMIT_MS;
  for (;;) {
    const why = whyNoRadio(radio);
    if (why === undefined) return;
    if (performance.now() > lastMs) throw new Error(`${why}, ${PLUG_LIMIT_MS} ms after its power was switched on`);
    await pause(POLL_MS);
  }
}

/** The relay said that it has switched; the meter says whether the power is gone. */
async function untilOff(meter: PowerMeter): Promise<void> {
  const lastMs = performance.now() + CURRENT_LIMIT_MS;
  for (;;) {
    const currentUa = await meter.readCurrent();
    if (currentUa < OFF_BELOW_UA) return;
    if (performance.now() > lastMs)
      throw new Error(`the beacon still draws ${currentUa} µA, ${CURRENT_LIMIT_MS} ms after its power was cut`);
    await pause(POLL_MS);
  }
}
