import {
  type Certificate,
  type CertificateVerdict,
  type DeskCounters,
  decodeDeskCounters,
  extendCertificate,
} from '@deskbeacon/proximity-core';
import { CliError } from '../../errors/cli-error.js';
import { newestCalibrations } from '../../registry/newest-calibrations.js';
import { readText } from '../files.js';
import type { Session } from '../open-session.js';

/** What the counters of phones say of one desk. */
export interface CountedDesk {
  readonly desk: string;
  readonly phones: number;
  /** Calls away from the desk, and how many of them would have been silenced. */
  readonly calls: number;
  readonly wouldHaveSilencedAway: number;
  readonly verdict: CertificateVerdict;
  /** Its phones ring for every call until it is walked again. */
  readonly isStale: boolean;
  readonly sentences: readonly string[];
}

const MOST_PHONES = 10_000;

/**
 * @param files JSON, an object a line: what `countCall` of the core returns. "-" is standard input.
 * @throws CliError `no-input`; `bad-counters`, naming file and line.
 */
export function readCounters(files: readonly string[]): readonly DeskCounters[] {
  const counters = files.flatMap((file) =>
    readText(file)
      .split('\n')
      .flatMap((line, i) => (line.trim() === '' ? [] : [decodeLine(line, `${file}:${i + 1}`)])),
  );
  if (counters.length > MOST_PHONES)
    throw new CliError('bad-counters', `expected counters of at most ${MOST_PHONES} phones, got ${counters.length}`);
  return counters;
}

function decodeLine(line: string, where: string): DeskCounters {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new CliError('bad-counters', `${where}: not JSON`, { cause });
  }
  const decoded = decodeDeskCounters(value);
  if (!decoded.ok) throw new CliError('bad-counters', `${where}: ${decoded.reason}`);
  return decoded.counters;
}

/**
 * Adds what phones have counted to the certificates of their desks. The counters are totals since the calibration, of all phones at
 * once, and take the place of those that were there: handing them in twice counts nothing twice. One phone whose confirmed calls
 * drifted makes a calibration stale.
 * @throws CliError `not-found` for a desk that was never walked; `bad-counters` where the sum is out of bounds. Nothing is changed then.
 */
export async function takeCounters(
  session: Session,
  counters: readonly DeskCounters[],
): Promise<readonly CountedDesk[]> {
  const desks = [...new Set(counters.map(({ desk }) => desk))].sort();
  return session.registry.change(session.by('counters'), async (changing) => {
    const counted: CountedDesk[] = [];
    for (const desk of desks) {
      const row = newestCalibrations(await changing.list('calibrations', { desk })).get(desk);
      if (row === undefined) throw new CliError('not-found', `${desk}: was never walked, so nothing can be added`);
      const ofDesk = counters.filter((one) => one.desk === desk);
      const certificate = extend(row.certificate as Certificate, desk, ofDesk);
      const isStale = row.isStale || ofDesk.some(({ drift }) => drift.isStale);
      await changing.update('calibrations', { ...row, certificate, isStale });
      const { verdict, sentences, shadow } = certificate;
      counted.push({
        desk,
        phones: ofDesk.length,
        calls: shadow?.calls ?? 0,
        wouldHaveSilencedAway: shadow?.errors ?? 0,
        verdict,
        isStale,
        sentences,
      });
    }
    return counted;
  });
}

function extend(certificate: Certificate, desk: string, counters: readonly DeskCounters[]): Certificate {
  const sum = (of: keyof DeskCounters['shadow']): number => counters.reduce((all, { shadow }) => all + shadow[of], 0);
  try {
    return extendCertificate(certificate, {
      calls: sum('calls'),
      wouldHaveSilencedAway: sum('wouldHaveSilencedAway'),
    });
  } catch (cause) {
    if (cause instanceof RangeError) throw new CliError('bad-counters', `${desk}: ${cause.message}`);
    throw cause;
  }
}
