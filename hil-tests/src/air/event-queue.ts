/** A binary heap ordered by time, then by rank, then by name: never by the order in which things were put in. */

export interface Timed {
  readonly atUs: number;
  /** Order among items of one instant. */
  readonly rank: number;
  /** Order among items of one instant and rank. */
  readonly name: string;
}

export interface EventQueue<T extends Timed> {
  readonly size: number;
  peek(): T | undefined;
  pop(): T | undefined;
  push(item: T): void;
}

/**
 * @param limit greatest number of waiting items.
 * @throws {RangeError} from `push`, when the queue is full.
 */
export function createEventQueue<T extends Timed>(limit: number): EventQueue<T> {
  const heap: T[] = [];

  function push(item: T): void {
    if (heap.length >= limit) throw new RangeError(`event queue: expected at most ${limit} waiting items`);
    let index = heap.length;
    heap.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(item, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = item;
  }

  function pop(): T | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }

  return {
    get size() {
      return heap.length;
    },
    peek: () => heap[0],
    pop,
    push,
  };
}

function isBefore(a: Timed, b: Timed): boolean {
  if (a.atUs !== b.atUs) return a.atUs < b.atUs;
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.name < b.name;
}
