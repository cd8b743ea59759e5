import { encodeHex } from '../advertisement/bytes.js';
import type { CallEvent } from '../call/events.js';

/**
 * What noble's HCI layer reports of one packet (`leAdvertisingReport`). The merged peripheral of its `discover` event will
 * not do: it keeps the manufacturer data of an address for ever, so that an Eddystone packet would count as an iBeacon too.
 */
export interface NobleReport {
  readonly address: string;
  readonly rssiDbm: number;
  readonly data: Uint8Array;
}

/**
 * @param report one packet as noble heard it.
 * @param t milliseconds on the call's clock.
 * @returns the event for the reducer.
 */
export function fromNobleReport(report: NobleReport, t: number): CallEvent {
  return { t, event: 'advertisement', address: report.address, rssiDbm: report.rssiDbm, data: encodeHex(report.data) };
}
