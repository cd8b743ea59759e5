import type { AnsweredBy, AudioRoute, CallEvent, ScanFailure, ScanMode } from '../call/events.js';
import { isBetween, isNumber } from './values.js';

/** An event, or the first fault of what should have been one. */
export type EventResult =
  | { readonly ok: true; readonly event: CallEvent }
  | { readonly ok: false; readonly reason: string };

const scanModes: readonly ScanMode[] = ['low-latency', 'balanced', 'low-power', 'foreground', 'background', 'ranging'];
const scanFailures: readonly ScanFailure[] = [
  'too-frequent',
  'bluetooth-off',
  'unauthorized',
  'unsupported',
  'internal',
];
const audioRoutes: readonly AudioRoute[] = ['phone', 'watch', 'car', 'headset'];
const answeredBy: readonly AnsweredBy[] = ['this-phone', 'desk', 'elsewhere'];
const deskPhones = ['alerting', 'not-alerting', 'unknown'] as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads one event as the trace format writes it: all that a call needs of that format.
 * @param fields a line that is no header, as `JSON.parse` gave it.
 */
export function decodeEvent(fields: Fields): EventResult {
  const { t } = fields;
  if (!isNumber(t) || t < 0) return bad('t: expected milliseconds, 0 or more');
  return decodeKind(fields, t);
}

function decodeKind(fields: Fields, t: number): EventResult {
  const { event } = fields;
  switch (event) {
    case 'call': {
      const { deadlineMs, deskPhone, emergency } = fields;
      if (deadlineMs !== undefined && !isBetween(deadlineMs, 0, 60_000)) return bad('deadlineMs: expected 0..60000');
      if (deskPhone !== undefined && !isOneOf(deskPhone, deskPhones))
        return bad(`deskPhone: expected ${deskPhones.join(', ')}`);
      return good({
        t,
        event,
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
        ...(deskPhone === undefined ? {} : { deskPhone }),
        ...(emergency === true ? { emergency } : {}),
      });
    }
    case 'scan-started': {
      const { mode, windowMs, intervalMs } = fields;
      if (mode !== undefined && !isOneOf(mode, scanModes)) return bad(`mode: expected ${scanModes.join(', ')}`);
      return good({
        t,
        event,
        ...(mode === undefined ? {} : { mode }),
        ...(isBetween(windowMs, 0, 1e6) ? { windowMs } : {}),
        ...(isBetween(intervalMs, 0, 1e6) ? { intervalMs } : {}),
      });
    }
    case 'scan-failed':
      if (!isOneOf(fields.reason, scanFailures)) return bad(`reason: expected ${scanFailures.join(', ')}`);
      return good({ t, event, reason: fields.reason });
    case 'advertisement': {
      const { address, rssiDbm, data } = fields;
      if (!isNumber(rssiDbm)) return bad('rssiDbm: expected a number');
      if (typeof data !== 'string' || data.length > 512) return bad('data: expected AD structures in hexadecimal');
      return good({ t, event, address: typeof address === 'string' ? address : '', rssiDbm, data });
    }
    case 'sighting': {
      const { desk, rssiDbm, frame, ageMs, authenticated } = fields;
      if (desk !== null && typeof desk !== 'string') return bad('desk: expected a name or null');
      if (!isNumber(rssiDbm)) return bad('rssiDbm: expected a number');
      return good({
        t,
        event,
        desk,
        rssiDbm,
        ...(typeof frame === 'string' ? { frame } : {}),
        ...(isNumber(ageMs) ? { ageMs } : {}),
        ...(authenticated === false ? { authenticated } : {}),
      });
    }
    case 'ranging': {
      const { desk, rssiDbm, count } = fields;
      if (typeof desk !== 'string') return bad('desk: expected a name');
      if (!isNumber(rssiDbm)) return bad('rssiDbm: expected a number');
      return good({ t, event, desk, rssiDbm, ...(isNumber(count) ? { count } : {}) });
    }
    case 'region': {
      const change = oneOfValues(fields, 'change', ['entered', 'exited'] as const);
      return change === undefined ? bad('region: expected entered or exited') : good({ t, event, change });
    }
    case 'audio-route': {
      const route = oneOfValues(fields, 'route', audioRoutes);
      return route === undefined ? bad(`audio-route: expected ${audioRoutes.join(', ')}`) : good({ t, event, route });
    }
    case 'answered':
    case 'call-ended': {
      const { by } = fields;
      if (by !== undefined && !isOneOf(by, answeredBy)) return bad(`by: expected ${answeredBy.join(', ')}`);
      return good({ t, event, ...(by === undefined ? {} : { by }) });
    }
    case 'scan-stopped':
    case 'end':
    case 'tick':
      return good({ t, event });
    default:
      return bad(`event: unknown event ${JSON.stringify(event)}`);
  }
}

function good(event: CallEvent): EventResult {
  return { ok: true, event };
}

function bad(reason: string): EventResult {
  return { ok: false, reason };
}

function isOneOf<T extends string>(value: unknown, choices: readonly T[]): value is T {
  return choices.indexOf(value as T) >= 0;
}

/**
 * The format names the values of these two events and not their field: whichever field holds one is read. What the recorder of
 * this package names it goes before, so that a field that is added one day cannot be taken for it.
 */
function oneOfValues<T extends string>(fields: Fields, usual: string, choices: readonly T[]): T | undefined {
  const named = fields[usual];
  if (isOneOf(named, choices)) return named;
  for (const [name, value] of Object.entries(fields)) if (name !== 'event' && isOneOf(value, choices)) return value;
  return undefined;
}
