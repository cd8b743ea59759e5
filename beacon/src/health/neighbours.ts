import { decodeAdvertisement, encodeHex } from '@deskbeacon/proximity-core';
import type { HeardAdvertisement } from '../radio/index.js';

/** Another beacon of the organisation, as it was heard. Whose it is, whoever has the recognition keys can tell (docs/links.md). */
export interface Neighbour {
  /** What its iBeacon-format frame says in its window. */
  readonly major: number;
  readonly minor: number;
  readonly packets: number;
  /** Of all packets of this identity, the iBeacon-format ones and those that came from the same address. */
  readonly medianRssiDbm: number;
  readonly leastRssiDbm: number;
  readonly mostRssiDbm: number;
  readonly firstUnixMs: number;
  readonly lastUnixMs: number;
  /** Whether an Eddystone-EID frame came from the same address: without one the beacon is switched to ring-all, or only half of it works. */
  readonly hasProof: boolean;
}

export interface NeighbourTable {
  add(heard: HeardAdvertisement, unixMs: number): void;
  /** The loudest first. */
  list(): readonly Neighbour[];
}

interface Record {
  identity?: { readonly major: number; readonly minor: number };
  hasProof: boolean;
  readonly levels: number[];
  readonly firstUnixMs: number;
  lastUnixMs: number;
}

/** Addresses kept, of strangers as well until they have shown what they are; a forger can make up as many as there is air. */
const MOST_ADDRESSES = 512;
const MOST_LEVELS = 512;
export const MOST_NEIGHBOURS = 128;

/**
 * Gathers what one listening hears. A stranger's packets are counted for nothing and named nowhere: only who sends the organisation's
 * iBeacon-format frame is in the list.
 * @param organisationUuid 16 octets.
 */
export function createNeighbourTable(organisationUuid: Uint8Array): NeighbourTable {
  const organisation = encodeHex(organisationUuid);
  const records = new Map<string, Record>();
  return {
    add({ address, data, rssiDbm }, unixMs) {
      const decoded = decodeAdvertisement(data);
      if (rssiDbm === undefined || !decoded.ok) return;
      const key = encodeHex(address);
      const known = records.get(key);
      if (known === undefined && records.size >= MOST_ADDRESSES) return;
      const record = known ?? { hasProof: false, levels: [], firstUnixMs: unixMs, lastUnixMs: unixMs };
      records.set(key, record);
      record.lastUnixMs = unixMs;
      if (record.levels.length < MOST_LEVELS) record.levels.push(rssiDbm);
      for (const frame of decoded.frames) {
        if (frame.kind === 'eddystone-eid') record.hasProof = true;
        if (frame.kind === 'ibeacon' && encodeHex(frame.proximityUuid) === organisation)
          record.identity = { major: frame.major, minor: frame.minor };
      }
    },
    list: () =>
      [...records.values()]
        .flatMap(neighbourOf)
        .sort((a, b) => b.medianRssiDbm - a.medianRssiDbm)
        .slice(0, MOST_NEIGHBOURS),
  };
}

function neighbourOf({ identity, hasProof, levels, firstUnixMs, lastUnixMs }: Record): readonly Neighbour[] {
  if (identity === undefined) return [];
  const sorted = [...levels].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  return [
    {
      ...identity,
      packets: levels.length,
      medianRssiDbm: at(0.5),
      leastRssiDbm: at(0),
      mostRssiDbm: at(1),
      firstUnixMs,
      lastUnixMs,
      hasProof,
    },
  ];
}
