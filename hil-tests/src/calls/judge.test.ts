import { describe, expect, it } from 'vitest';
import { judgeCall, type Observed } from './judge.js';
import { plannedCalls } from './plan.js';

const quiet: Observed = {
  deskAlertedAtMs: 4,
  mobileAlertedAtMs: null,
  decision: 'silence',
  reason: 'at-own-desk',
  decidedAtMs: 270,
  scanStartedAtMs: 20,
  scanStoppedAtMs: 275,
  answeredBy: 'desk',
  mobileFinals: [487],
  answeredSound: 'rtp',
};
const rings: Observed = { ...quiet, decision: 'ring', reason: 'away', mobileAlertedAtMs: 271 };

function planned(name: string) {
  const found = plannedCalls.find((one) => one.call === name);
  if (found === undefined) throw new Error(`no call "${name}"`);
  return found;
}

const findings = (name: string, seen: Observed): readonly string[] => judgeCall(planned(name), seen).findings;

describe('a call is judged', () => {
  it('as it was to be', () => {
    const { ok, findings: none, ...told } = judgeCall(planned('at-desk'), quiet);
    expect({ ok, none }).toEqual({ ok: true, none: [] });
    expect(told).toEqual({
      call: 'at-desk',
      class: 'desk-hand',
      expected: 'silence',
      deskAlertedAtMs: 4,
      mobileAlertedAtMs: null,
      decision: 'silence',
      reason: 'at-own-desk',
      decidedAtMs: 270,
      scanStartedAtMs: 20,
      scanStoppedAtMs: 275,
      answeredBy: 'desk',
    });
  });

  it.each<[string, string, Observed, string]>([
    ['a phone in the hand that rings', 'at-desk', rings, 'it decided ring (away), not silence'],
    [
      'a phone out of earshot that is silent',
      'gone',
      { ...quiet, answeredBy: 'mobile' },
      'it decided silence (at-own-desk), not ring',
    ],
    [
      'a call that is never decided',
      'at-desk',
      { ...quiet, decision: null, decidedAtMs: null },
      'it was never decided',
    ],
    ['encrypted sound that is answered as plain', 'srtp-at-desk', quiet, 'srtp was offered and rtp was answered'],
    ['a late decision', 'corridor', { ...rings, decidedAtMs: 2200, mobileAlertedAtMs: 2201 }, 'it decided late'],
    [
      'a ring that is not heard',
      'corridor',
      { ...rings, mobileAlertedAtMs: null },
      'it did not ring when it decided to',
    ],
    ['a silence with a ring', 'at-desk', { ...quiet, mobileAlertedAtMs: 900 }, 'it rang though it was to stay quiet'],
    ['a silence that is final', 'nobody-answers', { ...quiet, answeredBy: null }, 'it rang not 8270 ms after the call'],
    [
      'a silence beside a desk phone that was declined',
      'declined-at-desk',
      { ...quiet, mobileAlertedAtMs: 8270, answeredBy: 'mobile' },
      'it rang not 2000 ms after the call',
    ],
    ['a scan in an emergency', 'emergency', { ...rings, answeredBy: null }, 'it scanned though it had to ring at once'],
    ['a scan that goes on', 'at-desk', { ...quiet, scanStoppedAtMs: null }, 'its scan never stopped'],
    [
      'a scan that stops late',
      'at-desk',
      { ...quiet, scanStoppedAtMs: 321 },
      'its scan stopped 51 ms after the decision',
    ],
    ['a desk phone that is mute', 'at-desk', { ...quiet, deskAlertedAtMs: null }, 'the desk phone did not alert'],
    ['an answer by somebody else', 'at-desk', { ...quiet, answeredBy: 'mobile' }, 'answered by mobile, not by desk'],
    ['a final answer of a quiet leg', 'at-desk', { ...quiet, mobileFinals: [480] }, 'the mobile leg sent 480'],
    ['a decline', 'at-desk', { ...quiet, mobileFinals: [603] }, 'the mobile leg sent 603'],
  ])('wrong for %s', (_what, name, seen, finding) => {
    expect(findings(name, seen).join()).toContain(finding);
    expect(judgeCall(planned(name), seen).ok).toBe(false);
  });

  it('right where the caller hangs up before there is anything to decide', () => {
    const early = { ...quiet, decision: null, decidedAtMs: null, reason: null, answeredBy: null, scanStoppedAtMs: 705 };
    expect(findings('hangs-up', early)).toEqual([]);
  });
});
