import type { Session } from '../open-session.js';
import type { Listener } from '../pairing/listener.js';
import { type ScannedBeacon, scanSite } from '../scan-site.js';

/** What was heard at one place, the loudest first. */
export interface SurveyedPlace {
  readonly place: string;
  readonly beacons: readonly ScannedBeacon[];
}

/** Listens at each place in turn. @param options.ready resolves when somebody stands there. */
export async function scanPlaces(
  session: Session,
  listener: Listener,
  places: readonly string[],
  options: {
    readonly seconds: number;
    readonly signal: AbortSignal;
    readonly ready: (place: string) => Promise<void>;
  },
): Promise<readonly SurveyedPlace[]> {
  const surveyed: SurveyedPlace[] = [];
  for (const place of places) {
    await options.ready(place);
    const { heard } = await scanSite(session, listener, {
      forMs: options.seconds * 1000,
      signal: options.signal,
      tell: () => {},
    });
    surveyed.push({ place, beacons: heard });
  }
  return surveyed;
}

/** What a few seconds at a desk say of its beacon. */
export type DeskVerdict = 'right' | 'not-heard' | 'not-proven' | 'weak' | 'not-loudest';

/** An assumption: at the desk a computer hears −45 to −70 dBm, and a room further on less than this. */
const WEAK_DBM = -75;

/** @param beacons as heard, the loudest first. @param ownDesks of the one who stands there. */
export function judgeDesk(
  beacons: readonly ScannedBeacon[],
  ownDesks: readonly string[],
): { readonly verdict: DeskVerdict; readonly own?: ScannedBeacon; readonly loudest?: ScannedBeacon } {
  const [loudest] = beacons;
  const own = beacons.find(({ desk }) => ownDesks.includes(desk));
  if (loudest === undefined || own === undefined)
    return { verdict: 'not-heard', ...(loudest === undefined ? {} : { loudest }) };
  const isWeak = own.medianDbm !== undefined && own.medianDbm < WEAK_DBM;
  const verdict = !own.isProven ? 'not-proven' : own !== loudest ? 'not-loudest' : isWeak ? 'weak' : 'right';
  return { verdict, own, loudest };
}

/** @returns a sentence for each place that is a desk and where its own beacon is not the loudest. */
export async function judgeSurvey(session: Session, surveyed: readonly SurveyedPlace[]): Promise<readonly string[]> {
  const desks = new Map(
    (await session.registry.read((reading) => reading.list('desks'))).map((desk) => [desk.id, desk]),
  );
  return surveyed.flatMap(({ place, beacons }) => {
    if (!desks.has(place)) return [];
    const own = beacons.find(({ desk }) => desk === place);
    if (own === undefined) return [`${place}: its beacon is not heard`];
    const [loudest] = beacons;
    return loudest === own ? [] : [`${place}: ${loudest?.desk} is louder than its own beacon; were they swapped?`];
  });
}
