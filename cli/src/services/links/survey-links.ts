import { deriveKeys } from '@deskbeacon/beacon/identity';
import { CliError } from '../../errors/cli-error.js';
import { type AskedHosts, askHosts } from '../ask-hosts.js';
import type { Session } from '../open-session.js';
import { judgeLinks, type LinkFinding } from './judge-links.js';
import { type Layout, layOut } from './lay-out.js';
import { type HostReport, type LinkMatrix, makeLinkMatrix } from './link-matrix.js';
import { readNeighbourReport } from './neighbour-report.js';
import type { KnownBeacon } from './recognise.js';

export interface LinkSurvey {
  readonly matrix: LinkMatrix;
  readonly layout: Layout;
  readonly findings: readonly LinkFinding[];
  /** Machines that gave no part of the matrix, and why. */
  readonly missing: readonly { readonly host: string; readonly reason: string }[];
}

export interface SurveyRequest extends AskedHosts {
  /** Whether they listen now, for ten seconds each, or tell what they heard last night. */
  readonly isNow: boolean;
  readonly before?: LinkMatrix;
}

/**
 * Asks every machine what its beacon hears of the others, and says which beacon was moved, exchanged, is dead or has a wrong clock.
 * @param tell hears of each machine as it answers.
 * @throws CliError `no-beacon` where none is in service.
 */
export async function surveyLinks(
  session: Session,
  request: SurveyRequest,
  tell: (host: string, failure: string | undefined) => void,
): Promise<LinkSurvey> {
  const known = await knownBeacons(session);
  if (known.length === 0) throw new CliError('no-beacon', 'no beacon of this site is in service');
  const reports: HostReport[] = [];
  const missing: { host: string; reason: string }[] = [];
  await askHosts(request, ['neighbours', '--json', ...(request.isNow ? ['--listen'] : [])], (answer) => {
    const report = answer.failure ?? readNeighbourReport(answer.output);
    if (typeof report === 'string') missing.push({ host: answer.host, reason: report });
    else reports.push({ host: answer.host, report, receivedUnixMs: session.nowMs() });
    tell(answer.host, typeof report === 'string' ? report : undefined);
  });
  const { matrix, unknownHosts, silentHosts } = makeLinkMatrix(known, reports, session.nowMs());
  for (const host of unknownHosts) missing.push({ host, reason: 'its beacon is none of this registry' });
  for (const host of silentHosts) missing.push({ host, reason: 'it has not listened since its start; try --now' });
  const findings = judgeLinks(
    matrix,
    known.map(({ beacon }) => beacon),
    request.before,
  );
  const powers = new Map(known.map(({ beacon, measuredPowerDbm }) => [beacon, measuredPowerDbm]));
  return { matrix, layout: layOut(matrix, powers), findings, missing };
}

async function knownBeacons(session: Session): Promise<readonly KnownBeacon[]> {
  const ring = await session.ring();
  const rows = await session.registry.read((reading) => reading.list('beacons'));
  return rows
    .filter(({ lifecycle }) => lifecycle === 'deployed')
    .map(({ id, desk, rootKey, exponentK, clockOffsetS, measuredPowerDbm }) => ({
      beacon: id,
      desk,
      recognitionKey: deriveKeys(ring.open(`beacons/${id}/rootKey`, rootKey)).recognitionKey,
      exponentK,
      clockOffsetS,
      measuredPowerDbm,
    }));
}
