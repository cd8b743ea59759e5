import { type ControlClient, type Credential, connectControl } from '@deskbeacon/beacon/control';
import { CliError } from '../../errors/cli-error.js';
import type { Listener } from './listener.js';

/**
 * Connects to what was heard under an address, does `work`, and lets go whatever comes.
 * @throws BeaconError `control-failed`, `control-refused`, or of the radio when it goes away; CliError `beacon-unreachable` when it was never heard.
 */
export async function connectBeacon<T>(
  listener: Listener,
  address: string,
  credential: Credential,
  secret: Uint8Array,
  work: (client: ControlClient) => Promise<T>,
): Promise<T> {
  const peripheral = listener.peripheralAt(address);
  if (peripheral === undefined) throw new CliError('beacon-unreachable', `${address}: was not heard yet`);
  const client = await Promise.race([connectControl(peripheral, credential, secret), listener.lost]);
  try {
    return await Promise.race([work(client), listener.lost]);
  } finally {
    await client.close().catch(() => {}); // It is gone already, and what was asked is answered.
  }
}
