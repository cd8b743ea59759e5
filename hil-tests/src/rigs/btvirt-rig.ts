import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startBtvirt, whyNoBtvirt } from './btvirt.js';
import type { Rig } from './rig.js';

/** BlueZ's emulator: it reports an advertisement once, when advertising or scanning is switched on, and without a level. */
export const btvirtRig: Rig = {
  name: 'btvirt',
  capabilities: ['connections'],
  isOurs: false,
  whyNot: whyNoBtvirt,
  async facts() {
    const { stdout } = await promisify(execFile)('btvirt', ['--version']);
    return { btvirt: stdout.trim() };
  },
  async open() {
    const emulator = await startBtvirt();
    // Each connection gets a controller of its own.
    return { beaconRadio: emulator.radio, phoneRadio: emulator.radio, close: emulator.stop };
  },
};
