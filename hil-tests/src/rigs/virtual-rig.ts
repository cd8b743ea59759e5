import { join } from 'node:path';
import { startAir } from './air-process.js';
import type { OpenRig, Rig, RigOptions } from './rig.js';
import { startSaboteur, wireOf } from './saboteur.js';

/** Our own controllers on our own air. */
export const virtualRig: Rig = {
  name: 'virtual',
  capabilities: ['intervals', 'connections', 'command-faults', 'unplug', 'air'],
  isOurs: true,
  whyNot: () => undefined,
  async open(options) {
    const { air, deskSocket, phoneSocket, breakCommands, mendCommands, unplug, close } = await openAir(options);
    return {
      beaconRadio: `h4:unix:${deskSocket}`,
      phoneRadio: `h4:unix:${phoneSocket}`,
      air,
      breakCommands,
      mendCommands,
      unplug,
      close,
    };
  },
};

/** What every rig with controllers of ours has. */
export interface AirOnRig
  extends Required<Pick<OpenRig, 'air' | 'breakCommands' | 'mendCommands' | 'unplug' | 'close'>> {
  /** Where the controllers are served over H4. */
  readonly deskSocket: string;
  readonly phoneSocket: string;
}

/** Starts an air with two controllers, 40 cm apart, and a saboteur on the wire to one of them where one is asked for. */
export async function openAir({ seed, directory, sabotage: kind }: RigOptions): Promise<AirOnRig> {
  const air = await startAir(seed);
  const cleanUps: (() => Promise<void>)[] = [() => air.stop()];
  const serve = async (id: 'desk' | 'phone', x: number): Promise<string> => {
    const socket = join(directory, `${id}.sock`);
    await air.order({ do: 'controller', id, socket, x, y: 0 });
    if (kind === undefined || wireOf(kind) !== id) return socket;
    const sabotaged = await startSaboteur(kind, socket, join(directory, `${id}.sabotaged.sock`));
    cleanUps.unshift(sabotaged.close);
    return sabotaged.socket;
  };
  return {
    air,
    deskSocket: await serve('desk', 0),
    phoneSocket: await serve('phone', 0.4),
    breakCommands: async ({ kind, opcode, times, delayMs }) => {
      const which = opcode === undefined ? {} : { opcode };
      await air.order({
        do: 'fault',
        id: 'desk',
        kind,
        ...which,
        times,
        ...(delayMs === undefined ? {} : { delayMs }),
      });
    },
    mendCommands: async () => {
      await air.order({ do: 'fault', id: 'desk', kind: 'clear' });
    },
    unplug: async () => {
      await air.order({ do: 'fault', id: 'desk', kind: 'unplug' });
    },
    close: async () => {
      for (const cleanUp of cleanUps) await cleanUp();
    },
  };
}
