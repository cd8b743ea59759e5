import { stat } from 'node:fs/promises';
import { explainBlock, type RadioSwitch, readRadioSwitches } from '../health/rfkill.js';
import { type Adapter, listAdapters, parseRadioAddress, type RadioAddress } from '../radio/index.js';

/** What can be seen of a radio from outside, without opening it. */
export interface RadioView {
  /** Why it is in vain to open it now, one sentence; nothing when nothing is seen that stands against it. */
  readonly obstacle?: string;
  /** Changes with everything that may make another try worth while: a plug, a switch, an adapter brought up. */
  readonly signature: string;
}

export interface RadioEyes {
  readonly adapters: () => readonly Adapter[] | undefined;
  readonly switches: () => Promise<readonly RadioSwitch[]>;
  /** What a path stands for now; nothing where there is none. */
  readonly fileMark: (path: string) => Promise<string | undefined>;
}

const realEyes: RadioEyes = { adapters: listAdapters, switches: () => readRadioSwitches(), fileMark };

/** Looks at the radio that a string names. Costs a handful of system calls; never rejects. */
export async function viewRadio(radio: string, eyes: RadioEyes = realEyes): Promise<RadioView> {
  const address = parseRadioAddress(radio);
  if (address.kind === 'kernel' || address.kind === 'adapter') return viewAdapters(address, eyes);
  if (address.kind === 'tcp') return { signature: '' };
  const mark = await eyes.fileMark(address.path);
  return mark === undefined ? { signature: '', obstacle: `${address.path} is not there` } : { signature: mark };
}

type KernelRadio = Extract<RadioAddress, { readonly kind: 'kernel' | 'adapter' }>;

async function viewAdapters(address: KernelRadio, eyes: RadioEyes): Promise<RadioView> {
  const adapters = eyes.adapters();
  if (adapters === undefined) return { signature: '' };
  const switches = await eyes.switches();
  const signature = JSON.stringify([adapters, switches]);
  const own = address.kind === 'kernel' ? adapters.find(({ deviceId }) => deviceId === address.deviceId) : undefined;
  const name = address.kind === 'kernel' ? `hci${address.deviceId}` : address.publicAddress;
  const block = explainBlock(switches, name);
  const isTaken = address.channel === 'user';
  // An adapter that is up is not blocked, whatever a switch says that is not its own.
  if (own !== undefined && (own.isUp || isTaken))
    return block !== undefined && !own.isUp ? { signature, obstacle: block } : { signature };
  if (own !== undefined) return { signature, obstacle: block ?? `${name} is down: hciconfig ${name} up brings it up` };
  // Without its number it may be any of the others.
  if (adapters.some(({ isUp }) => isUp || isTaken)) return { signature };
  const what = adapters.length === 0 ? 'there is no adapter' : 'every adapter is down';
  return { signature, obstacle: block ?? `${name}: ${what}` };
}

async function fileMark(path: string): Promise<string | undefined> {
  return stat(path).then(
    ({ ino, ctimeMs }) => `${ino} ${ctimeMs}`,
    () => undefined,
  );
}
