/**
 * What the kernel's switchboard for radios says (Linux, Documentation/driver-api/rfkill.rst): below `/sys/class/rfkill`, one
 * folder a switch with the files `type`, `name`, `soft` (0 or 1: blocked by a program) and `hard` (0 or 1: by a real switch).
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface RadioSwitch {
  /** `hci0` for the switch of an adapter; a switch of the whole machine has the name of its driver. */
  readonly name: string;
  readonly isSoftBlocked: boolean;
  readonly isHardBlocked: boolean;
}

const FOLDER = '/sys/class/rfkill';
const MOST_SWITCHES = 64;

/** @returns the Bluetooth switches; none where the machine has no switchboard. Never rejects: a switch may go meanwhile. */
export async function readRadioSwitches(folder = FOLDER): Promise<readonly RadioSwitch[]> {
  const entries = (await readdir(folder).catch(() => [])).slice(0, MOST_SWITCHES);
  const switches = await Promise.all(entries.map((entry) => readSwitch(join(folder, entry))));
  return switches.flatMap((one) => (one === undefined ? [] : [one]));
}

async function readSwitch(folder: string): Promise<RadioSwitch | undefined> {
  const read = async (file: string): Promise<string> => (await readFile(join(folder, file), 'utf8')).trim();
  try {
    if ((await read('type')) !== 'bluetooth') return undefined;
    const [name, soft, hard] = await Promise.all([read('name'), read('soft'), read('hard')]);
    return { name, isSoftBlocked: soft === '1', isHardBlocked: hard === '1' };
  } catch {
    return undefined;
  }
}

/**
 * @param adapter `hci0`. A switch of another adapter says nothing about it; one of the machine does.
 * @returns why the adapter cannot be brought up, one sentence; nothing when no switch stands against it.
 */
export function explainBlock(switches: readonly RadioSwitch[], adapter: string): string | undefined {
  const concerns = switches.filter(({ name }) => name === adapter || !/^hci\d+$/.test(name));
  const hard = concerns.find(({ isHardBlocked }) => isHardBlocked);
  if (hard !== undefined)
    return `the adapter is blocked by a switch of the machine (rfkill "${hard.name}"): slide it, or set it in the firmware`;
  const soft = concerns.find(({ isSoftBlocked }) => isSoftBlocked);
  if (soft !== undefined)
    return `the adapter is blocked by a program (rfkill "${soft.name}"): rfkill unblock bluetooth lets it go`;
  return undefined;
}
