import { decodeHex } from '../advertisement/bytes.js';
import type { CallEvent } from '../call/events.js';
import { fromNobleReport } from '../scanners/noble.js';
import { failed } from './errors.js';
import { answer, type Fields, fieldsOf, limits } from './json-text.js';
import { LATEST_MS } from './state-shape.js';

/** What BLE libraries report, as JSON, and the adapter that makes events of it. */

/**
 * Reads one report that went through JSON, where octets are a text.
 * @param t milliseconds on the call's clock.
 * @returns the events, or `undefined` when the report is not of this library's shape.
 */
export type ReadReport = (report: Fields, t: number) => readonly CallEvent[] | undefined;

/** By the name under which the package exports the adapter. */
export const reportReaders: Readonly<Record<string, ReadReport>> = {
  noble: readNobleReport,
};

/**
 * @param json `{"library","report","t"}`.
 * @returns `{"ok":true,"events":[…]}`, each for `step`.
 */
export function toEvent(json: string): string {
  return answer(json, limits.report, ({ library, report, t }) => {
    const names = Object.keys(reportReaders);
    if (typeof library !== 'string' || names.indexOf(library) < 0) {
      return failed('unknown-library', `library: expected one of ${names.join(', ')}`);
    }
    if (typeof t !== 'number' || !(t >= 0 && t <= LATEST_MS)) {
      return failed('bad-request', `t: expected milliseconds 0..${LATEST_MS}`);
    }
    const fields = fieldsOf(report);
    const events = fields === undefined ? undefined : (reportReaders[library] as ReadReport)(fields, t);
    return events === undefined
      ? failed('bad-report', `report: expected what ${library} gives, octets as text`)
      : { ok: true, events };
  });
}

/** `{"address","rssiDbm","data"}`, the data in hexadecimal, as a Node Buffer's `toString('hex')` writes it. */
function readNobleReport({ address, rssiDbm, data }: Fields, t: number): readonly CallEvent[] | undefined {
  const bytes = typeof data === 'string' ? decodeHex(data) : undefined;
  if (typeof address !== 'string' || typeof rssiDbm !== 'number' || bytes === undefined) return undefined;
  return fromNobleReport({ address, rssiDbm, data: bytes }, t);
}
