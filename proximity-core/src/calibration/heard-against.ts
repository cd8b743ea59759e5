import { otherLevelDb, ownHeard } from '../decision/map.js';
import { parameters } from '../decision/parameters.js';
import type { Site } from '../decision/site.js';
import type { Evidence } from '../evidence/evidence.js';
import { clamp } from '../math/elementary.js';
import { ownValue } from '../own-value.js';
import type { DeskPrint } from '../profile/site-model.js';

/** What one call heard, held against a desk's print, link by link. */
export interface HeardAgainst {
  /** The own beacon above its print, dB, and the variance of that. */
  readonly ownDb: number;
  readonly ownVarianceDb2: number;
  /** The others above theirs: sum of the inverse variances, and of the differences weighted by them. */
  readonly othersWeight: number;
  readonly othersSum: number;
}

/** @returns absent where the own beacon was not heard or is not in the print. */
export function heardAgainst(
  desk: string,
  print: DeskPrint,
  evidence: Evidence,
  site: Site,
  exposureMs: number,
): HeardAgainst | undefined {
  const { levelDb, packets } = ownHeard(desk, evidence, site, exposureMs);
  const own = ownValue(print.links, desk);
  if (levelDb === undefined || own === undefined) return undefined;
  let othersWeight = 0;
  let othersSum = 0;
  for (const [other, link] of Object.entries(print.links)) {
    const beacon = other === desk ? undefined : ownValue(evidence.beacons, other);
    if (beacon === undefined) continue;
    const intervalMs = (site.intervalsMs[other] ?? site.defaultIntervalMs) + 5;
    const expected = (exposureMs / intervalMs) * parameters.otherFrameShare;
    const weight = 1 / (link.sdDb * link.sdDb + packetVariance(beacon.packets));
    othersWeight += weight;
    othersSum += weight * (otherLevelDb(beacon, expected) - link.gainDb);
  }
  return {
    ownDb: levelDb - own.gainDb,
    ownVarianceDb2: own.sdDb * own.sdDb + packetVariance(packets),
    othersWeight,
    othersSum,
  };
}

function packetVariance(packets: number): number {
  const looks = clamp(packets, 1, parameters.independentPackets);
  return (parameters.packetSdDb * parameters.packetSdDb) / looks;
}
