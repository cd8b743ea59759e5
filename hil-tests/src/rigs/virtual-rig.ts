import { join } from 'node:path';
import { startAir } from './air-process.js';
import type { Rig } from './rig.js';

/** Our own controllers on our own air. */
export const virtualRig: Rig = {
  name: 'virtual',
  capabilities: ['intervals', 'command-faults', 'unplug'],
  isOurs: true,
  whyNot: () => undefined,
  async open({ seed, directory }) {
    const air = await startAir(seed);
    const socketOf = (id: string): string => join(directory, `${id}.sock`);
    for (const [id, x] of [
      ['desk', 0],
      ['phone', 0.4],
    ] as const) {
      await air.order({ do: 'controller', id, socket: socketOf(id), x, y: 0 });
    }
    return {
      beaconRadio: `h4:unix:${socketOf('desk')}`,
      phoneRadio: `h4:unix:${socketOf('phone')}`,
      breakCommands: async ({ kind, opcode, times, delayMs }) => {
        await air.order({
          do: 'fault',
          id: 'desk',
          kind,
          opcode,
          times,
          ...(delayMs === undefined ? {} : { delayMs }),
        });
      },
      unplug: async () => {
        await air.order({ do: 'fault', id: 'desk', kind: 'unplug' });
      },
      close: () => air.stop(),
    };
  },
};
