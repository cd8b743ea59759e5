/** Ties a virtual controller to the air: its radio is a transmitter and a receiver of the same name. */
import type { AirReport } from './advertisement.js';
import type { Air } from './air-contract.js';
import { type Controller, createController } from './controller.js';
import type { ControllerRadio } from './controller-state.js';
import { drawUniform } from './random.js';
import type { ScanTiming } from './scan-window.js';

export interface ConnectedControllerOptions {
  readonly id: string;
  /** Public address, most significant octet first; made of seed and id where absent. */
  readonly address?: Uint8Array | undefined;
  readonly receiverOffsetDb?: number | undefined;
  readonly scanOverride?: ScanTiming | undefined;
  readonly powerAt1mDbm?: number | undefined;
  readonly refusesEnableWhileEnabled?: boolean | undefined;
  /** Takes the events the controller has for its host without having been asked. */
  readonly onEvent: (packet: Uint8Array, report?: AirReport) => void;
}

/** Creates a controller on the air. Its first advertising event goes out as soon as advertising is enabled. */
export function connectController(air: Air, seed: number, options: ConnectedControllerOptions): Controller {
  const { id } = options;
  const { links } = air;
  const radio: ControllerRadio = {
    startAdvertising: ({ intervalUs, advertisementAt }) => {
      const { powerAt1mDbm } = options;
      air.addTransmitter({ id, intervalUs, firstEventAfterUs: 0, powerAt1mDbm, advertisementAt });
    },
    stopAdvertising: () => air.removeTransmitter(id),
    startScanning: (scan) => air.startScan(id, scan),
    stopScanning: () => air.stopScan(id),
    connect: ({ transmitter, isAddressRandom, address, rssiDbm }, centralAddress, timing) =>
      links.begin({
        central: id,
        peripheral: transmitter,
        centralAddress,
        peripheralAddress: { isRandom: isAddressRandom, address },
        timing,
        rssiDbm,
      }),
    hasLink: (handle) => links.has(id, handle),
    send: (handle, fragment) => links.send(id, handle, fragment),
    updateLink: (handle, timing) => links.update(id, handle, timing),
    endLink: (handle, reason) => links.end(id, handle, reason),
    loseLinks: () => links.lose(id),
  };
  const controller = createController({
    id,
    seed,
    address: options.address ?? makePublicAddress(seed, id),
    radio,
    refusesEnableWhileEnabled: options.refusesEnableWhileEnabled,
    onLinkPacket: options.onEvent,
  });
  links.register(id, controller.links);
  air.addReceiver({
    id,
    receiverOffsetDb: options.receiverOffsetDb,
    scanOverride: options.scanOverride,
    onReport: (report) => {
      const packet = controller.hear(report);
      if (packet !== undefined) options.onEvent(packet, report);
    },
  });
  return controller;
}

/** A locally administered unicast address (IEEE 802: second-least bit of the first octet), so that it is nobody's. */
function makePublicAddress(seed: number, id: string): Uint8Array {
  const octets = Array.from({ length: 5 }, (_, index) => Math.floor(256 * drawUniform(seed, 'bd-addr', id, index)));
  return Uint8Array.of(0x02, ...octets);
}
