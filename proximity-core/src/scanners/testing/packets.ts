import type { CallEvent } from '../../call/events.js';

/** One packet of each of our formats, in digits, and how its parts look when a library has taken it apart. */

/** `0201061aff…`: UUID 01…10, major 3, minor 4, −59 dBm. */
export const iBeaconPacket = '0201061aff4c0002150102030405060708090a0b0c0d0e0f1000030004c5';
export const iBeaconAlone = '1aff4c0002150102030405060708090a0b0c0d0e0f1000030004c5';
/** After the company identifier. */
export const iBeaconData = '02150102030405060708090a0b0c0d0e0f1000030004c5';
export const iBeaconBase64 = 'TAACFQECAwQFBgcICQoLDA0ODxAAAwAExQ==';
export const iBeaconDataBase64 = 'AhUBAgMEBQYHCAkKCwwNDg8QAAMABMU=';
export const eidPacket = '0201060303aafe0d16aafe30ee1122334455667788';
export const eidPacketBase64 = 'AgEGAwOq/g0Wqv4w7hEiM0RVZneI';
export const eidAlone = '0d16aafe30ee1122334455667788';
export const eidData = '30ee1122334455667788';
export const eidDataBase64 = 'MO4RIjNEVWZ3iA==';
export const ownPacketBase64 = 'AgEGGyHzxPKhF8UinvhGdj4swNtmEMURIjNEVWZ3iA==';
export const ownAlone = '1b21f3c4f2a117c5229ef846763e2cc0db6610c51122334455667788';
export const ownService = '66dbc02c-3e76-46f8-9e22-c517a1f2c4f3';
export const ownDataBase64 = 'EMURIjNEVWZ3iA==';
export const eddystoneService = '0000feaa-0000-1000-8000-00805f9b34fb';

/** The data of the one advertisement that a report gave. */
export function dataOf(events: readonly CallEvent[]): string {
  const [event] = events;
  if (events.length !== 1 || event?.event !== 'advertisement') throw new Error(JSON.stringify(events));
  return event.data;
}
