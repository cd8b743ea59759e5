import type { CallOptions } from '../call/state.js';
import { isPhoneOffset } from '../decision/phone-offset.js';
import { decodeProfile } from '../profile/decode-profile.js';
import { decodeHost, decodeSite, decodeWindows } from '../trace/decode-trace.js';
import { isTextList } from '../trace/values.js';
import { type Failed, failed, type Outcome } from './errors.js';
import { type Fields, fieldsOf } from './json-text.js';
import { openPrepared } from './prepare.js';

/** Reads what `openCall` and `createCall` take. */
export function readCallOptions(request: Fields): Outcome<{ readonly options: CallOptions }> {
  const { desks, phone, wallClockMs } = request;
  if (desks !== undefined && !isTextList(desks)) return wrong('desks: expected a list of names');
  if (phone !== undefined && !isPhoneOffset(phone)) return wrong('phone: expected offsetDb -15..15 and sdDb 1.5..6');
  if (wallClockMs !== undefined && !isUnixMs(wallClockMs)) return wrong('wallClockMs: expected Unix milliseconds');
  const host = decodeHost(request.host);
  if (host === undefined) return wrong('host: expected capabilities that are true or false');
  const newestWindowsS = decodeWindows(request.newestWindowsS);
  if (typeof newestWindowsS === 'string') return wrong(newestWindowsS);
  const site = readSite(request, wallClockMs, desks);
  if (!site.ok) return site;
  return {
    ok: true,
    options: {
      ...site.options,
      host,
      ...(desks === undefined ? {} : { desks }),
      ...(phone === undefined ? {} : { phone: { offsetDb: phone.offsetDb, sdDb: phone.sdDb } }),
      ...(newestWindowsS === undefined ? {} : { newestWindowsS }),
      ...(wallClockMs === undefined ? {} : { wallClockMs }),
    },
  };
}

/** The site as one of the three says it: a profile, what was prepared of one, or a trace's header. */
function readSite(
  request: Fields,
  wallClockMs: number | undefined,
  desks: readonly string[] | undefined,
): Outcome<{ readonly options: CallOptions }> {
  const given = ['profile', 'prepared', 'traceSite'].filter((name) => request[name] !== undefined);
  if (given.length > 1) return wrong(`expected one of profile, prepared and traceSite, got ${given.join(' and ')}`);
  if (request.traceSite !== undefined) {
    const traceSite = decodeSite(request.traceSite);
    if (typeof traceSite === 'string') return wrong(traceSite.replace(/^site/, 'traceSite'));
    return { ok: true, options: traceSite === undefined ? {} : { traceSite } };
  }
  if (given.length === 0) return { ok: true, options: {} };
  if (wallClockMs === undefined) return wrong('wallClockMs: expected Unix milliseconds with a profile');
  if (request.prepared !== undefined) return openPrepared(fieldsOf(request.prepared) ?? {}, wallClockMs, desks);
  const decoded = decodeProfile(request.profile);
  return decoded.ok
    ? { ok: true, options: { profile: decoded.profile } }
    : failed('bad-profile', `profile.${decoded.reason}`);
}

/** Years up to 9999: what is beyond is no clock of a phone. */
export function isUnixMs(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 253_402_300_799_999;
}

function wrong(message: string): Failed {
  return failed('bad-request', message);
}
