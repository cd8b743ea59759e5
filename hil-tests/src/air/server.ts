/**
 * The virtual air in real time: an air, a pump that moves it, and a socket per controller. A program opens a controller
 * by the radio string `h4:unix:PATH`, as it opens a dongle, and cannot tell the difference.
 */
import type { AirLogEntry } from './advertisement.js';
import { createAir } from './air.js';
import { type Air, airLimits, type Placement, type TransmitterOptions } from './air-contract.js';
import { type ConnectedControllerOptions, connectController } from './connect-controller.js';
import type { Controller } from './controller.js';
import type { Fault } from './faults.js';
import { type HostPort, openHostPort } from './host-port.js';
import type { LatenessSummary } from './lateness.js';
import type { Wall } from './plan.js';
import { createPump } from './pump.js';
import type { ScanTiming } from './scan-window.js';

export interface ServedControllerOptions extends Omit<ConnectedControllerOptions, 'onEvent'> {
  readonly socketPath: string;
}

export interface TimedLogEntry extends AirLogEntry {
  readonly unixMs: number;
}

export interface AirStatus {
  readonly nowUs: number;
  readonly controllers: readonly {
    readonly id: string;
    readonly radio: string;
    readonly hasHost: boolean;
    readonly isAdvertising: boolean;
    readonly isScanning: boolean;
    readonly droppedEvents: number;
  }[];
  readonly transmitters: readonly string[];
  readonly lateness: LatenessSummary | undefined;
  readonly slips: number;
}

/** Everything acts at the present: the air is brought to "now" first, and the pump set afresh after. */
export interface AirServer {
  readonly seed: number;
  /** @returns the radio string. @throws {AirError} if the socket cannot be made. @throws {RangeError} if the name is taken. */
  openController(options: ServedControllerOptions): Promise<string>;
  place(placement: Placement): void;
  setWalls(walls: readonly Wall[]): void;
  overrideScan(id: string, timing: ScanTiming | undefined): void;
  /** Adds a scripted transmitter, or replaces the one of this name. */
  transmit(options: TransmitterOptions): void;
  /** Removes a scripted transmitter, or a controller with its socket. @returns whether there was one. */
  remove(id: string): Promise<boolean>;
  /** @throws {RangeError} if there is no such controller. */
  injectFault(id: string, fault: Fault): void;
  clearFaults(id: string): void;
  setPower(id: string, isOn: boolean): void;
  unplug(id: string): void;
  /** Hears every advertising event from now on; `undefined` ends it. */
  setLog(log: ((entry: TimedLogEntry) => void) | undefined): void;
  unixMsAt(atUs: number): number;
  status(): AirStatus;
  close(): Promise<void>;
}

interface Served {
  readonly controller: Controller;
  readonly port: HostPort;
}

export function createAirServer(options: { readonly seed: number }): AirServer {
  const { seed } = options;
  let log: ((entry: TimedLogEntry) => void) | undefined;
  const air: Air = createAir({ seed, log: (entry) => log?.({ ...entry, unixMs: pump.unixMsAt(entry.atUs) }) });
  const pump = createPump(air);
  const served = new Map<string, Served>();
  const scripted = new Set<string>();
  pump.schedule();

  async function openController(opened: ServedControllerOptions): Promise<string> {
    const { id, socketPath } = opened;
    if (served.has(id) || scripted.has(id)) throw new RangeError(`controller: the name ${id} is taken`);
    let port: HostPort | undefined;
    const controller = connectController(air, seed, { ...opened, onEvent: (packet) => port?.sendEvent(packet) });
    try {
      port = await openHostPort({ path: socketPath, controller, pump });
    } catch (error) {
      air.removeReceiver(id);
      throw error;
    }
    served.set(id, { controller, port });
    return `h4:unix:${socketPath}`;
  }

  function find(id: string): Served {
    const found = served.get(id);
    if (found === undefined) throw new RangeError(`there is no controller ${id}`);
    return found;
  }

  function atPresent<T>(act: () => T): T {
    pump.catchUp();
    try {
      return act();
    } finally {
      pump.schedule();
    }
  }

  function transmit(added: TransmitterOptions): void {
    if (served.has(added.id)) throw new RangeError(`transmitter: ${added.id} is the name of a controller`);
    air.removeTransmitter(added.id);
    scripted.delete(added.id);
    // Room is kept for every controller: enabling its advertising must not fail.
    const most = airLimits.transmitters - airLimits.receivers;
    if (scripted.size >= most) throw new RangeError(`transmitter: expected at most ${most} scripted ones`);
    air.addTransmitter(added);
    scripted.add(added.id);
  }

  async function remove(id: string): Promise<boolean> {
    const found = served.get(id);
    if (found !== undefined) {
      served.delete(id);
      await found.port.close();
      air.removeReceiver(id);
      return true;
    }
    atPresent(() => air.removeTransmitter(id));
    return scripted.delete(id);
  }

  return {
    seed,
    openController,
    place: (placement) => atPresent(() => air.place(placement)),
    setWalls: (walls) => atPresent(() => air.setWalls(walls)),
    overrideScan: (id, timing) => atPresent(() => air.overrideScan(id, timing)),
    transmit: (added) => atPresent(() => transmit(added)),
    remove,
    injectFault: (id, fault) => find(id).controller.injectFault(fault),
    clearFaults: (id) => find(id).controller.clearFaults(),
    setPower: (id, isOn) => atPresent(() => find(id).controller.setPower(isOn)),
    unplug: (id) => find(id).port.unplug(),
    setLog: (listener) => {
      log = listener;
    },
    unixMsAt: pump.unixMsAt,
    status: () => ({
      nowUs: air.nowUs(),
      controllers: [...served.values()].map(describeController),
      transmitters: [...scripted],
      lateness: pump.lateness(),
      slips: pump.slips(),
    }),
    close: async () => {
      pump.stop();
      await Promise.all([...served.values()].map(({ port }) => port.close()));
      served.clear();
    },
  };
}

function describeController({ controller, port }: Served): AirStatus['controllers'][number] {
  return {
    id: controller.id,
    radio: `h4:unix:${port.path}`,
    hasHost: port.hasHost(),
    isAdvertising: controller.isAdvertising(),
    isScanning: controller.isScanning(),
    droppedEvents: port.droppedEvents(),
  };
}
