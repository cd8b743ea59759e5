import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import type { PairProgress } from '../../services/pairing/pair-beacon.js';
import { PairScreen } from './pair-screen.js';
import { beginPairing, type PairState, reducePairing } from './pair-state.js';

const beacon = (tag: string, levelDbm: number) => ({
  address: tag,
  levelsDbm: [levelDbm - 20, levelDbm, levelDbm - 8],
  heardAtMs: 0,
  told: { version: 1, credential: 'setup-code' as const, isIdentifying: false, tag },
});

const looking: PairProgress = {
  step: 'looking',
  tag: '1a2b3c4d',
  waiting: [beacon('1a2b3c4d', -50), beacon('99887766', -80)],
};

function after(...progress: readonly PairProgress[]): PairState {
  return progress.reduce(reducePairing, beginPairing('Extension 1001 at d-12'));
}

function frame(state: PairState, columns: number): string {
  const { lastFrame, unmount } = render(<PairScreen state={state} columns={columns} />);
  const drawn = lastFrame() ?? '';
  unmount();
  return drawn;
}

describe('the screen of a pairing', () => {
  it('says what is to be done before anything is heard', () => {
    expect(frame(after({ ...looking, waiting: [] }), 80)).toContain('No beacon waits to be paired here yet');
  });

  it('shows who waits, the nearest first, and which is that of the label', () => {
    const lines = frame(after(looking), 80).split('\n');
    expect(lines[1]).toBe('› find the beacon of the label');
    expect(lines.at(-2)).toBe('1a2b3c4d ██████████████████·· this label');
    expect(lines.at(-1)).toBe('99887766 ██████··············');
  });

  it('ticks off each step and shows no list any more', () => {
    const drawn = frame(after(looking, { step: 'found', rssiDbm: -50 }, { step: 'claiming' }, { step: 'claimed' }), 80);
    expect(drawn.split('\n').slice(1)).toEqual([
      '✓ find the beacon of the label',
      '✓ claim it',
      '› hear it with its new keys',
      '  write it down',
    ]);
  });

  it('says why it tries again, and forgets it when it goes on', () => {
    const again: PairProgress = { step: 'retrying', because: 'the beacon is gone' };
    expect(frame(after(looking, again), 80)).toContain('once more: the beacon is gone');
    expect(frame(after(again, looking), 80)).not.toContain('once more');
  });

  it.each([40, 80, 120])('has no line longer than %i columns', (columns) => {
    const many = Array.from({ length: 12 }, (_, i) => beacon(`0000000${i}`.slice(-8), -50 - i));
    const state = after({ ...looking, waiting: many }, { step: 'retrying', because: 'x'.repeat(200) });
    for (const line of frame({ ...state, title: 'y'.repeat(200), isLooking: true }, columns).split('\n'))
      expect(line.length).toBeLessThanOrEqual(columns);
    expect(frame(after({ ...looking, waiting: many }), columns)).toContain('and 4 more');
  });
});
