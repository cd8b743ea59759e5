/**
 * Whether the system's clock is synchronised. Node has no adjtimex(2), so those are asked who have; what is unknown counts as
 * unsynchronised.
 */
import { execFile } from 'node:child_process';
import { access, stat } from 'node:fs/promises';

export interface SynchronisationSources {
  readonly nowUnixMs: () => number;
  /** When a file was last written, Unix ms; `undefined` where there is none. */
  readonly writtenUnixMs: (path: string) => Promise<number | undefined>;
  /** What a program prints; `undefined` where it is not there, fails, or takes longer than 3 s. */
  readonly outputOf: (program: string, args: readonly string[]) => Promise<string | undefined>;
}

const RUN_LIMIT_MS = 3_000;
const MOST_OUTPUT_OCTETS = 4096;
/** systemd-timesyncd touches it at each answer of its server (systemd-timesyncd.service(8)); asks at least every 2048 s. */
const TIMESYNCD_FILE = '/run/systemd/timesync/synchronized';
/** An answer older than two of those intervals, or from the future, is of a clock that was stepped or a server that is gone. */
const FRESH_MS = 2 * 2_048_000;
/** More than this to be corrected is no right clock, seconds. */
const MOST_CORRECTION_S = 1;
/** `STA_UNSYNC` of adjtimex(2). */
const UNSYNCHRONISED = 0x40;

/**
 * Asks `timedatectl` and `adjtimex`, which read the kernel's flag (it falls at any step of the clock); `chronyd`, which need not set it;
 * and where nobody can be asked of the kernel, the file of systemd-timesyncd.
 */
export async function isSystemClockSynchronised(sources: SynchronisationSources = ownSources): Promise<boolean> {
  const kernel = (await askTimedatectl(sources)) ?? (await askAdjtimex(sources));
  if (kernel === true || (await askChrony(sources))) return true;
  return kernel === undefined && isFresh(await sources.writtenUnixMs(TIMESYNCD_FILE), sources.nowUnixMs());
}

/** For machines whose time comes from elsewhere: a file that is there says that the clock is right. */
export async function isSynchronisedByFile(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function askTimedatectl({ outputOf }: SynchronisationSources): Promise<boolean | undefined> {
  const said = (await outputOf('timedatectl', ['show', '-p', 'NTPSynchronized', '--value']))?.trim();
  return said === 'yes' ? true : said === 'no' ? false : undefined;
}

async function askAdjtimex({ outputOf }: SynchronisationSources): Promise<boolean | undefined> {
  const status = /^\s*status:\s*(\d+)/m.exec((await outputOf('adjtimex', ['--print'])) ?? '')?.[1];
  return status === undefined ? undefined : (Number(status) & UNSYNCHRONISED) === 0;
}

/** chronyc(1), "tracking": the fourth value is when the last measurement was, the fifth what is to be corrected, the last the leap status. */
async function askChrony({ outputOf, nowUnixMs }: SynchronisationSources): Promise<boolean> {
  const values = (await outputOf('chronyc', ['-n', '-c', 'tracking']))?.trim().split(',') ?? [];
  const [, , stratum, measuredS, correctionS] = values;
  const leap = values.at(-1);
  if (values.length < 14 || leap === undefined || !['Normal', 'Insert second', 'Delete second'].includes(leap))
    return false;
  const isCorrected = Math.abs(Number(correctionS)) < MOST_CORRECTION_S;
  return Number(stratum) > 0 && isCorrected && isFresh(Number(measuredS) * 1000, nowUnixMs());
}

function isFresh(writtenUnixMs: number | undefined, nowUnixMs: number): boolean {
  if (writtenUnixMs === undefined) return false;
  const ageMs = nowUnixMs - writtenUnixMs;
  return ageMs > -1000 && ageMs < FRESH_MS;
}

const ownSources: SynchronisationSources = {
  nowUnixMs: Date.now,
  writtenUnixMs: (path) =>
    stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    ),
  outputOf: (program, args) =>
    new Promise((resolve) => {
      // Of our environment nothing but the path: what is set for this process is not meant for those.
      const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
      const limits = { timeout: RUN_LIMIT_MS, maxBuffer: MOST_OUTPUT_OCTETS, killSignal: 'SIGKILL' } as const;
      execFile(program, args, { ...limits, env }, (error, stdout) => resolve(error === null ? stdout : undefined));
    }),
};
