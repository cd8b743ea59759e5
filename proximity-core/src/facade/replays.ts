import { reasons } from '../decision/reasons.js';
import { decodeProfile } from '../profile/decode-profile.js';
import { decodeTraceLine } from '../trace/decode-trace.js';
import { explain } from '../trace/explain.js';
import { createReplay, finishReplay, type ReplayedCall, type ReplayOptions, replayLine } from '../trace/replay.js';
import { failed, type Outcome } from './errors.js';
import { answer, type Fields, limits, parse } from './json-text.js';
import { anyNumber, numberIn, objectOf, oneOf, type Shape, tableOf, text } from './shapes.js';

/** Decides recorded calls anew, and says in a sentence why. */

const MOST_INSTANTS = 100;

/**
 * @param json `{"lines":[texts of a trace], "profile"?, "atMs"?}`; an empty line is skipped.
 * @returns `{"ok":true,"calls":[…]}`: what `deskbeacon replay --json` prints of each call, in order.
 */
export function replayLines(json: string): string {
  return answer(json, limits.trace, (request) => {
    const { lines } = request;
    if (!Array.isArray(lines)) return failed('bad-request', 'lines: expected a list of texts');
    const read = readOptions(request);
    return read.ok ? replayAll(lines, read.options) : read;
  });
}

function readOptions({ profile, atMs }: Fields): Outcome<{ readonly options: ReplayOptions }> {
  const isList = Array.isArray(atMs) && atMs.length <= MOST_INSTANTS;
  if (atMs !== undefined && !(isList && atMs.every((ms) => anyNumber(ms, '') === undefined))) {
    return failed('bad-request', `atMs: expected a list of at most ${MOST_INSTANTS} instants in milliseconds`);
  }
  const instants = atMs === undefined ? {} : { atMs: atMs as readonly number[] };
  if (profile === undefined) return { ok: true, options: instants };
  const decoded = decodeProfile(profile);
  return decoded.ok
    ? { ok: true, options: { ...instants, profile: decoded.profile } }
    : failed('bad-profile', `profile.${decoded.reason}`);
}

function replayAll(
  lines: readonly unknown[],
  options: ReplayOptions,
): Outcome<{ readonly calls: readonly ReplayedCall[] }> {
  const calls: ReplayedCall[] = [];
  let replay = createReplay(options);
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i];
    if (line === '') continue;
    const at = `line ${i + 1}`;
    const decoded = decodeTraceLine(typeof line === 'string' ? parse(line) : undefined);
    if (!decoded.ok) return failed('bad-trace', `${at}: ${decoded.reason}`);
    const taken = replayLine(replay, decoded.line);
    if (!taken.ok) return failed('bad-trace', `${at}: ${taken.reason}`);
    if (taken.finished !== undefined) calls.push(taken.finished);
    replay = taken.replay;
  }
  const finished = finishReplay(replay);
  if (!finished.ok) return failed('bad-trace', `end of trace: ${finished.reason}`);
  return { ok: true, calls: finished.finished === undefined ? calls : [...calls, finished.finished] };
}

const heardBeacon: Shape = objectOf({ desk: text, packets: anyNumber, levelDb: anyNumber });
const replayed: Shape = objectOf(
  {
    call: text,
    decision: oneOf(['ring', 'silence']),
    reason: oneOf([...Object.keys(reasons), 'call-ended']),
    decidedAtMs: anyNumber,
    pDesk: numberIn(0, 1),
    llr: anyNumber,
    packets: objectOf({ used: anyNumber, dropped: tableOf(anyNumber, 64) }),
    heard: objectOf({ neededNats: anyNumber }, { own: heardBeacon, strongestOther: heardBeacon }),
  },
  { ringAfterMs: anyNumber, rangLate: objectOf({ reason: oneOf(Object.keys(reasons)), atMs: anyNumber }) },
);

/** @param json `{"call"}`, one of what `replay` gave. @returns `{"ok":true,"text"}`, one English sentence. */
export function explainCall(json: string): string {
  return answer(json, limits.report, ({ call }) => {
    const fault = replayed(call, 'call');
    return fault === undefined ? { ok: true, text: explain(call as ReplayedCall) } : failed('bad-call', fault);
  });
}
