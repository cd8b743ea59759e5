import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import type { DemoEvent } from './events.js';
import { OfficeScreen, sparkline } from './office-screen.js';
import { initialOffice, type OfficeState, reduceOffice } from './office-state.js';
import type { DemoCall } from './results.js';
import { type PlannedCall, planScene } from './scenes.js';

const scene = planScene('office', 7);
const planned = scene.calls.find((call) => call.class === 'desk-hand') as PlannedCall;
const gone = scene.calls.find((call) => call.class === 'gone') as PlannedCall;
const other = scene.desks.find((desk) => desk.id !== scene.own.id)?.id as string;

const result: DemoCall = {
  call: planned.call,
  class: 'desk-hand',
  truth: 'at-desk',
  expected: 'silence',
  decision: 'silence',
  ok: true,
  reason: 'at-own-desk',
  packets: { used: 14, dropped: { unknown: 12 } },
  decidedAtMs: 250,
  scanStartedAtMs: 2.1,
  scanStoppedAtMs: 252.7,
  llr: 4.9,
  pDesk: 0.97,
  close: false,
};

const begun: readonly DemoEvent[] = [
  { type: 'planned', scene, isVirtual: true },
  { type: 'call', planned, number: 1, of: 16 },
  { type: 'scan-started', atMs: 2.1 },
  { type: 'heard', desk: scene.own.id, rssiDbm: -52, atMs: 40 },
  { type: 'heard', desk: other, rssiDbm: -71, atMs: 55 },
  { type: 'heard', desk: null, rssiDbm: -80, atMs: 60 },
];
const decided: readonly DemoEvent[] = [
  ...begun,
  {
    type: 'decided',
    decision: { decision: 'silence', reason: 'at-own-desk', decidedAtMs: 250, llr: 4.9, pDesk: 0.97 },
  },
  { type: 'scan-stopped', atMs: 252.7 },
  { type: 'result', result },
];

function stateAfter(events: readonly DemoEvent[]): OfficeState {
  return events.reduce(reduceOffice, initialOffice);
}

function frameOf(state: OfficeState): string {
  const { lastFrame, unmount } = render(<OfficeScreen state={state} />);
  const frame = lastFrame() ?? '';
  unmount();
  return frame;
}

function widest(frame: string): number {
  return Math.max(...frame.split('\n').map((line) => line.length));
}

describe('the screen of the demo, at 80 columns', () => {
  it('says what it is doing before there is a plan', () => {
    expect(frameOf(initialOffice)).toContain('setting up');
  });

  it('shows every desk, the own one marked, and the phone where it is', () => {
    const frame = frameOf(stateAfter(begun));
    for (const desk of scene.desks) expect(frame).toContain(desk.id.slice(-2));
    expect(frame).toContain(`[${scene.own.id.slice(-2)}]`);
    expect(frame).toContain('in the hand at its own desk');
    expect(widest(frame)).toBeLessThanOrEqual(80);
  });

  it('shows levels as they arrive, the own desk first, while it scans', () => {
    const frame = frameOf(stateAfter(begun));
    expect(frame).toContain('● scanning');
    const own = frame.indexOf(`${scene.own.id}   -52 dBm`);
    expect(own).toBeGreaterThan(0);
    expect(frame.indexOf(`${other}   -71 dBm`)).toBeGreaterThan(own);
  });

  it('shows the decision, why, and that the scan is over', () => {
    const frame = frameOf(stateAfter(decided));
    expect(frame).toContain('STAYS QUIET after 250 ms');
    expect(frame).toContain('○ scanned 2–253 ms, off again');
    expect(frame).toContain('The own desk is heard as only a phone at that desk hears it.');
    expect(frame).toMatch(/✓ c-\d{4} {2}desk-hand +quiet after +250 ms +14 packets {2}at-own-desk/);
    expect(widest(frame)).toBeLessThanOrEqual(80);
  });

  it('marks a wrong decision as wrong, and a close one as close', () => {
    const wrong: DemoCall = { ...result, decision: 'ring', reason: 'unsure', ok: false, close: true };
    const frame = frameOf(stateAfter([...begun, { type: 'result', result: wrong }]));
    expect(frame).toContain('RINGS after 250 ms');
    expect(frame).toMatch(/✗ .*unsure \(close\)/);
  });

  it('points off the plan to a phone that is far away', () => {
    const frame = frameOf(stateAfter([...begun, { type: 'call', planned: gone, number: 2, of: 16 }]));
    expect(frame).toMatch(/\d\d m → ●/);
    expect(frame).toContain('out of the building');
  });

  it('sums up at the end', () => {
    const summary = { calls: 16, ok: 15, wronglySilenced: [], doubleRings: ['c-0004'], neighboursSilenced: [] };
    const frame = frameOf(stateAfter([...decided, { type: 'summary', summary }]));
    expect(frame).toContain('15 of 16 calls as expected.');
    expect(frame).toContain('Silenced out of earshot: 0.');
    expect(widest(frame)).toBeLessThanOrEqual(80);
  });

  it('tells a person with real adapters where to go', () => {
    const frame = frameOf(
      stateAfter([...begun, { type: 'instruction', text: "Carry the phone's adapter: in the corridor." }]),
    );
    expect(frame).toContain('in the corridor. Then press Enter.');
  });

  it('fits on a terminal of 24 rows', () => {
    let state = stateAfter(decided);
    for (let i = 0; i < 12; i += 1) {
      state = reduceOffice(state, { type: 'heard', desk: `d-${30 + i}`, rssiDbm: -70 - i, atMs: i });
      state = reduceOffice(state, { type: 'result', result: { ...result, call: `c-01${i + 10}` } });
    }
    const summary = { calls: 16, ok: 16, wronglySilenced: [], doubleRings: [], neighboursSilenced: [] };
    expect(frameOf(state).split('\n').length).toBeLessThan(24);
    expect(frameOf(reduceOffice(state, { type: 'summary', summary })).split('\n').length).toBeLessThan(24);
  });

  it('draws levels from floor to top', () => {
    expect(sparkline([-120, -95, -70, -45, -20])).toBe('▁▁▅██');
  });
});
