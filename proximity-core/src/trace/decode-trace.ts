import type { CallEvent, HostCapabilities } from '../call/events.js';
import { faultOfCritical } from '../critical.js';
import { isPhoneOffset, type PhoneOffset } from '../decision/phone-offset.js';
import type { TraceSite } from '../decision/site.js';
import { putOwn } from '../own-value.js';
import { decodeSiteModel } from '../profile/site-model.js';
import { decodeEvent } from './decode-event.js';
import { isBetween, isNumber, isTextList } from './values.js';

/** First line of a call in a trace file. */
export interface TraceHeader {
  /** A name for the call. */
  readonly call: string;
  /** Desks of the phone's owner. */
  readonly desks?: readonly string[];
  /** What its platform can do. */
  readonly host?: HostCapabilities;
  /** Unix milliseconds at t = 0. */
  readonly wallClock?: number;
  /** What is known of the building where there is no profile. */
  readonly site?: TraceSite;
  /** What was known of the phone's receiver. */
  readonly phone?: PhoneOffset;
  /** What the host remembered of earlier calls: own desk → start of the newest identity window, seconds. */
  readonly newestWindowsS?: Readonly<Record<string, number>>;
  /** Never reaches the decision. */
  readonly label?: { readonly truth?: string; readonly class?: string };
}

/** One line of a trace. */
export type TraceLine =
  | { readonly kind: 'header'; readonly header: TraceHeader }
  | { readonly kind: 'event'; readonly event: CallEvent };

/** A line, or its first fault. */
export type TraceLineResult =
  | { readonly ok: true; readonly line: TraceLine }
  | { readonly ok: false; readonly reason: string };

/** Every capability that a host may state. */
export const hostFlags = [
  'canHoldRing',
  'canRingLate',
  'mustReportAtOnce',
  'canEndElsewhere',
  'canWatch',
  'countsRangingCycles',
  'hearsOwnDesksOnly',
] as const;

type Fields = Record<string, unknown>;

/**
 * Reads one line of a trace, version 1. Unknown fields are ignored, unless the header itself names them in `critical`; an
 * unknown event is a fault. Every trace of version 1 is read for ever (docs/trace-format.md, "Versions").
 * @param value what `JSON.parse` gave for the line.
 * @returns the header of a call or one of its events, or the first fault.
 * @example decodeTraceLine({ t: 1500, event: 'end' }).ok // true
 */
export function decodeTraceLine(value: unknown): TraceLineResult {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('expected a JSON object');
  const fields = value as Fields;
  if (fields.deskbeacon !== undefined) return decodeHeader(fields);
  const decoded = decodeEvent(fields);
  return decoded.ok ? { ok: true, line: { kind: 'event', event: decoded.event } } : decoded;
}

function decodeHeader(fields: Fields): TraceLineResult {
  if (fields.deskbeacon !== 'trace')
    return bad(`deskbeacon: expected "trace", got ${JSON.stringify(fields.deskbeacon)}`);
  if (fields.version !== 1) return bad(`version: this program reads version 1, got ${JSON.stringify(fields.version)}`);
  const critical = faultOfCritical(fields.critical);
  if (critical !== undefined) return bad(critical);
  if (typeof fields.call !== 'string' || fields.call === '') return bad('call: expected a name');
  const { desks, wallClock } = fields;
  if (desks !== undefined && !isTextList(desks)) return bad('desks: expected a list of names');
  if (wallClock !== undefined && !isNumber(wallClock)) return bad('wallClock: expected Unix milliseconds');
  const host = decodeHost(fields.host);
  if (host === undefined) return bad('host: expected capabilities that are true or false');
  const site = decodeSite(fields.site);
  if (typeof site === 'string') return bad(site);
  const { phone } = fields;
  if (phone !== undefined && !isPhoneOffset(phone)) return bad('phone: expected offsetDb -15..15 and sdDb 1.5..6');
  const newestWindowsS = decodeWindows(fields.newestWindowsS);
  if (typeof newestWindowsS === 'string') return bad(newestWindowsS);
  const label = typeof fields.label === 'object' && fields.label !== null ? (fields.label as Fields) : {};
  return {
    ok: true,
    line: {
      kind: 'header',
      header: {
        call: fields.call,
        ...(desks === undefined ? {} : { desks }),
        host,
        ...(wallClock === undefined ? {} : { wallClock }),
        ...(site === undefined ? {} : { site }),
        ...(phone === undefined ? {} : { phone: { offsetDb: phone.offsetDb, sdDb: phone.sdDb } }),
        ...(newestWindowsS === undefined ? {} : { newestWindowsS }),
        label: {
          ...(typeof label.truth === 'string' ? { truth: label.truth } : {}),
          ...(typeof label.class === 'string' ? { class: label.class } : {}),
        },
      },
    },
  };
}

/** @returns the capabilities, or nothing when one is neither true nor false. */
export function decodeHost(value: unknown): HostCapabilities | undefined {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null) return undefined;
  const host: Record<string, boolean> = {};
  for (const flag of hostFlags) {
    const given = (value as Fields)[flag];
    if (given === undefined) continue;
    if (typeof given !== 'boolean') return undefined;
    host[flag] = given;
  }
  return host;
}

/** @returns what a host remembered, nothing where it gave nothing, or the fault as a text. */
export function decodeWindows(value: unknown): Readonly<Record<string, number>> | undefined | string {
  if (value === undefined) return undefined;
  const fault = 'newestWindowsS: expected an object of integers 0..4294967295';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault;
  const windowsS: Record<string, number> = {};
  for (const [desk, windowS] of Object.entries(value)) {
    if (!isBetween(windowS, 0, 0xffffffff) || windowS !== Math.floor(windowS)) return fault;
    putOwn(windowsS, desk, windowS);
  }
  return windowsS;
}

/** @returns the site of a header, nothing where there is none, or the fault as a text. */
export function decodeSite(value: unknown): TraceSite | undefined | string {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) return 'site: expected an object';
  const { powerAt1mDbm, intervalMs, desksM, othersAtMost, model } = value as Fields;
  if (powerAt1mDbm !== undefined && !isBetween(powerAt1mDbm, -100, 20))
    return 'site.powerAt1mDbm: expected -100..20 dBm';
  if (intervalMs !== undefined && !isBetween(intervalMs, 20, 10240)) return 'site.intervalMs: expected 20..10240 ms';
  if (othersAtMost !== undefined && !isBetween(othersAtMost, 0, 1e6))
    return 'site.othersAtMost: expected a number, 0 or more';
  const places: Record<string, readonly [number, number]> = {};
  if (desksM !== undefined) {
    if (typeof desksM !== 'object' || desksM === null) return 'site.desksM: expected an object of [x, y] in metres';
    for (const [desk, place] of Object.entries(desksM)) {
      if (!Array.isArray(place) || !isBetween(place[0], -1e5, 1e5) || !isBetween(place[1], -1e5, 1e5)) {
        return `site.desksM.${desk}: expected [x, y] in metres`;
      }
      putOwn(places, desk, [place[0], place[1]]);
    }
  }
  const decoded = model === undefined ? undefined : decodeSiteModel(model);
  if (decoded?.ok === false) return `site.model.${decoded.reason}`;
  return {
    ...(decoded?.ok === true ? { model: decoded.model } : {}),
    ...(powerAt1mDbm === undefined ? {} : { powerAt1mDbm }),
    ...(intervalMs === undefined ? {} : { intervalMs }),
    ...(desksM === undefined ? {} : { desksM: places }),
    ...(othersAtMost === undefined ? {} : { othersAtMost }),
  };
}

function bad(reason: string): TraceLineResult {
  return { ok: false, reason };
}
