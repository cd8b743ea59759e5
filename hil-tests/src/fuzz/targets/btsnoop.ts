import { encodeBtsnoopHeader, encodeBtsnoopRecord, readBtsnoop } from '@deskbeacon/beacon/radio';
import { type FuzzTarget, mustHold } from '../target.js';

const header = encodeBtsnoopHeader();
const record = encodeBtsnoopRecord({
  direction: 'sent',
  atUs: 1_795_000_000_000_000,
  packet: Uint8Array.of(1, 3, 12, 0),
});
const FILE_HEADER_OCTETS = 16;
const RECORD_HEADER_OCTETS = 24;

/** A capture: refused with a reason, or read, with every octet in a record or counted as cut off, and written again as read. */
export const btsnoop: FuzzTarget = {
  name: 'btsnoop',
  mostOctets: 2048,
  dictionary: [header, record, record.slice(0, RECORD_HEADER_OCTETS)],
  seeds: () => [
    header,
    Uint8Array.of(...header, ...record),
    Uint8Array.of(...header, ...record, ...record.slice(0, 20)),
  ],
  run(input) {
    const reading = readBtsnoop(input);
    if (!reading.ok) {
      mustHold(reading.reason.length > 0, 'a capture is refused without a reason');
      return;
    }
    const octets = reading.records.reduce((sum, { packet }) => sum + RECORD_HEADER_OCTETS + packet.length, 0);
    mustHold(
      FILE_HEADER_OCTETS + octets + reading.truncatedOctets === input.length,
      'octets of a capture are in no record and not counted',
    );
    const again = readBtsnoop(
      Uint8Array.of(...header, ...reading.records.flatMap((one) => [...encodeBtsnoopRecord(one)])),
    );
    mustHold(
      again.ok && JSON.stringify(again.records) === JSON.stringify(reading.records),
      'a capture is another one when it is written again',
    );
  },
};
