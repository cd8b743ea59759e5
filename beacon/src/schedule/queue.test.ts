import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampPaces, createQueue, type FramePace, MOST_PERIODIC_SHARE, type Queue, takeTurn } from './queue.js';

const seed = Number(process.env.SEED ?? 20261125);
const DWELL_MS = 130;

/** Turns one after the other, each `lateMs()` longer than the dwell. */
function run(paces: readonly FramePace[], turns: number, lateMs: () => number = () => 0, dwellMs = DWELL_MS) {
  let queue = createQueue(paces, dwellMs, 0);
  let nowUnixMs = 0;
  const order: number[] = [];
  for (let i = 0; i < turns; i += 1) {
    const turn = takeTurn(queue, nowUnixMs);
    order.push(turn.frame);
    queue = turn.queue;
    nowUnixMs += dwellMs + lateMs();
  }
  return { order, queue, lengthMs: nowUnixMs };
}

const countOf = (order: readonly number[], frame: number): number => order.filter((taken) => taken === frame).length;

describe('the queue of frames', () => {
  it('alternates two frames of equal weight, the first one first', () => {
    expect(run([{ weight: 1 }, { weight: 1 }], 8).order).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  });

  it('spreads a frame of double weight evenly between the others', () => {
    expect(run([{ weight: 2 }, { weight: 1 }, { weight: 1 }], 8).order).toEqual([0, 1, 0, 2, 0, 1, 0, 2]);
  });

  it('breaks every tie by the order of the frames, and so gives the same order every time', () => {
    const paces = [{ weight: 3 }, { weight: 3 }, { weight: 3 }, { everyMs: 520 }, { everyMs: 520 }];
    expect(run(paces, 12).order).toEqual([0, 1, 2, 0, 3, 4, 1, 2, 3, 4, 0, 1]);
  });

  it('gives a period its turn at the first change after its end, and the others theirs as if nothing had been', () => {
    const { order } = run([{ weight: 1 }, { weight: 1 }, { everyMs: 1000 }], 17);
    expect(order).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 2, 0, 1, 0, 1, 0, 1, 0, 2]);
  });

  it('goes by the earliest deadline where several periods are over', () => {
    let queue = createQueue([{ weight: 1 }, { everyMs: 900 }, { everyMs: 600 }], DWELL_MS, 0);
    const taken: number[] = [];
    for (const nowUnixMs of [1000, 1130, 1260]) {
      const turn = takeTurn(queue, nowUnixMs);
      taken.push(turn.frame);
      queue = turn.queue;
    }
    expect(taken).toEqual([2, 1, 2]);
  });

  it('does not make up for periods that a clock set forwards has skipped', () => {
    let queue = createQueue([{ weight: 1 }, { everyMs: 10_000 }], DWELL_MS, 0);
    const order: number[] = [];
    for (let i = 0; i < 70; i += 1) {
      const turn = takeTurn(queue, 86_400_000 + i * DWELL_MS);
      order.push(turn.frame);
      queue = turn.queue;
    }
    expect(countOf(order, 1)).toBe(1);
  });

  it('lengthens periods that ask for more than half of the time, all by one factor, and no others', () => {
    expect(clampPaces([{ weight: 1 }, { everyMs: 130 }, { everyMs: 260 }], DWELL_MS)).toEqual([
      { weight: 1 },
      { everyMs: 390 },
      { everyMs: 780 },
    ]);
    const modest: readonly FramePace[] = [{ weight: 1 }, { everyMs: 300 }, { everyMs: 10_000 }];
    expect(clampPaces(modest, DWELL_MS)).toEqual(modest);
  });

  it.each([
    [[{ everyMs: 1000 }], 'paces: expected one with a weight'],
    [[], 'paces: expected one with a weight'],
    [[{ weight: 0 }], 'weight: expected a whole number above 0, got 0'],
    [[{ weight: 1.5 }], 'weight: expected a whole number above 0, got 1.5'],
    [[{ weight: 1 }, { everyMs: Number.NaN }], 'everyMs: expected more than 0, got NaN'],
  ] as const)('refuses %j', (paces, message) => {
    expect(() => createQueue(paces, DWELL_MS, 0)).toThrow(new RangeError(message));
  });
});

describe(`any set of frames (SEED=${seed})`, () => {
  const weight = fc.record({ weight: fc.integer({ min: 1, max: 20 }) });
  const period = fc.record({ everyMs: fc.integer({ min: 100, max: 20_000 }) });
  const paces = fc
    .tuple(weight, fc.array(fc.oneof(weight, period), { maxLength: 6 }), fc.nat(6))
    .map(([first, rest, at]) => [...rest.slice(0, at), first, ...rest.slice(at)] as readonly FramePace[]);

  it('has each frame on the air within 2 hundredths of its weight, and each period within one turn and 2 hundredths', () => {
    fc.assert(
      fc.property(paces, fc.integer({ min: 50, max: 500 }), fc.integer({ min: 0, max: 40 }), (any, dwellMs, lateMs) => {
        const turns = 4000;
        let step = 0;
        const lateness = (): number => {
          step += 1;
          return (lateMs * (step % 7)) / 6;
        };
        const { order, queue, lengthMs } = run(any, turns, lateness, dwellMs);
        const sum = any.reduce((total, pace) => total + (pace.weight ?? 0), 0);
        const shared = order.filter((frame) => any[frame]?.weight !== undefined).length;
        // Lateness makes real turns longer than the dwell by which periods are clamped: never shorter, so half stays half.
        expect(shared / turns).toBeGreaterThanOrEqual(1 - MOST_PERIODIC_SHARE * (1 + lateMs / dwellMs) - 0.02);
        any.forEach((pace, i) => {
          const count = countOf(order, i);
          if (pace.weight !== undefined) expect(Math.abs(count / shared - pace.weight / sum)).toBeLessThan(0.02);
          else {
            const expected = lengthMs / (queue.paces[i]?.everyMs as number);
            expect(Math.abs(count - expected)).toBeLessThanOrEqual(1 + 0.02 * expected);
          }
        });
      }),
      { seed, numRuns: 300 },
    );
  });

  it('gives every weighted frame each of its turns before the deadline, and none too early', () => {
    fc.assert(
      fc.property(fc.array(weight, { minLength: 1, maxLength: 8 }), (any) => {
        const { order } = run(any, 1000);
        const sum = any.reduce((total, pace) => total + pace.weight, 0);
        any.forEach((pace, i) => {
          const turns = order.flatMap((frame, at) => (frame === i ? [at] : []));
          const offTime = turns.filter((at, k) => at < (k * sum) / pace.weight || at >= ((k + 1) * sum) / pace.weight);
          expect(offTime).toEqual([]);
        });
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe('a million turns', () => {
  it('take as long at their end as at their beginning, and leave a state no larger than at first', () => {
    const paces: readonly FramePace[] = [
      { weight: 7 },
      { weight: 3 },
      { weight: 4 },
      { everyMs: 10_000 },
      { everyMs: 777 },
    ];
    let queue: Queue = createQueue(paces, DWELL_MS, 1_795_000_000_000);
    let nowUnixMs = 1_795_000_000_000;
    const counts = paces.map(() => 0);
    const tenths: number[] = [];
    let greatest = 0;
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const beganMs = performance.now();
      for (let i = 0; i < 100_000; i += 1) {
        const turn = takeTurn(queue, nowUnixMs);
        queue = turn.queue;
        counts[turn.frame] = (counts[turn.frame] as number) + 1;
        nowUnixMs += DWELL_MS + (i % 5);
      }
      tenths.push(performance.now() - beganMs);
      greatest = Math.max(greatest, ...queue.credits.map(Math.abs));
    }
    expect(greatest).toBeLessThanOrEqual(14);
    expect(queue.credits.reduce((sum, credit) => sum + credit, 0)).toBe(0);
    expect(JSON.stringify(queue).length).toBeLessThan(300);
    const [seven = 0, three = 0, four = 0] = counts;
    expect(Math.abs(seven - 7 * ((seven + three + four) / 14))).toBeLessThan(3);
    expect(Math.abs(three - 3 * ((seven + three + four) / 14))).toBeLessThan(3);
    // The median of the last half against that of the first: one tenth may meet a busy machine.
    const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[2] as number;
    expect(median(tenths.slice(5))).toBeLessThan(3 * median(tenths.slice(0, 5)));
  });
});
