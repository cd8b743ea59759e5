import type { StratumSummary, StudySummary } from './summary.js';

/** What a platform makes of a decision, and what the user hears of it at the desk. */

interface PlatformRow {
  readonly platform: string;
  readonly stratum: string;
  /** Before the decision, and what silence sounds like. An iPhone rings before any JavaScript runs. */
  readonly hears: 'nothing' | 'rings-at-once';
}

const platforms: readonly PlatformRow[] = [
  { platform: 'Android, foreground service', stratum: 'main', hears: 'nothing' },
  { platform: 'Android, background', stratum: 'android-background', hears: 'nothing' },
  { platform: 'iOS, app in the foreground', stratum: 'ios-foreground', hears: 'nothing' },
  { platform: 'iOS, woken by the push', stratum: 'ios-woken', hears: 'rings-at-once' },
  { platform: 'iOS, ranging at 1 Hz', stratum: 'ios-ranging', hears: 'rings-at-once' },
];

/** The table; a platform whose stratum was not run is left out by name. */
export function platformRows({ strata }: StudySummary): readonly string[] {
  return [
    '### What the user hears',
    '',
    'Time to silence at the desk, ms, median · 95th percentile of the calls that were silenced. "Push": from when the app has it; what network and',
    'system take before is not in it.',
    '',
    '| platform | stratum | silenced % | from the start of the scan | from the push | the mobile at its desk |',
    '|---|---|---|---|---|---|',
    ...platforms.map(({ platform, stratum, hears }) => {
      const shipped = strata[stratum]?.shipped;
      if (shipped === undefined) return `| ${platform} | \`${stratum}\` | not run | | | |`;
      const share = (100 * shipped.trueSilence[0]).toFixed(1);
      return `| ${platform} | \`${stratum}\` | ${share} | ${pair(shipped.fromScanMs)} | ${pair(shipped.fromPushMs)} | ${sentence(shipped, hears)} |`;
    }),
  ];
}

function sentence(
  { trueSilence: [share], fromPushMs }: StratumSummary['shipped'],
  hears: PlatformRow['hears'],
): string {
  const [p50, p95] = fromPushMs ?? [0, 0];
  const others = `${(100 * (1 - share)).toFixed(0)} % of calls`;
  if (hears === 'nothing') {
    if (fromPushMs === null) return 'rings in every call, from the deadline on';
    return `nothing in ${(100 * share).toFixed(0)} % of calls; in ${others} it rings, from 1.5 s at the latest`;
  }
  if (fromPushMs === null) return 'rings at once, before any code of the app runs, and goes on in every call';
  return `rings at once, before any code of the app runs; stops after ${seconds(p50)} (95 %: ${seconds(p95)}), a flash of the screen stays; in ${others} it rings on`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function pair(ms: readonly [number, number] | null): string {
  return ms === null ? '–' : `${ms[0]} · ${ms[1]}`;
}
