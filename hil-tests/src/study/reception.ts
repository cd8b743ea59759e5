import { fadingAt } from './fading.js';
import { fadingOf, isInView, type Link } from './links.js';
import { officeParameters } from './parameters.js';
import type { RandomStream } from './random-stream.js';
import type { ScanPlan } from './scan-plan.js';
import type { Setting } from './setting.js';

/** A packet that the phone's controller reported. */
export interface Packet {
  readonly atMs: number;
  readonly link: Link;
  readonly frame: 'eid' | 'ibeacon';
  /** Whole dBm. */
  readonly rssiDbm: number;
}

/** Chance that another beacon's packet lies over one of ours, per beacon: pure ALOHA on one channel (note §3). */
const OVERLAP = (2 * officeParameters.airtimeMs) / (officeParameters.intervalMs + officeParameters.advDelayMs / 2);
const MEAN_STEP_MS = officeParameters.intervalMs + officeParameters.advDelayMs / 2;
const MARGIN_DBM = officeParameters.sensitivityDbm - 8;

/**
 * Draws every packet that is received in one scan and of use to the platform, in order of time. Each beacon sends EID and iBeacon format in turn.
 * @param links all beacons of the building: the weak ones still disturb.
 */
export function drawPackets(
  links: readonly Link[],
  plan: ScanPlan,
  setting: Setting,
  random: RandomStream,
): readonly Packet[] {
  const levelsDbm = Float64Array.from(links, ({ meanDbm }) => meanDbm).sort();
  const packets: Packet[] = [];
  for (const link of links) {
    if (isInView(link)) drawPacketsOf(link, levelsDbm, plan, setting, random, packets);
  }
  return packets.sort((a, b) => a.atMs - b.atMs);
}

function drawPacketsOf(
  link: Link,
  levelsDbm: Float64Array,
  plan: ScanPlan,
  setting: Setting,
  random: RandomStream,
  packets: Packet[],
): void {
  const { advDelayMs, intervalMs, packetNoiseSdDb, sensitivityDbm, sensitivityEdgeDb, spikeDb } = setting.office;
  const fading = fadingOf(link, setting, random);
  // Of others, most platforms can resolve the iBeacon format alone: what nobody will read needs no drawing.
  const isEidOfUse = link.isOwn || setting.platform === 'ios-woken' || setting.platform === 'ios-woken-ranging';
  let isEid = random.uniform() < 0.5;
  let atMs = plan.startMs + MEAN_STEP_MS * random.uniform();
  for (; atMs < plan.endMs; atMs += intervalMs + advDelayMs * random.uniform(), isEid = !isEid) {
    const channel = plan.channelAt(atMs);
    if (channel < 0 || (isEid && !isEidOfUse) || random.uniform() < plan.lossAt(atMs)) continue;
    const powerDbm = link.meanDbm + fadingAt(fading, channel, atMs, random);
    if (powerDbm < MARGIN_DBM) continue;
    const levelDbm = powerDbm + packetNoiseSdDb * random.normal();
    const heard = 1 / (1 + Math.exp((sensitivityDbm - levelDbm) / sensitivityEdgeDb));
    if (random.uniform() >= heard * survival(levelsDbm, powerDbm, link.meanDbm)) continue;
    const isSpike = setting.spikeShare > 0 && random.uniform() < setting.spikeShare;
    const spike = isSpike ? spikeDb[0] + (spikeDb[1] - spikeDb[0]) * random.uniform() : 0;
    packets.push({
      atMs: Math.round(atMs * 100) / 100,
      link,
      frame: isEid ? 'eid' : 'ibeacon',
      rssiDbm: Math.min(-1, Math.round(levelDbm + spike)),
    });
  }
}

/**
 * Chance that no packet of another beacon destroys this one: only those disturb that are stronger than it less the capture
 * ratio.
 * @param levelsDbm mean levels of all beacons, ascending, this one's among them.
 */
export function survival(levelsDbm: Float64Array, powerDbm: number, ownMeanDbm: number): number {
  const limitDbm = powerDbm - officeParameters.captureDb;
  let low = 0;
  let high = levelsDbm.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((levelsDbm[middle] as number) > limitDbm) high = middle;
    else low = middle + 1;
  }
  const rivals = levelsDbm.length - low - (ownMeanDbm > limitDbm ? 1 : 0);
  return (1 - OVERLAP) ** rivals;
}
