import { encodeEddystoneEid, encodeIBeacon } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { createNeighbourTable, MOST_NEIGHBOURS } from './neighbours.js';

const organisation = new Uint8Array(16).fill(0xa1);
const address = (n: number): Uint8Array => Uint8Array.of(0x11, 0, 0, 0, n >> 8, n & 0xff);
const ibeacon = (minor: number, proximityUuid = organisation): Uint8Array =>
  encodeIBeacon({ proximityUuid, major: 7, minor, measuredPowerDbm: -59 });
const eid = encodeEddystoneEid({ txPowerAt0mDbm: -18, eid: new Uint8Array(8) });

describe('the neighbours of a beacon', () => {
  it('are those that send the frame of the organisation, the loudest first, with the median of all their packets', () => {
    const table = createNeighbourTable(organisation);
    [-80, -70, -90].forEach((rssiDbm, i) => {
      table.add({ address: address(1), data: ibeacon(1), rssiDbm }, 1000 + i);
    });
    table.add({ address: address(2), data: eid, rssiDbm: -50 }, 1001);
    table.add({ address: address(2), data: ibeacon(2), rssiDbm: -52 }, 1002);
    expect(table.list()).toEqual([
      {
        ...{ major: 7, minor: 2, packets: 2, medianRssiDbm: -50, leastRssiDbm: -52, mostRssiDbm: -50 },
        ...{ firstUnixMs: 1001, lastUnixMs: 1002, hasProof: true },
      },
      {
        ...{ major: 7, minor: 1, packets: 3, medianRssiDbm: -80, leastRssiDbm: -90, mostRssiDbm: -70 },
        ...{ firstUnixMs: 1000, lastUnixMs: 1002, hasProof: false },
      },
    ]);
  });

  it('are no strangers: neither another organisation, nor what sends no such frame, nor what is broken or without a level', () => {
    const table = createNeighbourTable(organisation);
    table.add({ address: address(1), data: ibeacon(1, new Uint8Array(16)), rssiDbm: -60 }, 1);
    table.add({ address: address(2), data: eid, rssiDbm: -60 }, 1);
    table.add({ address: address(3), data: Uint8Array.of(9, 1), rssiDbm: -60 }, 1);
    table.add({ address: address(4), data: ibeacon(4) }, 1);
    expect(table.list()).toEqual([]);
  });

  it('are bounded, however many addresses a forger makes up', () => {
    const table = createNeighbourTable(organisation);
    for (let n = 0; n < 2000; n += 1) table.add({ address: address(n), data: ibeacon(n), rssiDbm: -60 }, n);
    expect(table.list().length).toBe(MOST_NEIGHBOURS);
  });
});
