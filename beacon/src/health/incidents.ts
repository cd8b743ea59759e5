/** What has gone wrong since the start, in memory: how often, when, why, and how long the beacon was dark for it. */
export interface Incidents {
  /** Something went wrong. The beacon counts as dark from now on, unless it stayed on the air through it. */
  note(incident: { readonly code: string; readonly text: string; readonly isDark: boolean }): void;
  /** Counts what is worth no incident of its own. */
  count(code: string): void;
  /** The controller has confirmed that it advertises. */
  noteOnAir(): void;
  /** Plain data, for whoever shows it; a copy. */
  snapshot(): IncidentsSnapshot;
}

export interface IncidentsSnapshot {
  /** When the counting began, Unix ms. */
  readonly sinceUnixMs: number;
  /** Since when the beacon has been on the air without a break, Unix ms; absent while it is dark. */
  readonly onAirSinceUnixMs?: number;
  /** Since when it has been dark, Unix ms; absent while it is on the air. */
  readonly darkSinceUnixMs?: number;
  /** All breaks together, the one that lasts included, ms; the time up to the first frame counts as none. */
  readonly darkMs: number;
  /** How many breaks there were. */
  readonly breaks: number;
  /** By the stable code of the error, or the event of the log. */
  readonly counts: Readonly<Record<string, number>>;
  /** The latest, oldest first, at most 32. */
  readonly latest: readonly Incident[];
}

export interface Incident {
  readonly atUnixMs: number;
  readonly code: string;
  /** One sentence for a person. */
  readonly text: string;
  /** How long the break lasted that this began; absent where it began none, or where the break lasts. */
  readonly darkMs?: number;
}

const KEPT = 32;
/** Codes come from a table of ours; a mistake in it may not fill the memory. */
const MOST_CODES = 64;

export interface IncidentClocks {
  /** Only for telling when. */
  readonly unixMs: () => number;
  /** Never steps; for durations. */
  readonly monotonicMs: () => number;
}

/** Begins dark, which is no break: nothing was on the air yet. */
export function createIncidents({ unixMs, monotonicMs }: IncidentClocks): Incidents {
  const sinceUnixMs = unixMs();
  const counts = new Map<string, number>();
  const latest: { atUnixMs: number; code: string; text: string; darkMs?: number }[] = [];
  let breaks = 0;
  let pastDarkMs = 0;
  let hasBeenOnAir = false;
  let onAir: { readonly unixMs: number } | undefined;
  let dark: { readonly unixMs: number; readonly ms: number; readonly begunBy?: { darkMs?: number } } | undefined = {
    unixMs: sinceUnixMs,
    ms: monotonicMs(),
  };

  function count(code: string): void {
    if (counts.has(code) || counts.size < MOST_CODES) counts.set(code, (counts.get(code) ?? 0) + 1);
  }

  return {
    count,
    note({ code, text, isDark }) {
      const atUnixMs = unixMs();
      count(code);
      const incident: (typeof latest)[number] = { atUnixMs, code, text };
      latest.push(incident);
      if (latest.length > KEPT) latest.shift();
      if (!isDark || dark !== undefined) return;
      dark = { unixMs: atUnixMs, ms: monotonicMs(), begunBy: incident };
      onAir = undefined;
      breaks += 1;
    },
    noteOnAir() {
      if (dark === undefined) return;
      const lastedMs = Math.round(monotonicMs() - dark.ms);
      if (hasBeenOnAir) pastDarkMs += lastedMs;
      if (dark.begunBy !== undefined) dark.begunBy.darkMs = lastedMs;
      hasBeenOnAir = true;
      dark = undefined;
      onAir = { unixMs: unixMs() };
    },
    snapshot: () => ({
      sinceUnixMs,
      ...(onAir === undefined ? {} : { onAirSinceUnixMs: onAir.unixMs }),
      ...(dark === undefined ? {} : { darkSinceUnixMs: dark.unixMs }),
      darkMs: pastDarkMs + (dark === undefined || !hasBeenOnAir ? 0 : Math.round(monotonicMs() - dark.ms)),
      breaks,
      counts: Object.fromEntries(counts),
      latest: latest.map((incident) => ({ ...incident })),
    }),
  };
}
