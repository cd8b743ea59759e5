import type { Answering, AnsweringLeg } from './directory-source.js';

export interface AnsweringFinding {
  /** `fault`: calls will be lost or the product cannot work. `warning`: worth a look. */
  readonly level: 'ok' | 'warning' | 'fault';
  /** Stable name of the finding. */
  readonly code: string;
  /** One sentence. */
  readonly text: string;
}

/** How long a silenced mobile stays quiet before it rings after all, when the profile says nothing else. */
const RING_AFTER_MS = 8000;

/**
 * Reads whether a call to an extension really rings the desk phone and the mobile, and when.
 * @param answering what the telephone system does; undefined where it knows no such extension
 * @param ringAfterMs how long a silenced mobile stays quiet, ms
 */
export function readAnswering(
  extension: string,
  answering: Answering | undefined,
  ringAfterMs: number = RING_AFTER_MS,
): readonly AnsweringFinding[] {
  if (answering === undefined) return [fault('unknown-extension', `The directory knows no extension ${extension}.`)];
  if (answering.doNotDisturb)
    return [fault('do-not-disturb', `Nothing rings for ${extension}: do not disturb is on${ruleOf(answering)}.`)];
  if (answering.forwardsAllTo !== undefined) {
    const to = answering.forwardsAllTo.join(', ') || 'nowhere';
    return [
      fault('forwards-all', `Every call to ${extension} goes to ${to} before anything rings${ruleOf(answering)}.`),
    ];
  }
  if (answering.legs.length === 0) return [fault('nothing-rings', `Nothing rings for ${extension}.`)];
  return [...readDesk(answering), ...readMobile(answering, ringAfterMs), ...readOthers(answering)];
}

function readDesk(answering: Answering): readonly AnsweringFinding[] {
  const desks = legsOf(answering, 'desk');
  const unclear = legsOf(answering, 'unknown');
  if (desks.length > 0) return desks.flatMap((leg) => readLeg('desk', 'Desk phone', leg, answering));
  if (unclear.length === 0)
    return [
      fault(
        'no-desk',
        `No desk phone rings for ${answering.extension}: a silenced mobile would leave the call unheard.`,
      ),
    ];
  const names = unclear.map(({ target }) => target).join(', ');
  return [
    warning(
      'desk-unclear',
      `Whether ${names} is a desk phone is not known: neither its model nor its address is listed.`,
    ),
    ...unclear.flatMap((leg) => readLeg('device', 'Device', leg, answering)),
  ];
}

function readMobile(answering: Answering, ringAfterMs: number): readonly AnsweringFinding[] {
  const mobiles = legsOf(answering, 'soft');
  if (mobiles.length === 0)
    return [warning('no-mobile', `No mobile app rings for ${answering.extension}: there is nothing to silence.`)];
  return mobiles.flatMap((leg) => [
    ...readLeg('mobile', 'Mobile app', leg, answering),
    ...readRingAfter(leg, answering, ringAfterMs / 1000),
  ]);
}

/** A silenced mobile is a delayed one, and a delay longer than the patience of the telephone system is a lost call. */
function readRingAfter(
  { target, delayS }: AnsweringLeg,
  { ringsForS }: Answering,
  afterS: number,
): readonly AnsweringFinding[] {
  if (ringsForS === undefined || delayS >= ringsForS || delayS + afterS < ringsForS) return [];
  return [
    fault(
      'gives-up-first',
      `A silenced ${target} would ring after ${delayS + afterS} s, but the telephone system gives up after ${ringsForS} s.`,
    ),
  ];
}

function readOthers(answering: Answering): readonly AnsweringFinding[] {
  return legsOf(answering, 'external').map(({ target, delayS }) =>
    warning('other-number', `The number ${target} rings too, ${when(delayS)}: nothing silences it.`),
  );
}

function readLeg(
  code: 'desk' | 'device' | 'mobile',
  name: string,
  { target, delayS, confirm, registered }: AnsweringLeg,
  { ringsForS }: Answering,
): readonly AnsweringFinding[] {
  if (ringsForS !== undefined && delayS >= ringsForS)
    return [
      fault(
        `${code}-too-late`,
        `${name} ${target} never rings: it would after ${delayS} s, and the telephone system gives up after ${ringsForS} s.`,
      ),
    ];
  const asks = confirm
    ? [warning(`${code}-confirm`, `${name} ${target} asks for a key before it takes the call.`)]
    : [];
  const text = `${name} ${target} rings ${when(delayS)}`;
  // A push message wakes an app that is not registered; nothing wakes a telephone.
  if (registered === false && code === 'mobile')
    return [
      warning('mobile-unregistered', `${name} ${target} is not registered: it rings only if a push message wakes it.`),
      ...asks,
    ];
  if (registered === false)
    return [fault(`${code}-unregistered`, `${name} ${target} is not registered and does not ring.`)];
  if (delayS > 0 && code === 'desk')
    return [warning('desk-late', `${text}: until then a silenced mobile leaves the desk without a sound.`), ...asks];
  return [{ level: 'ok', code: `${code}-rings`, text: `${text}.` }, ...asks];
}

function legsOf({ legs }: Answering, kind: AnsweringLeg['kind']): readonly AnsweringLeg[] {
  return legs.filter((leg) => leg.kind === kind);
}

function when(delayS: number): string {
  return delayS === 0 ? 'at once' : `after ${delayS} s`;
}

function ruleOf({ rule }: Answering): string {
  return rule === undefined || rule === '*' ? '' : ` by the rule "${rule}"`;
}

function fault(code: string, text: string): AnsweringFinding {
  return { level: 'fault', code, text };
}

function warning(code: string, text: string): AnsweringFinding {
  return { level: 'warning', code, text };
}
