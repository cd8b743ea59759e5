import { whyNoPty } from '../instruments/simulators/open-pty.js';
import { hardwareRig } from './hardware-rig.js';
import type { Rig } from './rig.js';
import { openSimulatedBench } from './simulated-bench.js';

/** The hardware rig's own code on a bench of simulators: our controllers as serial dongles, our instruments on serial ports. */
export const simulatedRig: Rig = {
  name: 'simulated',
  capabilities: ['intervals', 'connections', 'unplug', 'attenuator', 'observer'],
  isOurs: true,
  whyNot: whyNoPty,
  async open(options) {
    const { sabotage: _isOfTheBench, ...rest } = options;
    const bench = await openSimulatedBench(options);
    try {
      const open = await hardwareRig(bench.rigFile).open(rest);
      return { ...open, close: () => open.close().finally(bench.close) };
    } catch (error) {
      await bench.close();
      throw error;
    }
  },
};
