import type { CallEvent, ScanFailure } from '../call/events.js';

/** Why a scan did not run, out of the codes and texts that libraries give. */

/** @returns the event. */
export function scanFailedOf(t: number, reason: ScanFailure): readonly CallEvent[] {
  return [{ t, event: 'scan-failed', reason }];
}

/** Android's `ScanCallback.SCAN_FAILED_…`; 1 means that a scan with these settings runs already. */
export const androidScanFailures: Readonly<Record<number, ScanFailure>> = {
  1: 'internal',
  2: 'internal',
  3: 'internal',
  4: 'unsupported',
  5: 'internal',
  6: 'too-frequent',
};

/** What a text has to contain, in lower case, and what it then means; the first that fits counts. */
export type FailureTexts = readonly (readonly [part: string, reason: ScanFailure])[];

/** @returns the reason for an error that is nothing but a text; `internal` for one that no row knows. */
export function reasonOfText(text: unknown, texts: FailureTexts): ScanFailure {
  const lower = typeof text === 'string' ? text.slice(0, 500).toLowerCase() : '';
  for (const [part, reason] of texts) if (lower.indexOf(part) >= 0) return reason;
  return 'internal';
}

/** @returns the text of an error, which libraries give as it is or under `message`. */
export function textOfError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const { message, errorMessage } = error as { readonly message?: unknown; readonly errorMessage?: unknown };
  return message ?? errorMessage;
}
