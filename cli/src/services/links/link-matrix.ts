import type { NeighbourReport } from './neighbour-report.js';
import { createRecogniser, type KnownBeacon } from './recognise.js';

/** How one beacon hears another. */
export interface Link {
  /** Who listened. */
  readonly from: string;
  /** Who was heard. */
  readonly to: string;
  readonly rssiDbm: number;
  readonly packets: number;
  readonly hasProof: boolean;
}

export interface LinkMatrix {
  readonly version: 1;
  readonly atUnixMs: number;
  /** Beacons that listened. */
  readonly listeners: readonly string[];
  readonly links: readonly Link[];
  /** How many windows a beacon's clock is ahead of those who heard it; only what is not 0. */
  readonly clocks: Readonly<Record<string, number>>;
  /** Identities of the organisation that no beacon of the registry has, and how many heard each. */
  readonly strangers: readonly { readonly major: number; readonly minor: number; readonly heardBy: number }[];
}

export interface HostReport {
  readonly host: string;
  readonly report: NeighbourReport;
  /** When it came in, by the clock of this machine. */
  readonly receivedUnixMs: number;
}

export interface MatrixMade {
  readonly matrix: LinkMatrix;
  /** Machines whose own beacon is none of the registry's, and those that have not listened. */
  readonly unknownHosts: readonly string[];
  readonly silentHosts: readonly string[];
}

/** A clock is called wrong when the median of those who heard it says so, its own word included, by the clock of this machine. */
export function makeLinkMatrix(
  beacons: readonly KnownBeacon[],
  reports: readonly HostReport[],
  nowUnixMs: number,
): MatrixMade {
  const recognise = createRecogniser(beacons, nowUnixMs);
  const listeners: string[] = [];
  const links: Link[] = [];
  const aheads = new Map<string, number[]>();
  const strangers = new Map<string, { major: number; minor: number; heardBy: number }>();
  const unknownHosts: string[] = [];
  const silentHosts: string[] = [];
  for (const { host, report, receivedUnixMs } of reports) {
    const self = recognise(report.major, report.minor, receivedUnixMs);
    if (self === undefined) {
      unknownHosts.push(host);
      continue;
    }
    if (report.listened === undefined || report.listened.forMs === 0) {
      silentHosts.push(host);
      continue;
    }
    const from = self.known.beacon;
    addTo(aheads, from, self.windowsAhead);
    // What the listener wrote down stands on its clock, which may be the wrong one.
    const listenersErrorMs = receivedUnixMs - report.unixMs;
    listeners.push(from);
    for (const { major, minor, medianRssiDbm, packets, lastUnixMs, hasProof } of report.listened.neighbours) {
      const found = recognise(major, minor, lastUnixMs + listenersErrorMs);
      if (found === undefined) {
        const key = `${major}/${minor}`;
        const known = strangers.get(key) ?? { major, minor, heardBy: 0 };
        strangers.set(key, { ...known, heardBy: known.heardBy + 1 });
        continue;
      }
      const to = found.known.beacon;
      if (to === from) continue;
      addTo(aheads, to, found.windowsAhead);
      addLink(links, { from, to, rssiDbm: medianRssiDbm, packets, hasProof });
    }
  }
  const clocks: Record<string, number> = {};
  for (const [beacon, ahead] of aheads) if (medianOf(ahead) !== 0) clocks[beacon] = medianOf(ahead);
  const matrix: LinkMatrix = {
    version: 1,
    atUnixMs: nowUnixMs,
    listeners: listeners.sort(),
    links,
    clocks,
    strangers: [...strangers.values()],
  };
  return { matrix, unknownHosts, silentHosts };
}

function addTo(lists: Map<string, number[]>, key: string, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Two identities of one beacon are one link: levels by their packets. */
function addLink(links: Link[], link: Link): void {
  const at = links.findIndex(({ from, to }) => from === link.from && to === link.to);
  const known = links[at];
  if (known === undefined) {
    links.push(link);
    return;
  }
  const packets = known.packets + link.packets;
  const rssiDbm = (known.rssiDbm * known.packets + link.rssiDbm * link.packets) / packets;
  links[at] = { ...known, packets, rssiDbm, hasProof: known.hasProof || link.hasProof };
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
