import { profileBeacon } from '@deskbeacon/beacon/identity';
import { decodeAdvertisement, encodeHex, type IdentityLookup } from '@deskbeacon/proximity-core';
import type { Session } from './open-session.js';
import type { Listener } from './pairing/listener.js';
import { waitToHear } from './pairing/listener.js';
import { compileBeacons } from './pairing/own-identity.js';
import { siteOf } from './pairing/pair-beacon.js';
import { medianDbm } from './pairing/waiting-beacons.js';

/** A beacon of the site as it was heard. */
export interface ScannedBeacon {
  readonly beacon: string;
  readonly desk: string;
  readonly packets: number;
  /** Of the latest 20. */
  readonly medianDbm?: number;
  /** Its Eddystone-EID frame was heard, and proves who it is. */
  readonly isProven: boolean;
  /** Its frame of another time: its clock is wrong, or it is a recording. */
  readonly isOutOfTime: boolean;
}

export interface Scanned {
  readonly heard: readonly ScannedBeacon[];
  /** In service, and not heard. */
  readonly silent: readonly string[];
  /** Frames of the organisation, or Eddystone-EID frames, that belong to none of its beacons. */
  readonly unknown: number;
}

const MOST_LEVELS = 20;

/** Listens for all beacons of the site and notes when each was heard. @param forMs 1000..600 000 ms. */
export async function scanSite(
  session: Session,
  listener: Listener,
  {
    forMs,
    signal,
    tell,
  }: { readonly forMs: number; readonly signal: AbortSignal; readonly tell: (heard: number) => void },
): Promise<Scanned> {
  const ring = await session.ring();
  const site = await siteOf(session.registry);
  const rows = (await session.registry.read((reading) => reading.list('beacons'))).filter(
    ({ lifecycle }) => lifecycle === 'deployed',
  );
  const nowUnixMs = session.nowMs();
  const beacons = rows.map((row) =>
    profileBeacon({
      ...row,
      desk: row.id,
      rootKey: ring.open(`beacons/${row.id}/rootKey`, row.rootKey),
      nowUnixMs,
      days: 1,
    }),
  );
  const lookup = compileBeacons(beacons, site.organisationUuid, nowUnixMs);
  const heard = new Map<string, { levelsDbm: number[]; packets: number; isProven: boolean; isOutOfTime: boolean }>();
  let unknown = 0;
  await waitToHear(
    listener,
    ({ data, rssiDbm }) => {
      const found = resolveFrame(data, lookup);
      if (found === undefined) return undefined;
      if (found.beacon === undefined) {
        unknown += 1;
        return undefined;
      }
      const known = heard.get(found.beacon) ?? { levelsDbm: [], packets: 0, isProven: false, isOutOfTime: false };
      known.packets += 1;
      known.isProven ||= found.isProven;
      known.isOutOfTime ||= found.isOutOfTime;
      if (rssiDbm !== 127) known.levelsDbm = [...known.levelsDbm, rssiDbm].slice(-MOST_LEVELS);
      heard.set(found.beacon, known);
      tell(heard.size);
      return undefined;
    },
    { forMs, signal },
  );
  const proven = [...heard].filter(([, { isProven }]) => isProven).map(([id]) => id);
  await session.registry.change(session.by('scan'), async (changing) => {
    for (const id of proven) await changing.noteHeard(id, session.nowMs());
  });
  const deskOf = new Map(rows.map(({ id, desk }) => [id, desk]));
  const listed = [...heard].map(([beacon, { levelsDbm, ...rest }]): ScannedBeacon => {
    const level = medianDbm({ levelsDbm });
    return {
      beacon,
      desk: deskOf.get(beacon) as string,
      ...rest,
      ...(level === undefined ? {} : { medianDbm: level }),
    };
  });
  return {
    heard: listed.sort((a, b) => (b.medianDbm ?? -200) - (a.medianDbm ?? -200)),
    silent: rows.map(({ id }) => id).filter((id) => !heard.has(id)),
    unknown,
  };
}

/** Whose frame it is: `beacon` is what the lookup calls it. @returns `undefined` for what is no frame of ours at all. */
export function resolveFrame(
  data: Uint8Array,
  lookup: IdentityLookup,
): { readonly beacon?: string; readonly isProven: boolean; readonly isOutOfTime: boolean } | undefined {
  const decoded = decodeAdvertisement(data);
  if (!decoded.ok) return undefined;
  for (const frame of decoded.frames) {
    if (frame.kind === 'eddystone-eid' || frame.kind === 'deskbeacon-eid') {
      const eid = encodeHex(frame.eid);
      const present = lookup.eids[eid];
      if (present !== undefined) return { beacon: present, isProven: true, isOutOfTime: false };
      const other = lookup.staleEids[eid] ?? lookup.futureEids[eid];
      return other === undefined
        ? { isProven: false, isOutOfTime: false }
        : { beacon: other, isProven: false, isOutOfTime: true };
    }
    if (frame.kind === 'ibeacon' && encodeHex(frame.proximityUuid) === lookup.organisationUuid) {
      const id = ((frame.major << 16) | frame.minor) >>> 0;
      const beacon = lookup.recognitionIds[id.toString(16).padStart(8, '0')];
      return { ...(typeof beacon === 'string' ? { beacon } : {}), isProven: false, isOutOfTime: false };
    }
  }
  return undefined;
}
