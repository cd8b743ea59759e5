import { setTimeout as pause } from 'node:timers/promises';
import { type HeardAdvertisement, readAdvertisingReports } from './advertising-reports.js';
import { createHciCommands, HciRefusal } from './hci-commands.js';
import type { HciLink } from './link.js';
import { opcodes, statuses } from './opcodes.js';

export interface Listening {
  /** For so long, ms; a signal ends it sooner. */
  readonly forMs: number;
  readonly signal: AbortSignal;
  readonly onHeard: (heard: HeardAdvertisement) => void;
}

/** Half of the time is left to our own advertising: a controller does one thing at a time. Units of 0.625 ms (§7.8.10). */
const INTERVAL_UNITS = 96;
const WINDOW_UNITS = 48;

/**
 * Listens beside our advertising, passively: nobody is asked for anything, and every packet is reported. The random address cannot
 * be set while a controller scans (§7.8.4), so whoever changes identities ends the listening before it does.
 * @returns once scanning is off again.
 * @throws HciRefusal or BeaconError as `HciCommands.issue` does; `hci-refused` also where another program scans on this adapter.
 */
export async function listen(link: HciLink, { forMs, signal, onHeard }: Listening): Promise<void> {
  const commands = createHciCommands(link);
  const unsubscribe = link.onPacket((packet) => {
    for (const heard of readAdvertisingReports(packet)) onHeard(heard);
  });
  try {
    await commands.issue(opcodes.leSetScanParameters, scanParameters());
    await commands.issue(opcodes.leSetScanEnable, Uint8Array.of(1, 0));
    try {
      await pause(forMs, undefined, { signal }).catch(() => {}); // Only the signal rejects it.
    } finally {
      await commands.issue(opcodes.leSetScanEnable, Uint8Array.of(0, 0)).catch(ignoreAlreadyOff);
    }
  } finally {
    unsubscribe();
    commands.close();
  }
}

/** Type (passive), interval, window, own address type (public: a passive scanner sends nothing), filter policy (all). */
function scanParameters(): Uint8Array {
  const parameters = new Uint8Array(7);
  const view = new DataView(parameters.buffer);
  view.setUint16(1, INTERVAL_UNITS, true);
  view.setUint16(3, WINDOW_UNITS, true);
  return parameters;
}

function ignoreAlreadyOff(error: unknown): void {
  if (!(error instanceof HciRefusal) || error.status !== statuses.commandDisallowed) throw error;
}
