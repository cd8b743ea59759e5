import type { ReplayedCall } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { explainCall } from './explain-call.js';

const call: ReplayedCall = {
  call: 'c-1',
  decision: 'silence',
  reason: 'at-own-desk',
  decidedAtMs: 500,
  ringAfterMs: 8000,
  pDesk: 0.9,
  llr: 3,
  packets: { used: 12, dropped: { unknown: 3 } },
  heard: { neededNats: 2.6, own: { desk: 'd-12', packets: 6, levelDb: 4 } } as ReplayedCall['heard'],
  at: { 250: { pDesk: 0.2, llr: -7 }, 500: { pDesk: 0.9, llr: 3 }, 1000: { pDesk: 0.99, llr: 60 } },
};

describe('the explanation of a call', () => {
  it('has a line a look: below the line that silence needs, above it, and off the scale', () => {
    const lines = explainCall(call, 80);
    expect(lines[0]).toMatch(/^c-1: Silent after 0\.50 s, for 8 s/);
    const bars = lines.slice(-3);
    expect(bars[0]).toMatch(/^ {3}250 ms ●·+\|·+ {2}-7\.0 20 %$/);
    expect(bars[1]).toMatch(/500 ms ·+\|●·+ {3}3\.0 90 %$/);
    expect(bars[2]).toMatch(/1000 ms ·+\|·+● {2}60\.0 99 %$/);
  });

  it.each([40, 80, 120])('keeps to %i columns', (columns) => {
    for (const line of explainCall(call, columns)) expect([...line].length).toBeLessThanOrEqual(columns);
  });
});
