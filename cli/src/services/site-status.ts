import { newestCalibrations } from '../registry/newest-calibrations.js';
import type { Registry } from '../registry/registry.js';
import { lifecycles } from '../registry/tables.js';

/** A building at a glance. */
export interface SiteStatus {
  readonly site: string;
  readonly desks: number;
  readonly anchors: number;
  readonly extensions: number;
  /** By lifecycle. */
  readonly beacons: Readonly<Record<string, number>>;
  /** In service, and not heard for longer than `staleAfterMs`. */
  readonly stale: number;
  readonly uncalibrated: number;
  readonly calibrationStale: number;
  /** Begun and not finished: `pair --resume`. */
  readonly pairings: readonly { readonly id: string; readonly desk: string; readonly step: string }[];
  readonly leases: { readonly open: number; readonly endingSoon: number };
  readonly isRingAll: boolean;
}

const STALE_AFTER_MS = 7 * 86_400_000;
const SOON_MS = 3 * 86_400_000;

export async function readStatus(registry: Registry, nowMs: number): Promise<SiteStatus> {
  return registry.read(async (reading) => {
    const [site] = await reading.list('sites');
    const desks = await reading.list('desks');
    const beacons = await reading.list('beacons');
    const deployed = beacons.filter(({ lifecycle }) => lifecycle === 'deployed');
    const calibrations = newestCalibrations(await reading.list('calibrations'));
    const open = (await reading.list('leases')).filter(
      ({ untilMs, revokedAtMs }) => untilMs > nowMs && revokedAtMs === undefined,
    );
    return {
      site: site?.name ?? '',
      desks: desks.filter(({ isAnchor }) => !isAnchor).length,
      anchors: desks.filter(({ isAnchor }) => isAnchor).length,
      extensions: (await reading.list('extensions')).filter(({ isEnabled }) => isEnabled).length,
      beacons: Object.fromEntries(
        lifecycles.map((lifecycle) => [lifecycle, beacons.filter((beacon) => beacon.lifecycle === lifecycle).length]),
      ),
      stale: deployed.filter(({ lastHeardAtMs }) => nowMs - (lastHeardAtMs ?? 0) > STALE_AFTER_MS).length,
      uncalibrated: deployed.filter(({ desk }) => !calibrations.has(desk)).length,
      calibrationStale: [...calibrations.values()].filter(({ isStale }) => isStale).length,
      pairings: (await reading.list('pairings')).map(({ id, desk, step }) => ({ id, desk, step })),
      leases: { open: open.length, endingSoon: open.filter(({ untilMs }) => untilMs - nowMs < SOON_MS).length },
      isRingAll: site?.isRingAll ?? false,
    };
  });
}
