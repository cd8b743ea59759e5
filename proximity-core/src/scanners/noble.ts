import { encodeHex } from '../advertisement/bytes.js';
import type { CallEvent } from '../call/events.js';

/**
 * What noble's HCI layer reports of one packet (`leAdvertisingReport`). The merged peripheral of its `discover` event will
 * not do: it keeps the manufacturer data of an address for ever, so that an Eddystone packet would count as an iBeacon too.
 */
export interface NobleReport {
  /** Of the sender, as noble writes it. */
  readonly address: string;
  /** As the receiver reported it, sentinels included. */
  readonly rssiDbm: number;
  /** AD structures as heard. */
  readonly data: Uint8Array;
}

/**
 * One packet that noble heard, for the reducer.
 * @param report one packet as noble heard it.
 * @param t milliseconds on the call's clock.
 * @returns the event for the reducer.
 * @example fromNobleReport({ address: '12:34:56:78:9a:bc', rssiDbm: -63, data: Uint8Array.of(2, 1, 6) }, 57) // { t: 57, event: 'advertisement', address: '12:34:56:78:9a:bc', rssiDbm: -63, data: '020106' }
 */
export function fromNobleReport(report: NobleReport, t: number): CallEvent {
  return { t, event: 'advertisement', address: report.address, rssiDbm: report.rssiDbm, data: encodeHex(report.data) };
}
