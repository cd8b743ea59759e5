import type { Growth } from '../evidence.js';
import type { Geometry } from '../geometry.js';
import type { NativePower } from '../peer-scores.js';
import { outOfEarshotClasses, ownClasses, type StudyClass } from '../placement.js';
import type { Kept, Reliability } from '../reliability.js';
import type { Carrying, Curve, Method, StratumReport } from '../report.js';
import type { StudyReport } from '../run-study.js';

/** What docs/decision-study.json keeps of a study: figures with their intervals and n, rounded and in a fixed order. */

/** A share with its 95 % interval. */
export type Range = readonly [share: number, low: number, high: number];

export interface Row {
  readonly method: Method;
  readonly carrying: Carrying;
  readonly falseSilence: number;
  readonly trueSilence: Range;
  readonly neighbour: number;
  /** The class out of earshot that was silenced most, of the calls that it is tried on. */
  readonly worstAway: number;
}

export interface VersusRow {
  readonly against: Method;
  readonly carrying: Carrying;
  readonly falseSilence: number;
  readonly difference: Range;
  readonly isBestPeer: boolean;
}

/** Per 1000 calls, and the one-sided upper 95 % limit. */
export type PerThousand = readonly [perThousand: number, upper95: number];

export interface ShippedRow {
  readonly trueSilence: Range;
  readonly doubleRings: number;
  readonly silenced: Readonly<Partial<Record<StudyClass, number>>>;
  readonly delayed: Readonly<Record<string, PerThousand>>;
  /** Median and 95th percentile, ms; `null` where nothing was silenced. */
  readonly fromScanMs: readonly [number, number] | null;
  readonly fromPushMs: readonly [number, number] | null;
}

export interface NativeRow {
  readonly peer: string;
  readonly rule: string;
  readonly power: NativePower;
  readonly trueSilence: number;
  readonly doubleRings: number;
  readonly neighbour: number;
  readonly delayed: Readonly<Record<string, PerThousand>>;
}

export interface KeptRow {
  readonly stated: number;
  readonly silenced: Readonly<Partial<Record<StudyClass, Range>>>;
}

export interface StratumSummary {
  readonly about: string;
  readonly calls: { readonly threshold: number; readonly trial: number };
  readonly methods: readonly Row[];
  readonly versus: readonly VersusRow[];
  readonly shipped: ShippedRow;
  readonly native: readonly NativeRow[];
  readonly curves: readonly Curve[];
  readonly reliability: Readonly<Record<keyof Reliability, readonly KeptRow[]>> | null;
}

export interface StudySummary {
  readonly commit: string;
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  readonly seed: number;
  readonly seeds: number;
  /** Trial calls a class and seed: of the first stratum, and of each other. */
  readonly calls: number;
  readonly otherCalls: number;
  readonly tookS: number;
  readonly checks: readonly { readonly name: string; readonly office: number; readonly isWithin: boolean }[];
  readonly strata: Readonly<Record<string, StratumSummary>>;
  readonly evidence: readonly Growth[];
  readonly geometry: Geometry;
}

/** What `npm run study -- --json` writes. */
export type WrittenStudy = StudyReport & Omit<StudySummary, 'strata' | 'checks' | 'evidence' | 'geometry'>;

/** @returns why a file is no whole study of one commit; nothing when it is. */
export function whyNotRecorded(
  study: Partial<WrittenStudy>,
  names: readonly string[],
  allowsChanged: boolean,
): string | undefined {
  const { commit, strata, date, evidence, geometry } = study;
  if (typeof commit !== 'string' || !Array.isArray(strata) || date === undefined || !evidence || !geometry)
    return 'it is not what npm run study -w hil-tests -- --json writes';
  const missing = names.filter((name) => !strata.some(({ stratum }) => stratum === name));
  if (missing.length > 0) return `it has no ${missing.join(', ')}`;
  if (/^[0-9a-f]{7,40}$/.test(commit) || (allowsChanged && /^[0-9a-f]{7,40}-dirty$/.test(commit))) return undefined;
  return `it ran on ${commit}, which is no commit`;
}

/** Reduces a study. */
export function summarise(study: WrittenStudy): StudySummary {
  const { commit, date, node, machine, seed, seeds, calls, otherCalls, tookS } = study;
  const strata = [...study.strata].sort((a, b) => (a.stratum < b.stratum ? -1 : 1));
  return {
    commit,
    date,
    node,
    machine,
    seed,
    seeds,
    calls,
    otherCalls,
    tookS,
    checks: study.checks.map(({ name, office, isWithin }) => ({ name, office: round(office), isWithin })),
    strata: Object.fromEntries(strata.map((report) => [report.stratum, summariseStratum(report)])),
    evidence: study.evidence.map((growth) => ({
      ...growth,
      looks: growth.looks.map(({ atMs, llr }) => ({ atMs, llr: round(llr) })),
    })),
    geometry: study.geometry,
  };
}

function summariseStratum(report: StratumReport): StratumSummary {
  const { about, calls, shipped, reliability } = report;
  return {
    about,
    calls,
    methods: report.methods.map(({ method, carrying, allowedFalseSilence, trueSilence, silenced }) => ({
      method,
      carrying,
      falseSilence: allowedFalseSilence,
      trueSilence: range(trueSilence.mean, trueSilence.low95, trueSilence.high95),
      neighbour: round(silenced.neighbour?.share ?? 0),
      worstAway: round(Math.max(...outOfEarshotClasses.map((name) => silenced[name]?.share ?? 0))),
    })),
    versus: report.versus.map(({ against, carrying, allowedFalseSilence, difference, isBestPeer }) => ({
      against,
      carrying,
      falseSilence: allowedFalseSilence,
      difference: range(difference.mean, difference.low95, difference.high95),
      isBestPeer,
    })),
    shipped: {
      trueSilence: range(shipped.desk.trueSilence, shipped.desk.low95, shipped.desk.high95),
      doubleRings: round(shipped.desk.doubleRingsPerThousand, 1),
      silenced: Object.fromEntries(
        [...ownClasses, 'neighbour' as const].map((name) => [name, round(shipped.silenced[name]?.share ?? 0)]),
      ),
      delayed: perThousand(shipped.delayed),
      fromScanMs: times(shipped.desk.silenceP50Ms, shipped.desk.silenceP95Ms),
      fromPushMs: times(shipped.desk.fromPushP50Ms, shipped.desk.fromPushP95Ms),
    },
    native: report.native.map(({ peer, rule, power, trueSilence, doubleRingsPerThousand, silenced, delayed }) => ({
      peer,
      rule,
      power,
      trueSilence: round(trueSilence),
      doubleRings: round(doubleRingsPerThousand, 1),
      neighbour: round(silenced.neighbour?.share ?? 0),
      delayed: perThousand(delayed),
    })),
    curves: report.curves.map(({ method, points }) => ({
      method,
      points: points.map(({ falseSilence, trueSilence }) => ({ falseSilence, trueSilence: round(trueSilence) })),
    })),
    reliability:
      reliability === null
        ? null
        : { byThreshold: reliability.byThreshold.map(keptRow), byRatio: reliability.byRatio.map(keptRow) },
  };
}

function keptRow({ stated, silenced }: Kept): KeptRow {
  return {
    stated,
    silenced: Object.fromEntries(
      Object.entries(silenced).map(([name, { share, low95, high95 }]) => [name, range(share, low95, high95)]),
    ),
  };
}

function perThousand(delayed: StratumReport['shipped']['delayed']): Readonly<Record<string, PerThousand>> {
  return Object.fromEntries(
    outOfEarshotClasses.map((name) => [
      name,
      [round(delayed[name].perThousand, 1), round(delayed[name].upper95PerThousand, 1)] as const,
    ]),
  );
}

function times(p50: number | null, p95: number | null): readonly [number, number] | null {
  return p50 === null || p95 === null ? null : [Math.round(p50), Math.round(p95)];
}

function range(share: number, low: number, high: number): Range {
  return [round(share), round(low), round(high)];
}

function round(value: number, digits = 4): number {
  return Number(value.toFixed(digits));
}
