/** What an air's log says of one transmitter: how regularly it was on the air, and what it lost. */

/** The controller may take up to 5 ms more than the minimum it was given, and adds up to 10 ms by itself (advDelay). */
const SPREAD_MS = 15;
const CLOCK_GRAIN_MS = 3;

/**
 * @param events in order: unixMs, address, data.
 * @param intervalMs of advertising.
 */
export function regularityOf(events, intervalMs) {
  const longestMs = intervalMs + SPREAD_MS + CLOCK_GRAIN_MS;
  const steps = events.slice(1).map((event, i) => ({
    gapMs: event.unixMs - events[i].unixMs,
    isNewIdentity: event.address !== events[i].address,
    isNewData: event.data !== events[i].data,
  }));
  /** Events that would have fallen into a gap. */
  const lostIn = ({ gapMs }) => Math.max(0, Math.ceil((gapMs - longestMs) / (intervalMs + SPREAD_MS)));
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const identityChanges = steps.filter(({ isNewIdentity }) => isNewIdentity);
  const others = steps.filter(({ isNewIdentity }) => !isNewIdentity);
  const dataChanges = others.filter(({ isNewData }) => isNewData);
  const gaps = others.map(({ gapMs }) => gapMs);
  const meanMs = sum(gaps) / gaps.length;
  const lost = sum(others.map(lostIn));
  return {
    events: events.length,
    dataChanges: dataChanges.length,
    lostAtDataChanges: lost,
    lostPer10000DataChanges: dataChanges.length === 0 ? 0 : (10_000 * lost) / dataChanges.length,
    // Where none was lost, what 95 of 100 such runs would not exceed (rule of three).
    lostPer10000DataChangesAtMost: dataChanges.length === 0 || lost > 0 ? undefined : 30_000 / dataChanges.length,
    identityChanges: identityChanges.length,
    mostLostAtAnIdentityChange: Math.max(0, ...identityChanges.map(lostIn)),
    gapMeanMs: meanMs,
    gapSdMs: Math.sqrt(sum(gaps.map((gap) => (gap - meanMs) ** 2)) / gaps.length),
    gapMostMs: Math.max(...gaps),
  };
}

/** AD structures that tell the frames apart: manufacturer data, and service data with the Eddystone frame type. */
const kinds = [
  ['ibeacon', /ff4c000215/],
  ['altbeacon', /ff....beac/],
  ['eid', /16aafe30/],
  ['uid', /16aafe00/],
  ['url', /16aafe10/],
  ['etlm', /16aafe20/],
];

/** @returns share of the events, by kind of frame. */
export function sharesOf(events) {
  const counts = {};
  for (const { data } of events) {
    const kind = kinds.find(([, pattern]) => pattern.test(data))?.[0] ?? 'other';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, count / events.length]));
}
