import type { AnsweringFinding } from '../directory/read-answering.js';
import { asCliError } from '../errors/beacon-failure.js';
import { adviceFor, CliError } from '../errors/cli-error.js';
import { newestCalibrations } from '../registry/newest-calibrations.js';
import type { Registry } from '../registry/registry.js';
import { listBeacons } from './list-beacons.js';
import type { Session } from './open-session.js';
import { readStatus } from './site-status.js';

/** One thing that was looked at. */
export interface Check {
  /** Stable name. */
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'fault';
  readonly text: string;
  /** What to do; absent where all is well. */
  readonly advice?: string;
}

const LEAST_NODE = [20, 19] as const;
const STALE_MS = 7 * 86_400_000;
const SOON_MS = 3 * 86_400_000;
/** A clock before this page was written is none. */
const EARLIEST_UNIX_MS = Date.UTC(2026, 0, 1);

/** The machine and the registry. */
export async function examineSite(session: Session): Promise<readonly Check[]> {
  const { registry } = session;
  const nowMs = session.nowMs();
  const status = await readStatus(registry, nowMs);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return [
    isNew
      ? ok('node', `Node ${process.versions.node}`)
      : fault('node', `Node ${process.versions.node} is too old`, `install ${LEAST_NODE.join('.')} or newer`),
    nowMs > EARLIEST_UNIX_MS
      ? ok('clock', `the clock says ${new Date(nowMs).toISOString()}`)
      : fault('clock', `the clock says ${new Date(nowMs).toISOString()}`, 'timedatectl set-ntp true'),
    await examineAudit(registry),
    status.pairings.length === 0
      ? ok('pairings', 'nothing is half done')
      : warning(
          'pairings',
          `${status.pairings.length} begun and not finished`,
          'run the same command again, or deskbeacon undo',
        ),
    status.stale === 0
      ? ok('beacons', `${status.beacons.deployed} in service, all heard within a week`)
      : warning(
          'beacons',
          `${status.stale} in service and not heard for a week`,
          'deskbeacon list; deskbeacon scan beside them',
        ),
    status.calibrationStale === 0
      ? ok('calibration', `${status.uncalibrated} desks without, none stale`)
      : fault(
          'calibration',
          `${status.calibrationStale} stale: their phones ring for every call`,
          'deskbeacon calibrate',
        ),
    status.leases.endingSoon === 0
      ? ok('profiles', `${status.leases.open} out`)
      : warning('profiles', `${status.leases.endingSoon} end within three days`, 'deskbeacon profile export for them'),
    status.isRingAll
      ? warning('ring-all', 'is on: every phone rings for every call', `deskbeacon ring-all ${status.site} off`)
      : ok('ring-all', 'is off'),
  ];
}

/** @param radio as `--radio` takes it. */
export async function examineRadio(radio: string): Promise<Check> {
  try {
    const { openListener } = await import('./pairing/listener.js');
    await (await openListener(radio)).close();
    return ok('radio', `${radio} answers`);
  } catch (error) {
    const failure = asCliError(error);
    if (!(failure instanceof CliError)) throw error;
    return fault('radio', `${radio}: ${failure.message}`, adviceFor(failure.code).replace(/^Try: /, ''));
  }
}

/** One extension from its desk to its profile. */
export async function examineExtension(session: Session, extension: string): Promise<readonly Check[]> {
  const nowMs = session.nowMs();
  const { row, desks, leases, calibrated } = await session.registry.read(async (reading) => {
    const seats = await reading.list('seats', { extension });
    return {
      row: await reading.get('extensions', extension),
      desks: seats.map(({ desk }) => desk),
      leases: await reading.list('leases', { extension }),
      calibrated: newestCalibrations(await reading.list('calibrations')),
    };
  });
  if (row === undefined)
    return [fault('extension', `${extension} is not in the registry`, 'deskbeacon sync, or deskbeacon import')];
  if (!row.isEnabled)
    return [fault('extension', `${extension} is closed`, 'deskbeacon sync takes it over when it is opened again')];
  const checks = [ok('extension', `${extension} is ${row.displayName}`)];
  if (desks.length === 0)
    return [...checks, fault('desk', `${extension} has no desk`, `deskbeacon pair ${extension} --desk DESK`)];
  const beacons = (await listBeacons(session.registry)).filter(({ lifecycle }) => lifecycle === 'deployed');
  for (const desk of desks) {
    const beacon = beacons.find((one) => one.desk === desk);
    if (beacon === undefined)
      checks.push(fault('beacon', `no beacon in service at ${desk}`, `deskbeacon pair ${extension} --desk ${desk}`));
    else if (nowMs - (beacon.lastHeardAtMs ?? 0) > STALE_MS)
      checks.push(
        warning('beacon', `${beacon.beacon} at ${desk} was not heard for a week`, 'deskbeacon scan beside it'),
      );
    else checks.push(ok('beacon', `${beacon.beacon} at ${desk}`));
    const calibration = calibrated.get(desk);
    const walk = `deskbeacon calibrate ${extension}`;
    if (calibration === undefined) checks.push(warning('calibration', `${desk} was never walked`, walk));
    else if (calibration.isStale)
      checks.push(warning('calibration', `the calibration of ${desk} is stale: its phones ring for every call`, walk));
  }
  const until = Math.max(
    0,
    ...leases.filter(({ revokedAtMs }) => revokedAtMs === undefined).map(({ untilMs }) => untilMs),
  );
  const again = `deskbeacon profile export ${extension}`;
  if (until < nowMs) checks.push(fault('profile', 'no phone has a profile whose keys still serve', again));
  else if (until - nowMs < SOON_MS)
    checks.push(warning('profile', `its keys end ${new Date(until).toISOString()}`, again));
  else checks.push(ok('profile', `its keys serve until ${new Date(until).toISOString()}`));
  return checks;
}

/** What the telephone system does with a call to it, as checks. */
export function asChecks(findings: readonly AnsweringFinding[]): readonly Check[] {
  return findings.map(({ level, code, text }) => ({ check: `answering ${code}`, state: level, text }));
}

async function examineAudit(registry: Registry): Promise<Check> {
  const { fault: broken, entries } = await registry.checkAudit();
  return broken === undefined
    ? ok('audit', `${entries} entries, the chain holds`)
    : fault(
        'audit',
        `entry ${broken.seq} is not what was written (${broken.reason})`,
        'compare it with the newest backup',
      );
}

function ok(check: string, text: string): Check {
  return { check, state: 'ok', text };
}

function warning(check: string, text: string, advice: string): Check {
  return { check, state: 'warning', text, advice };
}

function fault(check: string, text: string, advice: string): Check {
  return { check, state: 'fault', text, advice };
}
